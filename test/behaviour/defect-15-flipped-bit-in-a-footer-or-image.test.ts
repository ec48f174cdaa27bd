import { isBatpakError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { answersOf, footedHost, smallSegments } from '../support/fast-reopen.ts';
import type { StoreHost } from '../support/store-host.ts';

const flips = 400;
const same = new Map([['the same', flips]]);

/** What a store that is opened now answers, or which error it meets instead. */
function verdictOf(host: StoreHost, answers: string, keys: readonly string[]): string {
  let store: ReturnType<StoreHost['open']> | undefined;
  try {
    store = host.open(smallSegments);
    return answersOf(store, keys).join('\n') === answers ? 'the same' : 'other answers';
  } catch (thrown) {
    return isBatpakError(thrown) ? thrown.code : `uncoded: ${thrown}`;
  } finally {
    try {
      store?.close();
    } catch {
      // What it answers is what counts here.
    }
  }
}

/**
 * Changes one bit after the other, spread over the bytes, and gathers the verdicts. A store that
 * was killed has no image, and is opened from its footers.
 */
async function verdicts(
  file: string,
  { from = () => 0, end }: { from?: (bytes: Uint8Array) => number; end: 'close' | 'kill' },
) {
  const found = await footedHost(3);
  const { store, keys } = found;
  const answers = answersOf(store, keys).join('\n');
  if (end === 'close') store.close();
  const host = found.host.killed();
  const bytes = host.read(file);
  const start = from(bytes);
  const seen = new Map<string, number>();
  for (let n = 0; n < flips; n += 1) {
    const bit = Math.floor((n * (bytes.length - start) * 8) / flips);
    const offset = Math.min(start + (bit >>> 3), bytes.length - 1);
    const damaged = bytes.slice();
    damaged[offset] = (damaged[offset] ?? 0) ^ (1 << (bit & 7));
    const one = host.killed();
    one.replace(file, damaged);
    const verdict = verdictOf(one, answers, keys);
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
  }
  return seen;
}

/** Where the footer of a sealed segment begins. */
function footerAt(bytes: Uint8Array): number {
  const trailer = bytes.length - 40;
  const view = new DataView(bytes.buffer, bytes.byteOffset + trailer, 40);
  expect(Buffer.from(bytes.subarray(trailer)).toString('latin1', 0, 8)).toBe('FBATFOOT');
  return trailer - Number(view.getBigUint64(12) + view.getBigUint64(20));
}

describe('one flipped bit', () => {
  it('in the index image changes no answer', async () => {
    expect(await verdicts('index.image', { end: 'close' })).toEqual(same);
  });

  it('in the footer of a segment changes no answer', async () => {
    for (const end of ['close', 'kill'] as const) {
      expect(await verdicts('000001.fbat', { from: footerAt, end })).toEqual(same);
    }
  });

  it('in the checkpoint of idempotency keys changes no answer', async () => {
    expect(await verdicts('idempotency', { end: 'close' })).toEqual(same);
  });
});
