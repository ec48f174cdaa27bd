import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { durableOffsetBehind } from '../../../src/recovery/torn-tail.ts';
import type { RecordFields } from '../../support/forged-log.ts';
import { forgedSalt, frameOf } from '../../support/forged-log.ts';

const offset = 1000;
const nextSequence = 5;

function event(fields: RecordFields): Uint8Array {
  return frameOf({ entity: 'e', sequence: nextSequence, ...fields }).bytes;
}

/** What is shown by the bytes, which stand at `offset` in a file. */
function shownBy(...chunks: readonly Uint8Array[]): number {
  const bytes = Buffer.concat([new Uint8Array(offset), ...chunks]);
  const handle = new MemoryFiles().open('/file', 'create');
  handle.write(bytes, 0, bytes.length, 0);
  return durableOffsetBehind(handle, offset, bytes.length, forgedSalt, nextSequence);
}

const garbage = new Uint8Array(77).fill(0xa5);

describe('durableOffsetBehind', () => {
  it('is 0 when no whole frame is behind the bad place', () => {
    expect(shownBy()).toBe(0);
    expect(shownBy(garbage)).toBe(0);
    expect(shownBy(garbage, event({ durableOffset: 900 }).subarray(0, -1))).toBe(0);
  });

  it('is the highest offset that a whole frame behind it tells', () => {
    const frames = [800, 990, 300].map((durableOffset) => event({ durableOffset }));
    expect(shownBy(garbage, ...frames)).toBe(990);
    expect(shownBy(...frames)).toBe(990);
  });

  it('finds a frame at any distance behind garbage', () => {
    for (let size = 0; size < 70; size += 1) {
      expect(shownBy(garbage.subarray(0, size), event({ durableOffset: 900 }))).toBe(900);
    }
  });

  it('looks on behind a second bad place', () => {
    expect(shownBy(garbage, event({}), garbage, event({ durableOffset: 1010 }))).toBe(1010);
  });

  it('does not believe frames of earlier events, or of some far behind', () => {
    expect(shownBy(garbage, event({ durableOffset: 900, sequence: 4 }))).toBe(0);
    expect(shownBy(garbage, event({ durableOffset: 900, sequence: 5000 }))).toBe(0);
  });

  it('does not believe a frame that calls itself durable, or is of another store', () => {
    expect(shownBy(event({ durableOffset: offset + 1 }))).toBe(0);
    const foreign = frameOf({ entity: 'e', sequence: 5, durableOffset: 900 }, 0, 123).bytes;
    expect(shownBy(garbage, foreign)).toBe(0);
  });
});
