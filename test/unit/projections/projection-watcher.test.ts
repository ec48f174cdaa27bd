import { describe, expect, it } from 'vitest';
import { StoreClosedError } from '../../../src/model/errors/lifecycle-errors.ts';
import { ProjectionWatcher } from '../../../src/projections/projection-watcher.ts';

/** A counter that a watcher looks at. */
class Counter {
  count = 0;
  epoch = 0;
  fails: Error | undefined;
  readonly listeners = new Set<() => void>();

  look(since: number | undefined) {
    if (this.fails !== undefined) throw this.fails;
    if (this.count === 0)
      return since === undefined ? undefined : { state: undefined, since: undefined };
    return this.count === since ? undefined : { state: `state ${this.count}`, since: this.count };
  }
  generation(): number {
    return this.epoch;
  }
  onVisible(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
  become(count: number): void {
    this.count = count;
    for (const listener of [...this.listeners]) listener();
  }
}

const watch = (counter: Counter, signal?: AbortSignal) =>
  new ProjectionWatcher<string>(counter, signal === undefined ? {} : { signal });
const ended = { done: true, value: undefined };
const state = (count: number) => ({ done: false, value: `state ${count}` });

describe('ProjectionWatcher', () => {
  it('gives the state now, and listens only while it is waited for', async () => {
    const counter = new Counter();
    counter.become(1);
    const watcher = watch(counter);
    expect(await watcher.next()).toEqual(state(1));
    expect(counter.listeners.size).toBe(0);
    const second = watcher.next();
    expect(counter.listeners.size).toBe(1);
    counter.become(2);
    expect(await second).toEqual(state(2));
    expect(counter.listeners.size).toBe(0);
  });

  it('sees changes that come while nobody waits as one', async () => {
    const counter = new Counter();
    counter.become(1);
    const watcher = watch(counter);
    await watcher.next();
    for (const count of [2, 3, 4]) counter.become(count);
    expect(await watcher.next()).toEqual(state(4));
  });

  it('waits for the first event, and past what changes nothing', async () => {
    const counter = new Counter();
    const first = watch(counter).next();
    counter.become(0);
    counter.become(1);
    expect(await first).toEqual(state(1));
  });

  it('answers all who wait, one after the other', async () => {
    const counter = new Counter();
    counter.become(1);
    const watcher = watch(counter);
    const waiting = [watcher.next(), watcher.next(), watcher.next()];
    counter.become(2);
    counter.become(3);
    expect(await Promise.all(waiting)).toEqual([state(1), state(2), state(3)]);
  });

  it('gives the state of another log also when it has the same sequence', async () => {
    const counter = new Counter();
    counter.become(1);
    const watcher = watch(counter);
    await watcher.next();
    counter.epoch += 1;
    expect(await watcher.next()).toEqual(state(1));
  });

  it('waits on when the state is gone, and gives the next one', async () => {
    const counter = new Counter();
    counter.become(1);
    const watcher = watch(counter);
    await watcher.next();
    const second = watcher.next();
    counter.become(0);
    counter.become(1);
    expect(await second).toEqual(state(1));
  });

  it.each<readonly [string, (watcher: ProjectionWatcher<string>, abort: () => void) => unknown]>([
    ['its loop', (watcher) => watcher.return()],
    ['its disposal', (watcher) => watcher[Symbol.asyncDispose]()],
    ['its signal', (_, abort) => abort()],
  ])('ends with %s, also for those who wait, and holds nothing', async (_, end) => {
    const counter = new Counter();
    const controller = new AbortController();
    const watcher = watch(counter, controller.signal);
    const waiting = [watcher.next(), watcher.next()];
    await end(watcher, () => controller.abort());
    expect(await Promise.all(waiting)).toEqual([ended, ended]);
    expect(counter.listeners.size).toBe(0);
    counter.become(1);
    expect(await watcher.next()).toEqual(ended);
  });

  it('ends at once with a signal that is aborted already', async () => {
    const counter = new Counter();
    counter.become(1);
    expect(await watch(counter, AbortSignal.abort()).next()).toEqual(ended);
  });

  it('ends with the store', async () => {
    const counter = new Counter();
    const waiting = watch(counter).next();
    counter.fails = new StoreClosedError('project');
    counter.become(1);
    expect(await waiting).toEqual(ended);
    expect(counter.listeners.size).toBe(0);
  });

  it('rejects with what the fold throws, and ends', async () => {
    const counter = new Counter();
    const watcher = watch(counter);
    const waiting = [watcher.next(), watcher.next()];
    counter.fails = new Error('apply is broken');
    counter.become(1);
    await expect(waiting[0]).rejects.toThrow('apply is broken');
    expect(await waiting[1]).toEqual(ended);
    expect(await watcher.next()).toEqual(ended);
    expect(counter.listeners.size).toBe(0);
  });

  it('is its own iterator', async () => {
    const counter = new Counter();
    counter.become(1);
    const seen: string[] = [];
    for await (const each of watch(counter)) {
      seen.push(each);
      counter.become(counter.count + 1);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['state 1', 'state 2', 'state 3']);
    expect(counter.listeners.size).toBe(0);
  });
});
