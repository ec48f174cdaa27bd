import ts from 'typescript';
import { declarationsOf, type Reexport, reexportsOf } from './tidy/export-rules.ts';
import type { SourceTree } from './tidy/source-tree.ts';

/** What a name stands for to somebody who imports it. */
export type ExportKind = 'value' | 'type' | 'value and type';

/** What the package exports: entry point → name → kind, in alphabetical order. */
export type PublicApi = Readonly<Record<string, Readonly<Record<string, ExportKind>>>>;

const entryPoints: Readonly<Record<string, string>> = {
  batpak: 'src/index.ts',
  'batpak/lmdb': 'src/lmdb/index.ts',
  'batpak/machines': 'machines/index.ts',
  'batpak/testing': 'src/testing/index.ts',
};

/** Reads the lists of exports of the four entry points. Throws when one of them is missing. */
export function publicApi(tree: SourceTree): PublicApi {
  const api: Record<string, Record<string, ExportKind>> = {};
  for (const [entryPoint, path] of Object.entries(entryPoints)) {
    const source = tree.sources.get(path);
    if (source === undefined) throw new Error(`${path} is missing: no list of '${entryPoint}'`);
    const names = reexportsOf(source).sort((a, b) => (a.publicName < b.publicName ? -1 : 1));
    api[entryPoint] = Object.fromEntries(
      names.map((reexport) => [reexport.publicName, kindOf(tree, reexport)]),
    );
  }
  return api;
}

/** The text of the fixture that holds the frozen list. */
export function formatPublicApi(api: PublicApi): string {
  return `${JSON.stringify(api, undefined, 2)}\n`;
}

function kindOf(tree: SourceTree, { name, target, typeOnly }: Reexport): ExportKind {
  if (typeOnly) return 'type';
  const declarations = declarationsOf(tree, target, name) ?? [];
  const isType = declarations.some((node) => ts.isClassDeclaration(node) || isOnlyType(node));
  const isValue = declarations.length === 0 || declarations.some((node) => !isOnlyType(node));
  if (isType && isValue) return 'value and type';
  return isType ? 'type' : 'value';
}

function isOnlyType(node: ts.Node): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}
