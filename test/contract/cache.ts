import type { ProjectionCache } from 'batpak';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { propertyRuns } from '../support/property-runs.ts';

/** A cache, and the place it keeps its values in. */
export interface CacheUnderTest {
  readonly cache: ProjectionCache;
  /** Closes the cache and opens another one on the same place; a durable one has its values. */
  reopen(): ProjectionCache | Promise<ProjectionCache>;
  dispose(): void;
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const meta = (watermark: number, cachedAtUs = 5) => ({ watermark, cachedAtUs });

/** What every cache of states does, one that keeps nothing included. */
export function cacheContract(
  name: string,
  make: () => CacheUnderTest | Promise<CacheUnderTest>,
  keeps = true,
): void {
  describe(`cache contract: ${name}`, () => {
    let tested: CacheUnderTest | undefined;
    const given = (): CacheUnderTest => {
      if (tested === undefined) throw new Error('a cache is given inside a test only');
      return tested;
    };
    beforeEach(async () => {
      tested = await make();
    });
    afterEach(() => tested?.dispose());

    it('knows nothing at first, and takes every call', () => {
      const { cache } = given();
      expect(cache.get(text('a'))).toBeUndefined();
      expect(cache.deletePrefix(text('a'))).toBe(0);
      expect(cache.deletePrefix(bytes())).toBe(0);
      cache.prefetch([text('a'), text('b')]);
      cache.sync();
    });

    it('keeps and answers nothing once it is closed', () => {
      const { cache } = given();
      cache.put(text('a'), bytes(1), meta(1));
      cache.close();
      cache.put(text('b'), bytes(1), meta(1));
      expect(cache.get(text('a'))).toBeUndefined();
      expect(cache.get(text('b'))).toBeUndefined();
      expect(cache.deletePrefix(bytes())).toBe(0);
      cache.prefetch([text('a')]);
      cache.sync();
      cache.close();
    });

    if (!keeps) {
      it('forgets what it is given', () => {
        const { cache } = given();
        cache.put(text('a'), bytes(1), meta(1));
        expect(cache.get(text('a'))).toBeUndefined();
        expect(cache.capabilities).toEqual({ durable: false, prefetch: false });
      });
      return;
    }
    describe('values', () => valueContract(given));
    describe('values', () => modelContract(given));
    describe('prefixes', () => prefixContract(given));
    describe('at its end', () => reopenContract(given));
  });
}

function valueContract(given: () => CacheUnderTest): void {
  it('come back with their meta, the empty and the longest one too', () => {
    const { cache } = given();
    const values = [bytes(), bytes(0), bytes(1, 2, 3), new Uint8Array(100_000).fill(7)];
    const metas = [
      meta(0, 0),
      meta(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      meta(1, -1),
      meta(2 ** 32, 1_735_689_600_000_000),
    ];
    for (const [index, value] of values.entries()) {
      cache.put(text(`key ${index}`), value, metas[index] ?? meta(0));
    }
    for (const [index, value] of values.entries()) {
      const found = cache.get(text(`key ${index}`));
      expect(found?.meta).toEqual(metas[index]);
      expect(Buffer.compare(found?.value ?? bytes(9), value)).toBe(0);
    }
  });

  it('replace each other', () => {
    const { cache } = given();
    cache.put(text('a'), bytes(1, 1, 1), meta(1));
    cache.put(text('a'), bytes(2), meta(2));
    expect([...(cache.get(text('a'))?.value ?? [])]).toEqual([2]);
    expect(cache.get(text('a'))?.meta.watermark).toBe(2);
  });

  it('are copies, both ways', () => {
    const { cache } = given();
    const larger = bytes(9, 1, 2, 9);
    const value = larger.subarray(1, 3);
    const key = text('a');
    cache.put(key, value, meta(1));
    larger.fill(0);
    key.fill(0x62);
    const found = cache.get(text('a'))?.value;
    expect([...(found ?? [])]).toEqual([1, 2]);
    found?.fill(0);
    expect([...(cache.get(text('a'))?.value ?? [])]).toEqual([1, 2]);
    expect(cache.get(text('b'))).toBeUndefined();
  });

  it('are found by exactly their key, of up to 1 900 bytes', () => {
    const { cache } = given();
    const long = new Uint8Array(1900).fill(1);
    const keys = [bytes(0), bytes(0, 0), bytes(1), bytes(255), bytes(255, 255), long];
    for (const [index, key] of keys.entries()) cache.put(key, bytes(index), meta(index));
    for (const [index, key] of keys.entries()) {
      expect([...(cache.get(key)?.value ?? [])]).toEqual([index]);
    }
    expect(cache.get(new Uint8Array(1899).fill(1))).toBeUndefined();
    expect(cache.get(bytes(0, 0, 0))).toBeUndefined();
  });
}

function modelContract(given: () => CacheUnderTest): void {
  it('are what a map would hold, whatever is put and deleted', () => {
    const anyKey = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 });
    const anyStep = fc.oneof(
      fc.record({ type: fc.constant('put' as const), key: anyKey, value: fc.uint8Array() }),
      fc.record({ type: fc.constant('get' as const), key: anyKey, value: fc.uint8Array() }),
      fc.record({ type: fc.constant('delete' as const), key: anyKey, value: fc.uint8Array() }),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const { cache } = given();
        cache.deletePrefix(bytes());
        const model = new Map<string, string>();
        for (const { type, key, value } of steps) {
          const name = Buffer.from(key).toString('hex');
          if (type === 'put') {
            cache.put(key, value, meta(value.length));
            model.set(name, Buffer.from(value).toString('hex'));
          } else if (type === 'get') {
            const found = cache.get(key)?.value;
            expect(found === undefined ? undefined : Buffer.from(found).toString('hex')).toBe(
              model.get(name),
            );
          } else {
            const doomed = [...model.keys()].filter((each) => each.startsWith(name));
            expect(cache.deletePrefix(key)).toBe(doomed.length);
            for (const each of doomed) model.delete(each);
          }
        }
      }),
      propertyRuns(30),
    );
  });
}

function prefixContract(given: () => CacheUnderTest): void {
  const left = (cache: ProjectionCache, keys: readonly Uint8Array[]): string[] =>
    keys
      .filter((key) => cache.get(key) !== undefined)
      .map((key) => Buffer.from(key).toString('hex'));

  it('take what begins with them, themselves included, and nothing else', () => {
    const { cache } = given();
    const keys = [bytes(1), bytes(1, 0), bytes(1, 255), bytes(2), bytes(0, 1), bytes(1, 1, 1)];
    for (const key of keys) cache.put(key, bytes(1), meta(1));
    expect(cache.deletePrefix(bytes(1))).toBe(4);
    expect(left(cache, keys)).toEqual(['02', '0001']);
    expect(cache.deletePrefix(bytes(1))).toBe(0);
  });

  it('may end with the highest byte, or be nothing else', () => {
    const { cache } = given();
    const keys = [bytes(1, 255), bytes(1, 255, 7), bytes(2), bytes(255), bytes(255, 255, 3)];
    for (const key of keys) cache.put(key, bytes(1), meta(1));
    expect(cache.deletePrefix(bytes(1, 255))).toBe(2);
    expect(cache.deletePrefix(bytes(255, 255))).toBe(1);
    expect(left(cache, keys)).toEqual(['02', 'ff']);
    expect(cache.deletePrefix(bytes(255))).toBe(1);
  });

  it('of no length take everything', () => {
    const { cache } = given();
    for (const key of [bytes(0), bytes(7), bytes(255)]) cache.put(key, bytes(1), meta(1));
    expect(cache.deletePrefix(bytes())).toBe(3);
    expect(cache.get(bytes(0))).toBeUndefined();
  });
}

function reopenContract(given: () => CacheUnderTest): void {
  it('has what was synced when it is opened again, if it says that it lasts', async () => {
    const tested = given();
    for (let index = 0; index < 300; index += 1) {
      tested.cache.put(text(`key ${index}`), bytes(index & 255), meta(index));
    }
    tested.cache.sync();
    const { durable } = tested.cache.capabilities;
    const again = await tested.reopen();
    for (const index of [0, 1, 255, 299]) {
      const found = again.get(text(`key ${index}`));
      expect(found?.meta.watermark).toBe(durable ? index : undefined);
    }
    again.close();
  });
}
