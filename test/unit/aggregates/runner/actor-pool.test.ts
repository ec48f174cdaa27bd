import { describe, expect, it } from 'vitest';
import { ActorPool, type ActorResult } from '../../../../src/aggregates/runner/actor-pool.ts';
import type { LoggedActor } from '../../../../src/aggregates/runner/pending-log.ts';

const actor = (key: string): LoggedActor => ({
  ...{ key, id: 'x', src: 'work', input: undefined, entity: 'e:1', sequence: 0 },
});

/** A pool whose actors end when they are told to. */
function poolOf(runningMax: number) {
  const ends = new Map<string, { done: (output: unknown) => void; signal: AbortSignal }>();
  const results: ActorResult[] = [];
  const start = ({ key }: LoggedActor, signal: AbortSignal) =>
    new Promise<unknown>((done) => ends.set(key, { done, signal }));
  const pool = new ActorPool(start, runningMax, (result) => results.push(result));
  return { pool, ends, results };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a pool of actors', () => {
  it('runs so many at once, and the others in their order', async () => {
    const { pool, ends, results } = poolOf(2);
    for (const key of ['a', 'b', 'c', 'a']) pool.run(actor(key));
    expect([[...ends.keys()], pool.size]).toEqual([['a', 'b'], 3]);
    ends.get('b')?.done(7);
    await settled();
    expect(results).toEqual([{ actor: actor('b'), output: 7 }]);
    expect([[...ends.keys()], pool.size]).toEqual([['a', 'b', 'c'], 2]);
  });

  it('tells what an actor throws, at once or later', async () => {
    const results: ActorResult[] = [];
    const start = ({ key }: LoggedActor) => {
      if (key === 'a') throw new Error('at once');
      return Promise.reject(new Error('later'));
    };
    const pool = new ActorPool(start, 2, (result) => results.push(result));
    pool.run(actor('a'));
    pool.run(actor('b'));
    await settled();
    expect(results).toEqual([
      { actor: actor('a'), failure: new Error('at once') },
      { actor: actor('b'), failure: new Error('later') },
    ]);
  });

  it('aborts who is stopped, gives the place away, and tells a late result', async () => {
    const { pool, ends, results } = poolOf(1);
    for (const key of ['a', 'b', 'c']) pool.run(actor(key));
    pool.stop('c');
    pool.stop('a');
    expect(ends.get('a')?.signal.aborted).toBe(true);
    expect([[...ends.keys()], pool.size]).toEqual([['a', 'b'], 1]);
    ends.get('a')?.done('late');
    await settled();
    expect(results).toEqual([{ actor: actor('a'), output: 'late' }]);
  });

  it('aborts all when it is closed, and tells nothing more', async () => {
    const { pool, ends, results } = poolOf(1);
    pool.run(actor('a'));
    pool.run(actor('b'));
    pool.close();
    expect(ends.get('a')?.signal.aborted).toBe(true);
    ends.get('a')?.done(1);
    pool.run(actor('c'));
    await settled();
    expect([results, [...ends.keys()], pool.size]).toEqual([[], ['a'], 0]);
  });
});
