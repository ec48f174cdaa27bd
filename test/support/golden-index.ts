import { ByteWriter } from '../../src/codec/index/byte-writer.ts';
import { chunkChecksum, encodeChunk } from '../../src/codec/index/column-chunk.ts';
import {
  type FooterSummary,
  footerVersion,
  writeFooterHead,
  writeFooterStream,
} from '../../src/codec/index/footer.ts';
import {
  encodeImageSummary,
  type ImageSummary,
  imageVersion,
} from '../../src/codec/index/image.ts';
import { encodeTrailer } from '../../src/codec/index/trailer.ts';
import { ColumnPage } from '../../src/indexes/columns.ts';

const startUs = 1_735_689_600_000_000;
/** Hash of the golden segment's last event. */
const lastHash = '1de5be39c8290b53de7383740f67c24f8c4e87c14e12083968d0d5b4ddbdecfe';
/** What stands for the idempotency key `move-1` in the tables of the golden store. */
export const goldenKeyHash = 0xe6377909;

/** The rows of two events of one stream. */
export function goldenPage(): ColumnPage {
  const page = new ColumnPage();
  page.timestampUs.set([startUs, startUs]);
  page.entity.set([0, 0]);
  page.scope.set([0, 1]);
  page.clock.set([0, 1]);
  page.offset.set([0xd6, 0x1bd]);
  page.length.set([0x99, 0xfe]);
  page.distance.set([0, 1]);
  page.kind.set([0x1000, 0x1000]);
  return page;
}

/** What the footer of a segment with these two events says. */
export function goldenFooterSummary(storeId: Uint8Array, salt: number): FooterSummary {
  const chunk = encodeChunk(goldenPage(), 0, 2);
  return {
    ...{ storeId, segmentId: 1, revision: 0, epoch: 0, validBytes: 0x312 },
    ...{ firstSequence: 0, nextSequence: 2, timestampUs: startUs, counter: 4, hashChain: true },
    lastFrame: { offset: 0x1bd, length: 0xfe, checksum: 0x2b9b4412 },
    names: [{ name: 'moved', kind: 0x1000 }],
    kinds: Uint32Array.of(0x1000),
    scopes: [
      { id: 0, text: 'default' },
      { id: 1, text: 'room:dungeon' },
    ],
    streams: [
      {
        ...{ id: 0, key: 'player:zoë', firstClock: 0, clock: 1, sequence: 1 },
        hash: Uint8Array.from(Buffer.from(lastHash, 'hex')),
      },
    ],
    keys: Uint32Array.of(goldenKeyHash, 1),
    ids: Uint32Array.of(),
    runs: [{ from: 0, to: 2, startUs, endUs: startUs }],
    holes: [],
    chunks: [{ firstSequence: 0, count: 2, at: 0, checksum: chunkChecksum(chunk, salt), startUs }],
  };
}

/** The bytes of that summary. */
export function encodeFooterSummary(summary: FooterSummary): Uint8Array {
  const writer = new ByteWriter();
  writeFooterHead(writer, summary, summary.streams.length);
  for (const stream of summary.streams) writeFooterStream(writer, stream);
  return writer.done();
}

/** What an image of the store with that segment alone says; it has no footer. */
export function goldenImageSummary(storeId: Uint8Array, salt: number): ImageSummary {
  const footer = goldenFooterSummary(storeId, salt);
  const { hashChain, nextSequence, names, kinds, keys, ids, runs, holes, chunks } = footer;
  return {
    ...{ storeId, epoch: 0, hashChain, nextSequence, timestampUs: startUs, counter: 5 },
    segments: [
      {
        ...{ id: 1, revision: 0, validBytes: 0x350, firstSequence: 0 },
        ...{ lastFrame: footer.lastFrame, timestampUs: startUs, counter: 5 },
        ...{ names: 1, keys: 0, footer: 'none' },
      },
    ],
    ...{ names, kinds, keys, ids, runs, holes },
    scopes: footer.scopes.map(({ text }) => text),
    streams: footer.streams.map(({ key, sequence, clock, hash }) => ({
      ...{ key, sequence, clock, hash },
    })),
    chunks: chunks.map((chunk) => ({ ...chunk, segmentId: 0 })),
  };
}

/** A whole footer. */
export function goldenFooter(storeId: Uint8Array, salt: number): Uint8Array {
  const chunk = encodeChunk(goldenPage(), 0, 2);
  const summary = encodeFooterSummary(goldenFooterSummary(storeId, salt));
  const trailer = encodeTrailer('FBATFOOT', footerVersion, chunk.length, summary, salt);
  return Buffer.concat([chunk, summary, trailer]);
}

/** A whole image. */
export function goldenImage(storeId: Uint8Array, salt: number): Uint8Array {
  const chunk = encodeChunk(goldenPage(), 0, 2);
  const summary = encodeImageSummary(goldenImageSummary(storeId, salt));
  const trailer = encodeTrailer('FBATIMAG', imageVersion, chunk.length, summary, 0);
  return Buffer.concat([chunk, summary, trailer]);
}
