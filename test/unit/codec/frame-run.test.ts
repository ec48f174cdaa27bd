import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftBytesMax } from '../../../src/codec/crc-shift.ts';
import { frameHeaderBytes, sealFrame } from '../../../src/codec/frame.ts';
import { soundFramesEnd } from '../../../src/codec/frame-run.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const salt = 0x1234_5678;
const bodyBytesMin = 3;

/** Frames around these bodies, one behind the other. */
function framesOf(bodies: readonly Uint8Array[]): Uint8Array {
  const frames = bodies.map((body) => {
    const frame = new Uint8Array(frameHeaderBytes + body.length);
    frame.set(body, frameHeaderBytes);
    sealFrame(frame, 0, frame.length, salt);
    return frame;
  });
  return Uint8Array.from(Buffer.concat(frames));
}

const endOf = (bytes: Uint8Array, start = 0): number =>
  soundFramesEnd(bytes, start, bytes.length, salt, bodyBytesMin);

const anyBodies = fc.array(fc.uint8Array({ minLength: bodyBytesMin, maxLength: 400 }), {
  minLength: 1,
  maxLength: 9,
});

describe('frames in a row', () => {
  it('are sound to the end of the last whole one', () => {
    fc.assert(
      fc.property(anyBodies, fc.uint8Array({ maxLength: 7 }), (bodies, behind) => {
        const frames = framesOf(bodies);
        expect(endOf(Uint8Array.from([...frames, ...behind]))).toBe(frames.length);
        expect(endOf(Uint8Array.from([...behind, ...frames]), behind.length)).toBe(
          behind.length + frames.length,
        );
        const last = bodies.at(-1)?.length ?? 0;
        expect(endOf(frames.subarray(0, -1))).toBe(frames.length - frameHeaderBytes - last);
      }),
      propertyRuns(200),
    );
  });

  it('are not, when a bit of any of them is another', () => {
    fc.assert(
      fc.property(anyBodies, fc.nat(), (bodies, place) => {
        const frames = framesOf(bodies);
        const bit = place % (frames.length * 8);
        const at = bit >>> 3;
        frames[at] = (frames[at] ?? 0) ^ (1 << (bit & 7));
        // A length that is none ends the row before it.
        expect(endOf(frames)).toBeLessThanOrEqual(at);
      }),
      propertyRuns(500),
    );
  });

  it('end before zeros, before a length that is too small and before a frame that is large', () => {
    const small = new Uint8Array(bodyBytesMin).fill(9);
    const first = frameHeaderBytes + bodyBytesMin;
    const largest = new Uint8Array(shiftBytesMax).fill(7);
    expect(endOf(new Uint8Array(100))).toBe(0);
    expect(endOf(new Uint8Array(0))).toBe(0);
    expect(endOf(framesOf([small, new Uint8Array(bodyBytesMin - 1), small]))).toBe(first);
    expect(endOf(framesOf([small, new Uint8Array(shiftBytesMax + 1), small]))).toBe(first);
    expect(endOf(framesOf([small, largest]))).toBe(first + frameHeaderBytes + shiftBytesMax);
  });

  it('are none with another salt', () => {
    const frames = framesOf([new Uint8Array(40).fill(5)]);
    expect(soundFramesEnd(frames, 0, frames.length, salt + 1, bodyBytesMin)).toBe(0);
  });
});
