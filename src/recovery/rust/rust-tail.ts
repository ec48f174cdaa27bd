import { checkFrame, frameCutOff, frameHeaderBytes } from '../../codec/frame.ts';
import { decodeRustBody } from '../../codec/rust/record-v1.ts';
import { isTornSidx } from '../../codec/rust/sidx.ts';

/** No frame of version 1 has a body that is shorter: the names of its fields alone are longer. */
export const rustBodyBytesMin = 128;

/**
 * Whether what stands behind the last whole frame of a segment without a footer may have been left
 * there by a process or a machine that stopped while writing: a frame or a footer that the end of
 * the file cuts off, or zeros. Nothing in a version-1 log shows what was durable; but a whole frame
 * behind the place shows that the place was damaged later.
 *
 * @param bytes from there to the end of the file
 * @param answer what `checkFrame` made of them, negative
 * @param isText whether a text is an entity or a scope of the segment
 */
export function isTornRustTail(
  bytes: Uint8Array,
  answer: number,
  isText: (text: string) => boolean,
): boolean {
  if (answer === frameCutOff) return !holdsFrame(bytes);
  return bytes.every((byte) => byte === 0) || isTornSidx(bytes, isText);
}

function holdsFrame(bytes: Uint8Array): boolean {
  const end = bytes.length;
  for (let at = 1; at + frameHeaderBytes + rustBodyBytesMin <= end; at += 1) {
    // A body is a map of three or four fields: one look spares most checksums.
    const map = bytes[at + frameHeaderBytes] ?? 0;
    if (map !== 0x83 && map !== 0x84) continue;
    const length = checkFrame(bytes, at, end, 0, rustBodyBytesMin);
    const body = at + frameHeaderBytes;
    if (length > 0 && decodeRustBody(bytes, body, body + length) !== undefined) return true;
  }
  return false;
}
