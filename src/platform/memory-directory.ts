import type { MemoryFile } from './memory-file.ts';

/** What a name on the disk in memory can stand for. */
export type MemoryNode = MemoryFile | MemoryDirectory | MemorySymlink;

/** A directory of the disk in memory: its names now, and those that would outlive power loss. */
export class MemoryDirectory {
  readonly type = 'directory';
  readonly names: Map<string, MemoryNode> = new Map();
  readonly syncedNames: Map<string, MemoryNode> = new Map();
  /** Whether a change of the names in it is refused with `EACCES`. */
  readOnly = false;
}

/** A symbolic link of the disk in memory. */
export class MemorySymlink {
  readonly type = 'symlink';
  readonly target: string;

  constructor(target: string) {
    this.target = target;
  }
}

/** A name that comes to stand for a node, or for none. */
export interface NameChange {
  readonly directory: MemoryDirectory;
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

/** The directories of a disk, and the changes of names that power loss could still undo. */
export interface NameTree {
  root: MemoryDirectory;
  /**
   * In order. The changes of one entry, such as the two of a rename, outlive power loss together
   * or are lost together.
   */
  unsynced: (readonly NameChange[])[];
}

/** Makes one change of the names in a directory. */
export function applyChange(names: Map<string, MemoryNode>, change: NameChange): void {
  if (change.node === undefined) names.delete(change.name);
  else names.set(change.name, change.node);
}

/** What is left to be synced once `directory` was. */
export function withoutDirectory(
  unsynced: NameTree['unsynced'],
  directory: MemoryDirectory,
): NameTree['unsynced'] {
  return unsynced
    .map((changes) => changes.filter((change) => change.directory !== directory))
    .filter((changes) => changes.length > 0);
}

/** What {@link NodeCopies} takes over from the original. */
export interface CopyRules {
  readonly file: (file: MemoryFile) => MemoryFile;
  readonly names: (directory: MemoryDirectory) => ReadonlyMap<string, MemoryNode>;
  readonly syncedNames: (directory: MemoryDirectory) => ReadonlyMap<string, MemoryNode>;
}

/** Copies of nodes: each is copied once, so that two names of one file stay two names of one. */
export class NodeCopies {
  readonly #rules: CopyRules;
  readonly #copies = new Map<MemoryNode, MemoryNode>();

  constructor(rules: CopyRules) {
    this.#rules = rules;
  }

  /** The copy of a node and of all that is below it. */
  of(node: MemoryNode): MemoryNode {
    const known = this.#copies.get(node);
    if (known !== undefined) return known;
    if (node.type === 'directory') return this.ofDirectory(node);
    const copy = node.type === 'file' ? this.#rules.file(node) : node;
    this.#copies.set(node, copy);
    return copy;
  }

  /** The same for a directory. */
  ofDirectory(directory: MemoryDirectory): MemoryDirectory {
    const known = this.#copies.get(directory);
    if (known?.type === 'directory') return known;
    const copy = new MemoryDirectory();
    this.#copies.set(directory, copy);
    copy.readOnly = directory.readOnly;
    for (const [name, node] of this.#rules.names(directory)) copy.names.set(name, this.of(node));
    for (const [name, node] of this.#rules.syncedNames(directory)) {
      copy.syncedNames.set(name, this.of(node));
    }
    return copy;
  }
}
