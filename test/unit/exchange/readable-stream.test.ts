import { describe, expect, it } from 'vitest';
import { toReadableStream } from '../../../src/exchange/readable-stream.ts';
import { thrownBy } from '../../support/store-host.ts';

/** A source that tells what was taken from it, and whether it was released. */
function source(count: number, seen: { taken: number; released: boolean }) {
  return (function* () {
    try {
      for (let i = 0; i < count; i += 1) {
        seen.taken += 1;
        yield i;
      }
    } finally {
      seen.released = true;
    }
  })();
}

async function allOf<Item>(stream: ReadableStream<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('toReadableStream', () => {
  it('gives the items of a source in their order, and ends', async () => {
    expect(await allOf(toReadableStream([1, 2, 3]))).toEqual([1, 2, 3]);
    expect(await allOf(toReadableStream(toReadableStream(['a'])))).toEqual(['a']);
  });

  it('takes nothing ahead of its reader', async () => {
    const seen = { taken: 0, released: false };
    const reader = toReadableStream(source(10, seen)).getReader();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.taken).toBe(0);
    expect(await reader.read()).toEqual({ done: false, value: 0 });
    expect(seen.taken).toBe(1);
  });

  it('releases the source when it is cancelled', async () => {
    const seen = { taken: 0, released: false };
    const reader = toReadableStream(source(10, seen)).getReader();
    await reader.read();
    await reader.cancel();
    expect(seen).toEqual({ taken: 1, released: true });
  });

  it('fails with what the source throws', async () => {
    const broken = new Error('broken');
    const stream = toReadableStream(
      (function* (): Generator<number> {
        yield 1;
        throw broken;
      })(),
    );
    const reader = stream.getReader();
    await reader.read();
    await expect(reader.read()).rejects.toBe(broken);
  });

  it('ends with the reason of its signal, and releases the source', async () => {
    const control = new AbortController();
    const seen = { taken: 0, released: false };
    const reader = toReadableStream(source(10, seen), { signal: control.signal }).getReader();
    await reader.read();
    control.abort(new Error('enough'));
    await expect(reader.read()).rejects.toThrow('enough');
    expect(seen).toEqual({ taken: 1, released: true });
  });

  it('ends at once while the source keeps it waiting', async () => {
    const control = new AbortController();
    let returned = false;
    const waiting: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<number>>(() => undefined),
        return: () => {
          returned = true;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
    const reader = toReadableStream(waiting, { signal: control.signal }).getReader();
    const read = reader.read();
    control.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    expect(returned).toBe(true);
  });

  it('takes nothing under a signal that has come already', async () => {
    const seen = { taken: 0, released: false };
    const signal = AbortSignal.abort(new Error('over'));
    await expect(allOf(toReadableStream(source(1, seen), { signal }))).rejects.toThrow('over');
    expect(seen.taken).toBe(0);
  });

  it('checks its arguments', () => {
    for (const [call, field] of [
      [() => toReadableStream(7 as never), 'source'],
      [() => toReadableStream('text' as never), 'source'],
      [() => toReadableStream([], { signal: 1 as never }), 'signal'],
      [() => toReadableStream([], { abort: 1 } as never), 'options.abort'],
      [() => toReadableStream([], null as never), 'options'],
    ] as const) {
      expect(thrownBy(call)).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE', field });
    }
  });
});
