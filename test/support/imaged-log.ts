import {
  encodeImageSummary,
  type ImageSummary,
  imageVersion,
} from '../../src/codec/index/image.ts';
import { encodeTrailer } from '../../src/codec/index/trailer.ts';
import type { Files } from '../../src/model/files.ts';
import type { MemoryFiles } from '../../src/platform/memory-files.ts';
import { type FoundImage, imageFileName, readImage } from '../../src/recovery/image/image-file.ts';
import { writeImage } from '../../src/recovery/image/image-writer.ts';
import { recoverLog } from '../../src/recovery/ladder.ts';
import { type ForgedLog, forgedSalt, forgedStoreId } from './forged-log.ts';

/** A forged log in memory with an image of it. */
export class ImagedLog {
  readonly files: MemoryFiles;
  readonly directory: string;
  readonly path: string;

  constructor(forged: ForgedLog) {
    this.files = forged.write();
    this.directory = forged.directory;
    this.path = `${this.directory}/${imageFileName}`;
    this.write();
  }

  /** Writes the image of the log as it is. @returns whether that could be done */
  write(files: Files = this.files): boolean {
    const log = recoverLog(this.files, this.directory, 1);
    const { segments, index, names, notes, timestampUs, counter } = log;
    return writeImage({
      ...{ files, directory: this.directory, storeId: forgedStoreId, salt: forgedSalt },
      ...{ hashChain: true, segments, index, names, notes, timestampUs, counter },
    });
  }

  /** The image that is there. */
  read(): FoundImage {
    const found = readImage(this.files, this.directory, forgedStoreId);
    if (found === undefined || typeof found === 'string') throw new Error(`no image: ${found}`);
    return found;
  }

  /** Puts an image with another summary in its place, with checksums that hold. */
  forge(change: Partial<ImageSummary>, version: number = imageVersion): void {
    const { summary, chunkBytes } = this.read();
    const bytes = encodeImageSummary({ ...summary, ...change });
    const handle = this.files.open(this.path, 'write');
    const trailer = encodeTrailer('FBATIMAG', version, chunkBytes, bytes, 0);
    handle.truncate(chunkBytes);
    handle.write(bytes, 0, bytes.length, chunkBytes);
    handle.write(trailer, 0, trailer.length, chunkBytes + bytes.length);
    handle.close();
  }
}
