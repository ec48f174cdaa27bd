import { assert } from '../model/assert.ts';
import type { FileHandle, FileStatus, Files, OpenMode } from '../model/files.ts';
import { FaultHandle, type FileFault } from './fault-handle.ts';
import { systemCallFailure } from './system-call-failure.ts';

/** A call on {@link Files} or on an open file. */
export type FileOperation = Exclude<keyof Files, 'absolute'> | keyof FileHandle;

/** Which calls a rule of a {@link FaultPlan} is about. */
export interface FaultTarget {
  /** @default 'any' */
  readonly operation?: FileOperation | 'any';
  /** Only paths that end so; of a rename or link either path. @default all paths */
  readonly path?: string;
  /** Which of these calls, counted from 1 and from the moment the rule is added. @default 1 */
  readonly nth?: number;
  /** Whether the calls after the `nth` are meant too. @default false */
  readonly andLater?: boolean;
}

/** The same for rules about writes or reads only. */
export type TransferTarget = Omit<FaultTarget, 'operation'>;

/** One call that was made. */
export interface LoggedOperation {
  readonly operation: FileOperation;
  readonly path: string;
  /** The second path of a rename or link. */
  readonly to?: string;
  /** How many bytes were to be written or read, or the size to cut a file to. */
  readonly bytes?: number;
}

/**
 * Files that fail as a test plans it: a wrapper around any {@link Files} that counts the calls,
 * logs them, and gives each the fault of the first rule that it meets.
 *
 * ```ts
 * const plan = new FaultPlan(new MemoryFiles());
 * plan.fail({ operation: 'write', nth: 3, code: 'EIO', path: '.fbat' });
 * ```
 *
 * A call that fails has done nothing, but for three: a torn write wrote its first bytes, a failed
 * `close` has closed, and after a failed sync on {@link MemoryFiles} no later one stores what this
 * one should have, as on Linux, where the next sync through another descriptor fails as well.
 */
export class FaultPlan implements Files {
  readonly #files: Files;
  readonly #operations: LoggedOperation[] = [];
  #rules: Rule[] = [];
  #held: (() => void)[] | undefined;

  constructor(files: Files) {
    this.#files = files;
  }

  /** Every call so far, in order. */
  get operations(): readonly LoggedOperation[] {
    return this.#operations;
  }

  /** How many calls of an operation there were so far, on paths that end with `path`. */
  count(operation: FileOperation | 'any' = 'any', path = ''): number {
    return this.#operations.filter((call) => isAbout(operation, path, call)).length;
  }

  /** Lets calls fail with a code of the system, such as `EIO`. */
  fail(target: FaultTarget & { readonly code: string }): this {
    return this.#add(target, { code: target.code, bytesMax: 0 });
  }

  /** Lets writes put only their first `keepBytes` bytes into the file, and then fail. */
  tear(target: TransferTarget & { readonly code: string; readonly keepBytes: number }): this {
    const { code, keepBytes } = target;
    return this.#add({ ...target, operation: 'write' }, { code, bytesMax: keepBytes });
  }

  /** Lets writes put at most `bytes` bytes into the file and return that, without an error. */
  shortWrite(target: TransferTarget & { readonly bytes: number }): this {
    return this.#add({ ...target, operation: 'write' }, { bytesMax: target.bytes });
  }

  /** Lets reads return at most `bytes` bytes although more are there. */
  shortRead(target: TransferTarget & { readonly bytes: number }): this {
    return this.#add({ ...target, operation: 'read' }, { bytesMax: target.bytes });
  }

  /** Runs something before calls, such as a second writer, or what is to look at the disk then. */
  before(target: FaultTarget, run: () => void): this {
    return this.#add(target, run);
  }

  /** Holds back the answers of `beginSync`, so that a test decides what happens meanwhile. */
  holdSyncs(): this {
    this.#held ??= [];
    return this;
  }

  /** Gives the answers that were held back, in order, and holds none any more. */
  releaseSyncs(): this {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
    return this;
  }

  /** Takes back all rules: the disk is well again. */
  heal(): this {
    this.#rules = [];
    return this;
  }

  absolute(path: string): string {
    return this.#files.absolute(path);
  }

  makeDirectory(path: string): void {
    this.#meet({ operation: 'makeDirectory', path });
    this.#files.makeDirectory(path);
  }

  list(directory: string): string[] {
    this.#meet({ operation: 'list', path: directory });
    return this.#files.list(directory);
  }

  stat(path: string): FileStatus | undefined {
    this.#meet({ operation: 'stat', path });
    return this.#files.stat(path);
  }

  open(path: string, mode: OpenMode): FileHandle {
    this.#meet({ operation: 'open', path });
    return new FaultHandle(
      this.#files.open(path, mode),
      (operation, bytes) =>
        this.#meetFault({ operation, path, ...(bytes === undefined ? {} : { bytes }) }),
      (answer) => {
        if (this.#held === undefined) answer();
        else this.#held.push(answer);
      },
    );
  }

  rename(from: string, to: string): void {
    this.#meet({ operation: 'rename', path: from, to });
    this.#files.rename(from, to);
  }

  link(existing: string, name: string): void {
    this.#meet({ operation: 'link', path: existing, to: name });
    this.#files.link(existing, name);
  }

  remove(path: string): void {
    this.#meet({ operation: 'remove', path });
    this.#files.remove(path);
  }

  syncDirectory(directory: string): void {
    this.#meet({ operation: 'syncDirectory', path: directory });
    this.#files.syncDirectory(directory);
  }

  #add(target: FaultTarget, effect: Effect): this {
    const { operation = 'any', path = '', nth = 1, andLater = false } = target;
    assert(Number.isInteger(nth) && nth >= 1, 'calls are counted from 1', { nth });
    this.#rules.push({ operation, path, nth, andLater, effect, seen: 0 });
    return this;
  }

  /** For calls on names, which fail or don't. */
  #meet(call: LoggedOperation): void {
    const fault = this.#meetFault(call);
    if (fault?.failure !== undefined) throw fault.failure;
  }

  #meetFault(call: LoggedOperation): FileFault | undefined {
    this.#operations.push(call);
    // All rules count the call before one is applied: what a rule runs may make calls itself.
    const due = this.#rules.filter((rule) => isDue(rule, call));
    let first: PlannedFault | undefined;
    for (const { effect } of due) {
      if (typeof effect === 'function') effect();
      else first ??= effect;
    }
    if (first === undefined) return undefined;
    const failure = first.code === undefined ? undefined : failureOf(call, first.code);
    return { failure, bytesMax: first.bytesMax };
  }
}

interface PlannedFault {
  readonly code?: string;
  readonly bytesMax: number;
}

type Effect = PlannedFault | (() => void);

interface Rule {
  readonly operation: FileOperation | 'any';
  readonly path: string;
  readonly nth: number;
  readonly andLater: boolean;
  readonly effect: Effect;
  seen: number;
}

const syscallOf: Readonly<Record<FileOperation, string>> = {
  makeDirectory: 'mkdir',
  list: 'scandir',
  stat: 'lstat',
  open: 'open',
  rename: 'rename',
  link: 'link',
  remove: 'unlink',
  syncDirectory: 'fsync',
  write: 'write',
  read: 'read',
  truncate: 'ftruncate',
  size: 'fstat',
  sync: 'fsync',
  dataSync: 'fdatasync',
  beginSync: 'fsync',
  close: 'close',
};

function isDue(rule: Rule, call: LoggedOperation): boolean {
  if (!isAbout(rule.operation, rule.path, call)) return false;
  rule.seen += 1;
  return rule.seen === rule.nth || (rule.andLater && rule.seen > rule.nth);
}

function isAbout(operation: FileOperation | 'any', path: string, call: LoggedOperation): boolean {
  if (operation !== 'any' && operation !== call.operation) return false;
  return call.path.endsWith(path) || (call.to?.endsWith(path) ?? false);
}

const operationsOnOpenFiles: ReadonlySet<FileOperation> = new Set([
  'write',
  'read',
  'truncate',
  'size',
  'sync',
  'dataSync',
  'beginSync',
  'close',
]);

function failureOf(call: LoggedOperation, code: string): Error {
  const syscall = syscallOf[call.operation];
  if (operationsOnOpenFiles.has(call.operation)) return systemCallFailure(code, syscall);
  return systemCallFailure(code, syscall, call.path, call.to);
}
