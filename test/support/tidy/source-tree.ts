import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** The files that the tidy rules look at: texts alone, so that a test can plant a fault. */
export interface SourceTree {
  /** Text of each file by its path from the project's root, with `/` between the parts. */
  readonly texts: ReadonlyMap<string, string>;
  /** The TypeScript files among them, parsed. */
  readonly sources: ReadonlyMap<string, ts.SourceFile>;
}

/** One place that breaks a rule. */
export interface Violation {
  readonly rule: string;
  readonly path: string;
  /** 1-based; 0 when it is the file as a whole. */
  readonly line: number;
  readonly detail: string;
}

/** Names what is wrong in a tree. */
export type Rule = (tree: SourceTree) => Violation[];

const checkedFolders = ['src', 'machines', 'test', 'scripts', 'bench', 'examples'];
const checkedFiles = ['vitest.config.ts', 'docs/errors.md'];
const skippedFolders = new Set(['node_modules', 'dist', 'fixtures']);

/** A tree of texts held in memory, by path. */
export function sourceTree(files: Readonly<Record<string, string>>): SourceTree {
  const texts = new Map(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const sources = new Map<string, ts.SourceFile>();
  for (const [path, text] of texts) {
    if (!path.endsWith('.ts')) continue;
    sources.set(path, ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
  }
  return { texts, sources };
}

/** The tree below the project's root, as it is on the disk now. */
export function readSourceTree(root: string): SourceTree {
  const files: Record<string, string> = {};
  const add = (path: string): void => {
    const text = readIfThere(join(root, path));
    if (text !== undefined) files[path] = text;
  };
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) walk(path);
      if (entry.isFile() && entry.name.endsWith('.ts')) add(path);
    }
  };
  for (const folder of checkedFolders) walk(folder);
  for (const path of checkedFiles) add(path);
  return sourceTree(files);
}

/** Whether the path lies in one of the folders. */
export function isUnder(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** The 1-based line on which the node's own text starts. */
export function lineOf(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

/** Calls `visit` for the node and everything below it. */
export function visitAll(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => visitAll(child, visit));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw cause;
  }
}
