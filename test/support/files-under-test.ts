import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { FileHandle, Files } from '../../src/model/files.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { NodeFiles } from '../../src/platform/node-files.ts';
import { systemCodeOf } from '../../src/platform/system-error.ts';

/** An implementation of `Files` in a place of its own, and what a test does past the interface. */
export interface FilesUnderTest {
  readonly files: Files;
  /** An empty directory. */
  readonly directory: string;
  symlink(target: string, path: string): void;
  /** Refuses or allows changes of names; `undefined` where the system lets this user do all. */
  readonly setReadOnly: ((directory: string, readOnly: boolean) => void) | undefined;
  dispose(): void;
}

/** The real files, in a temporary directory. */
export function nodeFilesUnderTest(): FilesUnderTest {
  const directory = mkdtempSync(join(tmpdir(), 'batpak-files-'));
  return {
    files: new NodeFiles(),
    directory,
    symlink: (target, path) => symlinkSync(target, path),
    // Root may do everything, whatever the mode says.
    setReadOnly:
      process.getuid?.() === 0
        ? undefined
        : (path, readOnly) => chmodSync(path, readOnly ? 0o500 : 0o700),
    dispose: () => rmSync(directory, { recursive: true }),
  };
}

/** Files in memory. */
export function memoryFilesUnderTest(): FilesUnderTest {
  const files = new MemoryFiles();
  files.makeDirectory('/store');
  return {
    files,
    directory: '/store',
    symlink: (target, path) => files.symlink(target, path),
    setReadOnly: (path, readOnly) => files.setReadOnly(path, readOnly),
    dispose: () => undefined,
  };
}

/** Short ways to do what most tests of files begin with; each can be taken out of the object. */
export class GivenFiles {
  readonly tested: FilesUnderTest;
  readonly files: Files;

  constructor(tested: FilesUnderTest) {
    this.tested = tested;
    this.files = tested.files;
  }

  /** Path of a name in the directory of the test. */
  readonly path = (name: string): string => `${this.tested.directory}/${name}`;

  /** A new file that holds the text, open. */
  readonly create = (name: string, text = ''): FileHandle => {
    const handle = this.files.open(this.path(name), 'create');
    if (text !== '') writeText(handle, text, 0);
    return handle;
  };

  /** What the file holds. */
  readonly text = (name: string): string => {
    const handle = this.files.open(this.path(name), 'read');
    const text = readText(handle);
    handle.close();
    return text;
  };

  /** The names in the directory of the test, sorted. */
  readonly names = (): string[] => this.files.list(this.tested.directory).sort();
}

/** The text in UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text that the bytes are in UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Writes the text at a position, in one call. */
export function writeText(handle: FileHandle, text: string, position: number): void {
  const bytes = bytesOf(text);
  expect(handle.write(bytes, 0, bytes.length, position)).toBe(bytes.length);
}

/** All that an open file holds. */
export function readText(handle: FileHandle): string {
  const bytes = new Uint8Array(handle.size());
  expect(handle.read(bytes, 0, bytes.length, 0)).toBe(bytes.length);
  return textOf(bytes);
}

/** What the call throws; `undefined` when it throws nothing. */
export function failureOf(call: () => unknown): unknown {
  try {
    call();
  } catch (failure) {
    return failure;
  }
  return undefined;
}

/** The code of the failed system call that the call throws. */
export function codeOf(call: () => unknown): string | undefined {
  return systemCodeOf(failureOf(call));
}
