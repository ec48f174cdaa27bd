import { chunkChecksum, decodeChunk, rowBytes } from '../../codec/index/column-chunk.ts';
import type { ChunkSummary } from '../../codec/index/summary-parts.ts';
import {
  type ColumnPage,
  type EventColumns,
  type PageSource,
  pageRows,
} from '../../indexes/columns.ts';
import type { FileHandle, Files } from '../../model/files.ts';
import { closeQuietly } from '../../platform/close-quietly.ts';

/** The numbers that streams and scopes of a chunk have in the index, by those in the chunk. */
export interface ChunkNumbers {
  readonly streams: ReadonlyMap<number, number>;
  readonly scopes: ReadonlyMap<number, number>;
}

/** Chunks of one file, which the source reads when a page of theirs is touched. */
export interface ChunkFile {
  readonly path: string;
  /** Places are from the start of the file. */
  readonly chunks: readonly ChunkSummary[];
  /** How the chunks are numbered; 'same' as the index. Asked for once; `undefined`: unreadable. */
  readonly numbers: () => ChunkNumbers | 'same' | undefined;
}

interface ChunkPlace {
  readonly chunk: ChunkSummary;
  readonly file: ChunkFile;
}

/** Rows of pages from chunks in footers and the image, read when they are touched. */
export class ChunkSource implements PageSource {
  readonly #files: Files;
  readonly #salt: number;
  readonly #makeAnew: () => EventColumns;
  readonly #places = new Map<number, ChunkPlace[]>();
  readonly #numbers = new Map<ChunkFile, ChunkNumbers | 'same' | undefined>();

  /** @param makeAnew columns from the frames, with the numbers of the index */
  constructor(files: Files, salt: number, makeAnew: () => EventColumns) {
    this.#files = files;
    this.#salt = salt;
    this.#makeAnew = makeAnew;
  }

  /** Takes up the chunks of a file, whose rows no other chunk has. */
  add(file: ChunkFile): void {
    for (const chunk of file.chunks) {
      const pageNumber = Math.floor(chunk.firstSequence / pageRows);
      const places = this.#places.get(pageNumber);
      if (places === undefined) this.#places.set(pageNumber, [{ chunk, file }]);
      else places.push({ chunk, file });
      places?.sort((one, other) => one.chunk.firstSequence - other.chunk.firstSequence);
    }
  }

  /** Forgets the chunks of a file that was added last. */
  remove(file: ChunkFile): void {
    for (const [pageNumber, places] of this.#places) {
      const left = places.filter((place) => place.file !== file);
      this.#places.set(pageNumber, left);
    }
  }

  fill(pageNumber: number, page: ColumnPage, from: number): boolean {
    let known = from;
    for (const { chunk, file } of this.#places.get(pageNumber) ?? []) {
      const at = chunk.firstSequence - pageNumber * pageRows;
      if (at < from) continue;
      if (at !== known || !this.#read(chunk, file, page, at)) return false;
      known += chunk.count;
    }
    return true;
  }

  rebuild(): EventColumns {
    return this.#makeAnew();
  }

  #read(chunk: ChunkSummary, file: ChunkFile, page: ColumnPage, at: number): boolean {
    const bytes = new Uint8Array(chunk.count * rowBytes);
    if (!readFrom(this.#files, file.path, bytes, chunk.at)) return false;
    if (chunkChecksum(bytes, this.#salt) !== chunk.checksum) return false;
    const numbers = this.#numbersOf(file);
    if (numbers === undefined) return false;
    decodeChunk(bytes, page, at);
    return numbers === 'same' || renumber(page, at, at + chunk.count, numbers);
  }

  #numbersOf(file: ChunkFile): ChunkNumbers | 'same' | undefined {
    if (!this.#numbers.has(file)) this.#numbers.set(file, file.numbers());
    return this.#numbers.get(file);
  }
}

/** Fills the buffer from a place in a file; false when that can't be done. */
function readFrom(files: Files, path: string, bytes: Uint8Array, position: number): boolean {
  let handle: FileHandle | undefined;
  try {
    handle = files.open(path, 'read');
    return handle.read(bytes, 0, bytes.length, position) === bytes.length;
  } catch {
    // Whatever keeps it from being read, the frames hold the same.
    return false;
  } finally {
    closeQuietly(handle);
  }
}

/** Gives rows the index's numbers; false when one has a number that means nothing. */
function renumber(page: ColumnPage, from: number, to: number, numbers: ChunkNumbers): boolean {
  const { entity, scope, length } = page;
  for (let at = from; at < to; at += 1) {
    if (length[at] === 0) continue;
    const streamId = numbers.streams.get(entity[at] ?? 0);
    const scopeId = numbers.scopes.get(scope[at] ?? 0);
    if (streamId === undefined || scopeId === undefined) return false;
    entity[at] = streamId;
    scope[at] = scopeId;
  }
  return true;
}
