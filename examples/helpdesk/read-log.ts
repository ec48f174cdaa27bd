import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BadLineError, type LogLine, parseLine } from './log-line.ts';

/** A log that is being read, line by line. */
export interface Log {
  readonly path: string;
  /** Size of the file, packed if it is packed; 0 when it isn't a file but a pipe. */
  readonly sizeBytes: number;
  /** How much of the file has been read by now, in bytes. */
  bytesRead(): number;
  /** The lines in their order. Blank ones are skipped. Can be gone through once. */
  readonly lines: AsyncIterable<LogLine>;
}

/** Longest line that is read, in bytes. */
export const lineBytesMax = 1024 * 1024;

/**
 * Opens a log of NDJSON, also one packed with gzip: the first two bytes tell, not the name. Lines
 * are read as they are asked for, so that a log of any size takes little memory.
 *
 * @throws {Error} with Node's code (`ENOENT`, `EACCES`, `EISDIR` …) when it can't be read
 */
export async function openLog(path: string): Promise<Log> {
  const handle = await open(path);
  const status = await handle.stat();
  if (status.isDirectory()) {
    await handle.close();
    throw Object.assign(new Error(`${path} is a directory`), { code: 'EISDIR' });
  }
  const file = handle.createReadStream({ highWaterMark: 16 * 1024 });
  return {
    path,
    sizeBytes: status.isFile() ? status.size : 0,
    bytesRead: () => file.bytesRead,
    lines: parseLines(unpack(file)),
  };
}

async function* parseLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogLine> {
  let number = 0;
  for await (const bytes of splitLines(chunks)) {
    number += 1;
    if (bytes === 'too long') {
      throw new BadLineError(number, `is longer than ${lineBytesMax} bytes`);
    }
    if (bytes === 'cut off') throw new BadLineError(number, 'the packed file is damaged here');
    const text = decode(bytes, number).trim();
    if (text !== '') yield parseLine(text, number);
  }
}

/** The lines' bytes, without their ends; the last may say what ended the reading instead. */
async function* splitLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer | 'too long' | 'cut off'> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (;;) {
        const end = bytes.indexOf(0x0a, start);
        if (end === -1) break;
        yield bytes.subarray(start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > lineBytesMax) {
        yield 'too long';
        return;
      }
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    yield 'cut off';
    return;
  }
  if (rest.length > 0) yield rest;
}

/** Whether the error is zlib's word that the packed bytes are not what was packed. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

/** The file's bytes, unpacked if they are packed. */
async function* unpack(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = file[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return;
  const bytes = continued(first.value, source);
  if (first.value[0] === 0x1f && first.value[1] === 0x8b) {
    yield* pipeline(Readable.from(bytes), createGunzip(), () => {
      // A failure of either stream ends the other, and is thrown to whoever reads.
    });
  } else {
    yield* bytes;
  }
}

async function* continued(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    // Whoever stops reading early closes the file with it.
    await rest.return?.();
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array, number: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new BadLineError(number, 'is not UTF-8');
  }
}
