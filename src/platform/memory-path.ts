import type { MemoryDirectory, MemoryNode } from './memory-directory.ts';
import { systemCallFailure } from './system-call-failure.ts';

// As many as Linux follows before it takes them for a circle.
const linksFollowedMax = 40;

/** Where a path leads on the disk in memory: a directory, a name in it, and what bears the name. */
export interface MemoryPlace {
  readonly directory: MemoryDirectory;
  /** Empty when the path is the root. */
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

/**
 * Follows a path from the root. Its parts are parted by `/`; `.` and empty parts count for
 * nothing, so that `data` and `/data` are the same place; `..` takes back the part before it.
 * Symbolic links are followed, the last part's only with `followLast`.
 */
export function findPlace(
  root: MemoryDirectory,
  path: string,
  syscall: string,
  followLast: boolean,
): MemoryPlace {
  let parts: readonly string[] = partsOf(path);
  for (let followed = 0; followed <= linksFollowedMax; followed += 1) {
    const step = walk(root, parts, followLast);
    if (!('linkedParts' in step)) {
      if ('code' in step) throw systemCallFailure(step.code, syscall, path);
      return step;
    }
    parts = step.linkedParts;
  }
  throw systemCallFailure('ELOOP', syscall, path);
}

type Step = MemoryPlace | { readonly code: string } | { readonly linkedParts: readonly string[] };

/** Walks to the end of the path, or to the first symbolic link, which it puts in place. */
function walk(root: MemoryDirectory, parts: readonly string[], followLast: boolean): Step {
  let directory = root;
  for (const [index, name] of parts.entries()) {
    const node = directory.names.get(name);
    const last = index === parts.length - 1;
    if (node?.type === 'symlink' && (followLast || !last)) {
      const before = node.target.startsWith('/') ? [] : parts.slice(0, index);
      const path = [...before, node.target, ...parts.slice(index + 1)].join('/');
      return { linkedParts: partsOf(path) };
    }
    if (last) return { directory, name, node };
    if (node === undefined) return { code: 'ENOENT' };
    if (node.type !== 'directory') return { code: 'ENOTDIR' };
    directory = node;
  }
  return { directory: root, name: '', node: root };
}

/** The names that a path is made of. */
export function partsOf(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}
