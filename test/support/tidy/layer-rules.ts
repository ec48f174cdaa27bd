import { importsOf } from './imports.ts';
import { isUnder, type Rule, type SourceTree, type Violation } from './source-tree.ts';

/** How high each folder of `src` stands. An import goes to the own folder or to a lower number. */
const layerOfFolder: ReadonlyMap<string, number> = new Map([
  ['model', 0],
  ['codec', 1],
  ['platform', 1],
  ['inspect', 1],
  ['log', 2],
  ['indexes', 2],
  ['recovery', 3],
  ['projections', 3],
  ['delivery', 3],
  ['store', 4],
  ['gates', 5],
  ['aggregates', 5],
  ['exchange', 5],
  ['testing', 6],
  ['cli', 7],
]);

/** The hand-written lists of what the package exports. */
export const indexFiles: ReadonlySet<string> = new Set([
  'src/index.ts',
  'machines/index.ts',
  'src/lmdb/index.ts',
  'src/testing/index.ts',
]);

/** Every file of `src` lies in a folder that has a layer. */
export const knownFolder: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const path of tree.sources.keys()) {
    if (!isUnder(path, 'src') || indexFiles.has(path)) continue;
    if (layerOf(path) !== undefined) continue;
    const detail = 'its folder has no layer; give it one in test/support/tidy/layer-rules.ts';
    violations.push({ rule: 'known-folder', path, line: 0, detail });
  }
  return violations;
};

/**
 * Imports point down: to the own folder or a lower layer. Machines take only types of the model,
 * and examples only what the package exports.
 */
export const layers: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, 'src', 'machines', 'examples') || indexFiles.has(path)) continue;
    for (const { target, specifier, typeOnly, line } of importsOf(source)) {
      const detail = faultOf(path, specifier, target, typeOnly);
      if (detail !== undefined) violations.push({ rule: 'layers', path, line, detail });
    }
  }
  return violations;
};

/** Whoever needs a thing imports the file that defines it, never a list of exports. */
export const noIndexImport: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, 'src', 'machines')) continue;
    for (const { target, line } of importsOf(source)) {
      if (target === undefined || !target.endsWith('/index.ts')) continue;
      const detail = `imports ${target}; import the file that defines it`;
      violations.push({ rule: 'no-index-import', path, line, detail });
    }
  }
  return violations;
};

/** No file reaches itself by its imports, those of types included. */
export const noCycles: Rule = (tree) => {
  const violations: Violation[] = [];
  const finished = new Set<string>();
  const trail: string[] = [];
  const follow = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = [...trail.slice(start), path];
      violations.push({ rule: 'no-cycles', path, line: 0, detail: cycle.join(' → ') });
      return;
    }
    if (finished.has(path)) return;
    trail.push(path);
    for (const target of targetsOf(tree, path)) follow(target);
    trail.pop();
    finished.add(path);
  };
  for (const path of tree.sources.keys()) follow(path);
  return violations;
};

function targetsOf(tree: SourceTree, path: string): string[] {
  const source = tree.sources.get(path);
  if (source === undefined) return [];
  const targets = new Set(importsOf(source).map(({ target }) => target));
  return [...targets].filter((target) => target !== undefined);
}

function faultOf(
  path: string,
  specifier: string,
  target: string | undefined,
  typeOnly: boolean,
): string | undefined {
  if (isUnder(path, 'machines')) return faultOfMachine(specifier, target, typeOnly);
  if (isUnder(path, 'examples')) return faultOfExample(target);
  if (target === undefined) return undefined;
  return faultOfSource(path, target);
}

function faultOfMachine(
  specifier: string,
  target: string | undefined,
  typeOnly: boolean,
): string | undefined {
  if (target === undefined) {
    const fine = specifier === 'xstate' || specifier.startsWith('xstate/');
    return fine ? undefined : `a machine may not import '${specifier}', only xstate`;
  }
  if (isUnder(target, 'machines')) return undefined;
  if (!isUnder(target, 'src/model')) return `a machine may not import ${target}`;
  return typeOnly ? undefined : `a machine takes only 'import type' from ${target}`;
}

function faultOfExample(target: string | undefined): string | undefined {
  if (target === undefined || isUnder(target, 'examples')) return undefined;
  return `an example imports 'batpak' as its reader would, not ${target}`;
}

function faultOfSource(path: string, target: string): string | undefined {
  const own = layerOf(path);
  if (own === undefined) return undefined;
  // Machines stand beside the model: every layer above it may take them by value.
  if (isUnder(target, 'machines')) {
    return own > 0 ? undefined : 'the model stands beside the machines and may not import them';
  }
  if (!isUnder(target, 'src')) return `imports ${target}, which is not part of the package`;
  if (folderOf(path) === folderOf(target)) return undefined;
  const other = layerOf(target);
  if (other === undefined) return `imports ${target}, which is in no layer`;
  if (other < own) return undefined;
  const way = other === own ? 'sideways' : 'up';
  return `imports ${target}: layer ${own} → layer ${other} is ${way}`;
}

function folderOf(path: string): string | undefined {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1] : undefined;
}

function layerOf(path: string): number | undefined {
  const folder = folderOf(path);
  return folder === undefined ? undefined : layerOfFolder.get(folder);
}
