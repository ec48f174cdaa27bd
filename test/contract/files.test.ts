import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileHandle, Files, OpenMode } from '../../src/model/files.ts';
import { systemCodeOf } from '../../src/platform/system-error.ts';
import {
  type FilesUnderTest,
  memoryFilesUnderTest,
  nodeFilesUnderTest,
} from '../support/files-under-test.ts';
import { propertyRuns } from '../support/property-runs.ts';
import { filesContract } from './files.ts';

filesContract('NodeFiles', nodeFilesUnderTest);
filesContract('MemoryFiles', memoryFilesUnderTest);

describe('MemoryFiles', () => {
  it('answers any sequence of calls as the real files do', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 60 }), (calls) => {
        const real = new Session(nodeFilesUnderTest());
        const memory = new Session(memoryFilesUnderTest());
        try {
          for (const call of calls) {
            expect(memory.answer(call), `${call}`).toEqual(real.answer(call));
          }
        } finally {
          real.dispose();
          memory.dispose();
        }
      }),
      propertyRuns(300),
    );
  });
});

/** One implementation with a few files open. */
class Session {
  readonly tested: FilesUnderTest;
  readonly #handles: FileHandle[] = [];

  constructor(tested: FilesUnderTest) {
    this.tested = tested;
    tested.symlink('a', this.path('link'));
    tested.symlink('none/there', this.path('dangling'));
  }

  get files(): Files {
    return this.tested.files;
  }

  path(name: string): string {
    return `${this.tested.directory}/${name}`;
  }

  isDirectory(name: string): boolean {
    return this.files.stat(this.path(name))?.type === 'directory';
  }

  open(name: string, mode: OpenMode): void {
    // Linux opens a directory to read and complains only when it is read.
    if (mode === 'read' && this.isDirectory(name === 'link' ? 'a' : name)) return;
    this.#handles.unshift(this.files.open(this.path(name), mode));
    this.#handles.splice(handlesMax).map((oldest) => oldest.close());
  }

  /** What the call on one of the open files returns. */
  withHandle(index: number, call: (handle: FileHandle) => unknown): unknown {
    const handle = this.#handles[index % Math.max(1, this.#handles.length)];
    return handle && call(handle);
  }

  /** What the call returns, or the code with which it failed. */
  answer(call: Call): unknown {
    try {
      return call.run(this) ?? 'nothing';
    } catch (failure) {
      const code = systemCodeOf(failure);
      if (code === undefined) throw failure;
      return { code };
    }
  }

  dispose(): void {
    for (const handle of this.#handles) handle.close();
    this.tested.dispose();
  }
}

/** A call on files, and how it reads in the message of a failing test. */
interface Call {
  readonly run: (session: Session) => unknown;
  readonly toString: () => string;
}

const handlesMax = 4;
const anyName = fc.constantFrom('a', 'b', './b', 'd', 'd/a', 'd/b', 'e/f/g', 'link', 'dangling');
const anyMode = fc.constantFrom<OpenMode>('read', 'create', 'write');
const anyHandle = fc.nat({ max: handlesMax - 1 });
const anyCount = fc.oneof(fc.nat({ max: 12 }), fc.constantFrom(4095, 4096, 4097, 10_000));
const anyTransfer = fc.tuple(anyHandle, anyCount, anyCount, fc.integer({ min: 1, max: 255 }));

const anyCall: fc.Arbitrary<Call> = fc.oneof(
  anyName.map((name) =>
    called(`stat ${name}`, (on) => {
      // The stamp is the file system's own.
      const { stamp: _, ...status } = on.files.stat(on.path(name)) ?? { stamp: '' };
      return status;
    }),
  ),
  anyName.map((name) => called(`list ${name}`, (on) => on.files.list(on.path(name)).sort())),
  anyName.map((name) => called(`make ${name}`, (on) => on.files.makeDirectory(on.path(name)))),
  anyName.map((name) => called(`sync ${name}`, (on) => on.files.syncDirectory(on.path(name)))),
  anyName.map((name) => called(`remove ${name}`, (on) => on.files.remove(on.path(name)))),
  fc.tuple(anyName, anyMode).map(([name, mode]) => opened(name, mode)),
  fc.tuple(anyName, anyMode).map(([name, mode]) => opened(name, mode)),
  fc.tuple(anyName, anyName).map(([from, to]) => renamed(from, to)),
  fc.tuple(anyName, anyName).map(([existing, name]) => linked(existing, name)),
  anyTransfer.map(([index, length, position, byte]) => written(index, length, position, byte)),
  anyTransfer.map(([index, length, position, byte]) => written(index, length, position, byte)),
  anyTransfer.map(([index, length, position]) => readBack(index, length, position)),
  anyTransfer.map(([index, length]) => onHandle('truncate', index, (on) => on.truncate(length))),
  anyHandle.map((index) => onHandle('size', index, (handle) => handle.size())),
  anyHandle.map((index) => onHandle('fsync', index, (handle) => handle.sync())),
  anyHandle.map((index) => onHandle('fdatasync', index, (handle) => handle.dataSync())),
  anyHandle.map((index) => onHandle('close', index, (handle) => handle.close())),
);

function called(text: string, run: (session: Session) => unknown): Call {
  return { run, toString: () => text };
}

function onHandle(text: string, index: number, call: (handle: FileHandle) => unknown): Call {
  return called(`${text} #${index}`, (session) => session.withHandle(index, call));
}

function opened(name: string, mode: OpenMode): Call {
  return called(`open ${name} to ${mode}`, (session) => session.open(name, mode));
}

function renamed(from: string, to: string): Call {
  return called(`rename ${from} to ${to}`, (session) => {
    // The interface moves files only.
    if (session.isDirectory(from)) return;
    session.files.rename(session.path(from), session.path(to));
  });
}

function linked(existing: string, name: string): Call {
  return called(`link ${existing} as ${name}`, (session) => {
    session.files.link(session.path(existing), session.path(name));
  });
}

function written(index: number, length: number, position: number, byte: number): Call {
  const bytes = new Uint8Array(length + 2).fill(byte);
  return onHandle(`write ${length} at ${position} to`, index, (handle) =>
    handle.write(bytes, 1, length, position),
  );
}

function readBack(index: number, length: number, position: number): Call {
  return onHandle(`read ${length} at ${position} from`, index, (handle) => {
    const bytes = new Uint8Array(length + 2).fill(7);
    const count = handle.read(bytes, 1, length, position);
    return { count, text: Buffer.from(bytes).toString('latin1') };
  });
}
