import { assert } from '../model/assert.ts';
import type { FileHandle, FileStatus, Files, OpenMode } from '../model/files.ts';
import {
  applyChange,
  MemoryDirectory,
  type MemoryNode,
  MemorySymlink,
  type NameChange,
  type NameTree,
  NodeCopies,
  withoutDirectory,
} from './memory-directory.ts';
import { MemoryFile } from './memory-file.ts';
import { MemoryFileHandle } from './memory-file-handle.ts';
import { findPlace, type MemoryPlace, partsOf } from './memory-path.ts';
import type { SeededRandom } from './random.ts';
import { systemCallFailure } from './system-call-failure.ts';

/**
 * A disk in memory that knows what a real one would lose.
 *
 * - What was written is seen by every reader at once; {@link MemoryFiles.clone} keeps it, as the
 *   system does when a process is killed.
 * - Of what was written, {@link MemoryFiles.afterPowerLoss} is sure to keep only the bytes that
 *   `sync` or `dataSync` of the file covered and the names that `syncDirectory` covered.
 * - A failure is an error with the `code`, `syscall` and `path` that Node gives.
 * - An open file stays what it is when its name is moved or removed.
 *
 * Paths are parted by `/` and begin at the root, whether or not they begin with a `/`.
 */
export class MemoryFiles implements Files {
  /** Numbers of nodes that were asked for, as inodes have them. */
  readonly #numbers = new WeakMap<MemoryNode, number>();
  #lastNumber = 0;
  /**
   * How many bytes the files may hold together, gaps included; it can be changed at any time. A
   * write beyond it is cut short, one of which nothing fits fails with `ENOSPC`. @default Infinity
   */
  capacityBytes: number;
  readonly #tree: NameTree = { root: new MemoryDirectory(), unsynced: [] };
  readonly #open = new Map<MemoryFileHandle, MemoryFile>();

  constructor(options: { readonly capacityBytes?: number } = {}) {
    this.capacityBytes = options.capacityBytes ?? Number.POSITIVE_INFINITY;
  }

  absolute(path: string): string {
    return `/${partsOf(path).join('/')}`;
  }

  makeDirectory(path: string): void {
    const parts = partsOf(path);
    for (const [index] of parts.entries()) {
      const start = `/${parts.slice(0, index + 1).join('/')}`;
      const place = this.#find(start, 'mkdir', false);
      // As Node does: a link to a directory passes for one, and none is made behind a link.
      const node = place.node?.type === 'symlink' ? this.#behind(start) : place.node;
      if (node?.type === 'directory') continue;
      if (place.node === undefined) {
        this.#name(place, new MemoryDirectory(), 'mkdir', path);
        this.syncDirectory(`/${parts.slice(0, index).join('/')}`);
      } else if (node === undefined) throw systemCallFailure('EEXIST', 'mkdir', path);
      else throw systemCallFailure(index < parts.length - 1 ? 'ENOTDIR' : 'EEXIST', 'mkdir', path);
    }
  }

  /** What a symbolic link leads to; `undefined` when that is nothing. */
  #behind(path: string): MemoryNode | undefined {
    try {
      return this.#find(path, 'mkdir', true).node;
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
      throw cause;
    }
  }

  list(directory: string): string[] {
    return [...this.#directory(directory, 'scandir').names.keys()];
  }

  stat(path: string): FileStatus | undefined {
    try {
      const { node } = this.#find(path, 'lstat', false);
      if (node === undefined) return undefined;
      const number = this.#numbers.get(node) ?? this.#lastNumber + 1;
      this.#numbers.set(node, number);
      this.#lastNumber = Math.max(this.#lastNumber, number);
      const { sizeBytes, changes } = node.type === 'file' ? node : { sizeBytes: 0, changes: 0 };
      return { type: node.type, sizeBytes, stamp: `${number}:${changes}` };
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
      throw cause;
    }
  }

  open(path: string, mode: OpenMode): FileHandle {
    const place = this.#find(path, 'open', mode === 'read');
    const file = mode === 'create' ? this.#create(place, path) : place.node;
    if (file === undefined) throw systemCallFailure('ENOENT', 'open', path);
    if (file.type === 'symlink') throw systemCallFailure('ELOOP', 'open', path);
    if (file.type === 'directory') throw systemCallFailure('EISDIR', 'open', path);
    const handle = new MemoryFileHandle(file, mode !== 'read', {
      roomBytes: () => this.#roomBytes(),
      forget: () => this.#open.delete(handle),
    });
    this.#open.set(handle, file);
    return handle;
  }

  rename(from: string, to: string): void {
    const source = this.#find(from, 'rename', false);
    const target = this.#find(to, 'rename', false);
    const { node } = source;
    if (node === undefined) throw systemCallFailure('ENOENT', 'rename', from, to);
    // As POSIX has it: two names of one file both stay.
    if (node === target.node) return;
    this.#refuseReadOnly([source, target], 'rename', from, to);
    // The store moves files only; a directory would need checks of its own.
    assert(node.type !== 'directory', 'only files are renamed', { from, to });
    if (target.node?.type === 'directory') throw systemCallFailure('EISDIR', 'rename', from, to);
    this.#change([
      { directory: source.directory, name: source.name, node: undefined },
      { directory: target.directory, name: target.name, node },
    ]);
  }

  link(existing: string, name: string): void {
    const source = this.#find(existing, 'link', false);
    if (source.node === undefined) throw systemCallFailure('ENOENT', 'link', existing, name);
    const target = this.#find(name, 'link', false);
    if (target.node !== undefined) throw systemCallFailure('EEXIST', 'link', existing, name);
    this.#refuseReadOnly([target], 'link', existing, name);
    if (source.node.type === 'directory') throw systemCallFailure('EPERM', 'link', existing, name);
    this.#change([{ directory: target.directory, name: target.name, node: source.node }]);
  }

  remove(path: string): void {
    const place = this.#find(path, 'unlink', false);
    if (place.node === undefined) throw systemCallFailure('ENOENT', 'unlink', path);
    this.#refuseReadOnly([place], 'unlink', path);
    if (place.node.type === 'directory') throw systemCallFailure('EISDIR', 'unlink', path);
    this.#change([{ directory: place.directory, name: place.name, node: undefined }]);
  }

  syncDirectory(directory: string): void {
    const node = this.#directory(directory, 'open');
    node.syncedNames.clear();
    for (const [name, named] of node.names) node.syncedNames.set(name, named);
    this.#tree.unsynced = withoutDirectory(this.#tree.unsynced, node);
  }

  /** Makes a symbolic link, whose target need not exist. */
  symlink(target: string, path: string): void {
    const place = this.#find(path, 'symlink', false);
    if (place.node !== undefined) throw systemCallFailure('EEXIST', 'symlink', target, path);
    this.#name(place, new MemorySymlink(target), 'symlink', path);
  }

  /** Whether to refuse with `EACCES` every change of the names in a directory. */
  setReadOnly(directory: string, readOnly: boolean): void {
    this.#directory(directory, 'chmod').readOnly = readOnly;
  }

  /** How many bytes all files hold together, removed ones included that are still open. */
  get usedBytes(): number {
    const files = new Set(this.#open.values());
    collectFiles(this.#tree.root, files);
    let usedBytes = 0;
    for (const file of files) usedBytes += file.sizeBytes;
    return usedBytes;
  }

  /**
   * The disk as the next process finds it when this one is killed now: all that was written, and
   * what was synced of it. The two are independent from then on.
   */
  clone(): MemoryFiles {
    const copies = new NodeCopies({
      file: (file) => file.clone(),
      names: (directory) => directory.names,
      syncedNames: (directory) => directory.syncedNames,
    });
    const copy = new MemoryFiles({ capacityBytes: this.capacityBytes });
    copy.#tree.root = copies.ofDirectory(this.#tree.root);
    copy.#tree.unsynced = this.#tree.unsynced.map((changes) =>
      changes.map(({ directory, name, node }) => ({
        directory: copies.ofDirectory(directory),
        name,
        node: node && copies.of(node),
      })),
    );
    return copy;
  }

  /**
   * The disk as it comes up when the power fails now: all that was synced, and of the rest what
   * `random` lets through: any of the changed 4 KiB pages of each file, an old or a new size
   * (pages that are lost inside it read as zeros), any of the changed names. Without `random`
   * nothing that was not synced is left.
   */
  afterPowerLoss(random?: SeededRandom): MemoryFiles {
    const names = this.#namesAfterPowerLoss(random);
    const namesLeft = (directory: MemoryDirectory) => names.get(directory) ?? directory.syncedNames;
    const copies = new NodeCopies({
      file: (file) => file.afterPowerLoss(random),
      names: namesLeft,
      syncedNames: namesLeft,
    });
    const left = new MemoryFiles({ capacityBytes: this.capacityBytes });
    left.#tree.root = copies.ofDirectory(this.#tree.root);
    return left;
  }

  #namesAfterPowerLoss(random?: SeededRandom): Map<MemoryDirectory, Map<string, MemoryNode>> {
    const left = new Map<MemoryDirectory, Map<string, MemoryNode>>();
    const chance = random?.next() ?? 0;
    for (const changes of this.#tree.unsynced) {
      if (random === undefined || random.next() >= chance) continue;
      for (const change of changes) {
        const names = left.get(change.directory) ?? new Map(change.directory.syncedNames);
        left.set(change.directory, names);
        applyChange(names, change);
      }
    }
    return left;
  }

  #create(place: MemoryPlace, path: string): MemoryNode {
    if (place.node?.type === 'symlink') return place.node;
    if (place.node !== undefined) throw systemCallFailure('EEXIST', 'open', path);
    const file = new MemoryFile();
    this.#name(place, file, 'open', path);
    return file;
  }

  #roomBytes(): number {
    // Adding up all files takes a while; most tests set no limit.
    const limited = Number.isFinite(this.capacityBytes);
    return limited ? this.capacityBytes - this.usedBytes : Number.POSITIVE_INFINITY;
  }

  #find(path: string, syscall: string, followLast: boolean): MemoryPlace {
    return findPlace(this.#tree.root, path, syscall, followLast);
  }

  #directory(path: string, syscall: string): MemoryDirectory {
    const { node } = this.#find(path, syscall, true);
    if (node === undefined) throw systemCallFailure('ENOENT', syscall, path);
    if (node.type !== 'directory') throw systemCallFailure('ENOTDIR', syscall, path);
    return node;
  }

  #name(place: MemoryPlace, node: MemoryNode, syscall: string, path: string): void {
    this.#refuseReadOnly([place], syscall, path);
    this.#change([{ directory: place.directory, name: place.name, node }]);
  }

  #refuseReadOnly(places: MemoryPlace[], syscall: string, path: string, dest?: string): void {
    if (places.some((place) => place.directory.readOnly)) {
      throw systemCallFailure('EACCES', syscall, path, dest);
    }
  }

  #change(changes: readonly NameChange[]): void {
    for (const change of changes) applyChange(change.directory.names, change);
    this.#tree.unsynced.push(changes);
  }
}

function collectFiles(directory: MemoryDirectory, files: Set<MemoryFile>): void {
  for (const node of directory.names.values()) {
    if (node.type === 'file') files.add(node);
    else if (node.type === 'directory') collectFiles(node, files);
  }
}
