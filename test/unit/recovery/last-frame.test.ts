import { describe, expect, it } from 'vitest';
import { hasLastFrame, readLastFrame } from '../../../src/recovery/last-frame.ts';
import { ForgedLog, forgedSalt } from '../../support/forged-log.ts';

describe('the last frame of a segment', () => {
  const log = new ForgedLog().segment().event('a');
  const offset = log.headerBytes;
  const length = log.position - offset;
  const handle = log.write().open(log.path, 'read');

  it('is known again by its place and its checksum', () => {
    const frame = readLastFrame(handle, offset, length, forgedSalt);
    expect(frame).toEqual({ offset, length, checksum: expect.any(Number) });
    if (frame === undefined) return;
    expect(hasLastFrame(handle, frame, forgedSalt)).toBe(true);
    expect(hasLastFrame(handle, { ...frame, checksum: 1 }, forgedSalt)).toBe(false);
    expect(hasLastFrame(handle, { ...frame, offset: offset + 1 }, forgedSalt)).toBe(false);
  });

  it('is none where the file has no whole frame of that length', () => {
    expect(readLastFrame(handle, offset, length - 1, forgedSalt)).toBeUndefined();
    expect(readLastFrame(handle, offset, length + 1, forgedSalt)).toBeUndefined();
    expect(readLastFrame(handle, offset, length, 0)).toBeUndefined();
  });

  it('is an empty one in a segment without an event', () => {
    const none = { offset: 0, length: 0, checksum: 0 };
    expect(readLastFrame(handle, 5, 0, forgedSalt)).toEqual(none);
    expect(hasLastFrame(handle, none, forgedSalt)).toBe(true);
  });
});
