import { describe, expect, it } from 'vitest';
import {
  frameChecksumMismatch,
  frameCutOff,
  frameImpossibleLength,
} from '../../../../src/codec/frame.ts';
import { isTornRustTail } from '../../../../src/recovery/rust/rust-tail.ts';
import { RustLogForge } from '../../../support/rust-log.ts';
import { StoreHost } from '../../../support/store-host.ts';

/** Bytes of two frames. */
function frames(): { readonly bytes: Uint8Array; readonly second: number } {
  const log = new RustLogForge().segment();
  const start = log.position;
  log.event();
  const second = log.position - start;
  const bytes = log.event().into(new StoreHost()).read('000001.fbat');
  return { bytes: bytes.subarray(start), second };
}

const noText = () => false;

describe('the end of an open version-1 segment', () => {
  const { bytes, second } = frames();

  it('is torn where the file ends inside a frame', () => {
    for (const length of [1, 4, 8, 9, second - 1]) {
      expect(isTornRustTail(bytes.subarray(0, length), frameCutOff, noText)).toBe(true);
    }
  });

  it('is damaged where a whole frame stands behind the bad place', () => {
    expect(isTornRustTail(bytes, frameCutOff, noText)).toBe(false);
    expect(isTornRustTail(bytes.subarray(0, bytes.length - 1), frameCutOff, noText)).toBe(true);
  });

  it('is torn where there is nothing but zeros, or the texts of a footer', () => {
    expect(isTornRustTail(new Uint8Array(40), frameImpossibleLength, noText)).toBe(true);
    const texts = Uint8Array.of(0x91, 0xa1, 0x61, 0, 0, 0);
    expect(isTornRustTail(texts, frameImpossibleLength, (text) => text === 'a')).toBe(true);
    expect(isTornRustTail(texts, frameImpossibleLength, noText)).toBe(false);
  });

  it('is damaged where a checksum fails', () => {
    expect(isTornRustTail(bytes, frameChecksumMismatch, noText)).toBe(false);
  });
});
