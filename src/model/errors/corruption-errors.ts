import { BatpakError } from './batpak-error.ts';

/** Bytes of a segment are not what was written. Nothing was changed on the disk. */
export class CorruptSegmentError extends BatpakError {
  readonly code = 'BATPAK_CORRUPT_SEGMENT';
  readonly path: string;
  /** Where in the file, in bytes. */
  readonly offset: number;
  /** What should be there. */
  readonly expected: string;
  /** What is there. */
  readonly actual: string;

  constructor(facts: { path: string; offset: number; expected: string; actual: string }) {
    super(
      `${facts.path} is corrupt at byte ${facts.offset}: ` +
        `expected ${facts.expected}, found ${facts.actual}`,
    );
    this.path = facts.path;
    this.offset = facts.offset;
    this.expected = facts.expected;
    this.actual = facts.actual;
  }
}

/** A file was written by a later version of this library, or is of another format. */
export class UnsupportedVersionError extends BatpakError {
  readonly code = 'BATPAK_UNSUPPORTED_VERSION';
  readonly path: string;
  readonly version: number;
  /** The versions that this library reads. */
  readonly supported: readonly number[];

  constructor(path: string, version: number, supported: readonly number[]) {
    const known = supported.join(', ');
    super(`${path} has format version ${version}; this library reads ${known}. Use a later one.`);
    this.path = path;
    this.version = version;
    this.supported = supported;
  }
}
