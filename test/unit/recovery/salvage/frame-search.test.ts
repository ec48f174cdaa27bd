import { describe, expect, it } from 'vitest';
import { FrameScanner } from '../../../../src/log/frame-scanner.ts';
import { MemoryFiles } from '../../../../src/platform/memory-files.ts';
import { findFrame } from '../../../../src/recovery/salvage/frame-search.ts';
import { forgedSalt, frameOf } from '../../../support/forged-log.ts';

const frame = frameOf({ sequence: 5, entity: 'a', scope: 's', payload: new Uint8Array(20) }).bytes;

/** Where a frame is found in the bytes; -1 when none is. */
function found(bytes: Uint8Array, from = 0, sequence = 0, limit = bytes.length): number {
  const files = new MemoryFiles();
  const handle = files.open('/file', 'create');
  handle.write(bytes, 0, bytes.length, 0);
  const scanner = new FrameScanner(handle, 0, limit, forgedSalt);
  return findFrame(handle, scanner, { from, limit, sequence }) ? scanner.offset : -1;
}

describe('findFrame', () => {
  it('finds a frame at any byte', () => {
    for (const before of [0, 1, 7, 1000]) {
      const junk = new Uint8Array(before).fill(0xa5);
      expect(found(Buffer.concat([junk, frame, junk]))).toBe(before);
    }
  });

  it('finds a frame across the windows it reads', () => {
    for (const before of [1024 * 1024 - 61, 1024 * 1024 - 1, 1024 * 1024, 2 * 1024 * 1024 - 30]) {
      expect(found(Buffer.concat([new Uint8Array(before), frame]))).toBe(before);
    }
  });

  it('begins where it is told to, and ends there, too', () => {
    const bytes = Buffer.concat([frame, frame]);
    expect(found(bytes, 1)).toBe(frame.length);
    expect(found(bytes, 1, 0, 2 * frame.length - 1)).toBe(-1);
    expect(found(bytes, 5000)).toBe(-1);
    expect(found(new Uint8Array(0))).toBe(-1);
  });

  it('passes over frames of earlier sequences, of another store, and with a changed byte', () => {
    expect(found(frame, 0, 5)).toBe(0);
    expect(found(frame, 0, 6)).toBe(-1);
    expect(found(frameOf({ sequence: 5, entity: 'a', scope: 's' }, 0, 1).bytes)).toBe(-1);
    for (let at = 0; at < frame.length; at += 1) {
      const changed = Uint8Array.from(frame);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(found(changed), `byte ${at}`).toBe(-1);
    }
  });
});
