import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameChecksumMismatch, frameCutOff, sealFrame } from '../../../src/codec/frame.ts';
import { endOfFile, FrameScanner } from '../../../src/log/frame-scanner.ts';
import type { FileHandle } from '../../../src/model/files.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { forgedSalt, frameOf } from '../../support/forged-log.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** A file that holds the bytes, open for reading. */
function fileOf(bytes: Uint8Array, plan = new FaultPlan(new MemoryFiles())): FileHandle {
  const handle = plan.open('/file', 'create');
  handle.write(bytes, 0, bytes.length, 0);
  return handle;
}

function frameOfSize(payloadBytes: number): Uint8Array {
  return frameOf({ entity: 'e', payload: new Uint8Array(payloadBytes).fill(0x2a) }).bytes;
}

/** What the scanner finds until it stops, as pairs of offset and length, and its last answer. */
function scanned(scanner: FrameScanner): { frames: [number, number][]; last: number } {
  const frames: [number, number][] = [];
  for (;;) {
    const answer = scanner.next();
    if (answer <= 0) return { frames, last: answer };
    expect(scanner.bodyEnd - scanner.bodyStart).toBe(answer);
    expect(scanner.bytes[scanner.bodyEnd - 1]).toBe(answer > 100 ? 0x2a : 0);
    frames.push([scanner.offset, scanner.nextOffset - scanner.offset]);
  }
}

/** Where the frames lie when they stand one after the other. */
function placesOf(frames: readonly Uint8Array[], start: number): [number, number][] {
  let offset = start;
  return frames.map(({ length }) => {
    offset += length;
    return [offset - length, length];
  });
}

describe('FrameScanner', () => {
  it('takes nothing for a frame where none begins, and goes on from where one does', () => {
    const frames = [300, 300, 300].map(frameOfSize);
    const bytes = Buffer.concat(frames);
    const [[, first] = [0, 0]] = placesOf(frames, 0);
    const scanner = new FrameScanner(fileOf(bytes), 0, bytes.length, forgedSalt);
    const whole = { frames: placesOf(frames, 0), last: endOfFile };
    expect(scanned(scanner)).toEqual(whole);
    scanner.returnTo(0);
    expect(scanned(scanner)).toEqual(whole);
    // Inside the second payload: were its bytes a length, they would be believed.
    scanner.moveTo(first + 200);
    expect(scanner.next()).toBeLessThan(0);
    const inner = frameOf({ entity: 'forged' }).bytes;
    const hidden = Buffer.from(bytes);
    hidden.set(inner, first + 150);
    hidden[first + 150 + inner.length - 1] = 1;
    sealFrame(hidden, first, 2 * first, forgedSalt);
    const other = new FrameScanner(fileOf(hidden), 0, hidden.length, forgedSalt);
    expect([other.next(), other.next()]).toEqual([first - 8, first - 8]);
    other.moveTo(first + 150);
    expect(other.next()).toBe(frameChecksumMismatch);
    other.moveTo(first);
    expect(other.next()).toBe(first - 8);
  });

  it('walks over every frame to the end of the file, however they lie over its window', () => {
    const sizes = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(0) },
        { weight: 8, arbitrary: fc.integer({ min: 100, max: 5000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 2_500_000 }) },
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(sizes, fc.nat({ max: 300 }), (payloads, start) => {
        const frames = payloads.map(frameOfSize);
        const bytes = Buffer.concat([new Uint8Array(start), ...frames]);
        const scanner = new FrameScanner(fileOf(bytes), start, bytes.length, forgedSalt);
        expect(scanned(scanner)).toEqual({ frames: placesOf(frames, start), last: endOfFile });
      }),
      propertyRuns(30),
    );
  });

  it('goes on after short reads', () => {
    const plan = new FaultPlan(new MemoryFiles());
    const frames = [200, 300, 400].map(frameOfSize);
    const bytes = Buffer.concat(frames);
    const handle = fileOf(bytes, plan);
    plan.shortRead({ bytes: 7, andLater: true });
    const scanner = new FrameScanner(handle, 0, bytes.length, forgedSalt);
    expect(scanned(scanner)).toEqual({ frames: placesOf(frames, 0), last: endOfFile });
  });

  it('stays at the first bad place and names the problem', () => {
    const frames = [200, 300, 400].map(frameOfSize);
    const bytes = Buffer.concat(frames);
    const badAt = frames[0]?.length ?? 0;
    bytes[badAt + 50] = 1;
    const scanner = new FrameScanner(fileOf(bytes), 0, bytes.length, forgedSalt);
    expect(scanned(scanner).last).toBe(frameChecksumMismatch);
    expect([scanner.next(), scanner.offset]).toEqual([frameChecksumMismatch, badAt]);
  });

  it('reads no further than it may', () => {
    const frames = [200, 300].map(frameOfSize);
    const bytes = Buffer.concat(frames);
    const first = frames[0]?.length ?? 0;
    const whole = new FrameScanner(fileOf(bytes), 0, first, forgedSalt);
    expect(scanned(whole)).toEqual({ frames: [[0, first]], last: endOfFile });
    const cut = new FrameScanner(fileOf(bytes), 0, bytes.length - 1, forgedSalt);
    expect(scanned(cut).last).toBe(frameCutOff);
  });

  it('goes on from where it is moved, forwards or back', () => {
    const frames = [200, 300, 400].map(frameOfSize);
    const bytes = Buffer.concat(frames);
    const scanner = new FrameScanner(fileOf(bytes), 0, bytes.length, forgedSalt);
    const [, second] = placesOf(frames, 0);
    scanner.moveTo(second?.[0] ?? 0);
    expect([scanner.next() > 0, scanner.offset]).toEqual([true, second?.[0]]);
    scanner.moveTo(0);
    expect(scanned(scanner).frames).toHaveLength(3);
  });
});
