import { indexFilesList, noDefaultExport, noExportAll, publicIsPublic } from './export-rules.ts';
import { knownFolder, layers, noCycles, noIndexImport } from './layer-rules.ts';
import { errorPageCurrent, errorsDocumented, machineStates, unitTests } from './presence-rules.ts';
import { fileLength, functionLength, lineLength } from './size-rules.ts';
import type { Rule, SourceTree, Violation } from './source-tree.ts';
import { bannedComments, bannedSyntax, outsideWorld } from './word-rules.ts';

/** Every rule that keeps the tree tidy, by the name its violations bear. */
export const rules: Readonly<Record<string, Rule>> = {
  'file-length': fileLength,
  'line-length': lineLength,
  'function-length': functionLength,
  'known-folder': knownFolder,
  layers,
  'no-index-import': noIndexImport,
  'no-cycles': noCycles,
  'no-default-export': noDefaultExport,
  'no-export-all': noExportAll,
  'index-files': indexFilesList,
  'public-is-public': publicIsPublic,
  'outside-world': outsideWorld,
  'banned-syntax': bannedSyntax,
  'banned-comments': bannedComments,
  'unit-tests': unitTests,
  'errors-documented': errorsDocumented,
  'error-page-current': errorPageCurrent,
  'machine-states': machineStates,
};

/** What breaks any rule in the tree, as lines a person can follow to the place. */
export function tidy(tree: SourceTree): string[] {
  return Object.values(rules).flatMap((rule) => rule(tree).map(describeViolation));
}

/** A violation in one line: where, which rule, what. */
export function describeViolation({ path, line, rule, detail }: Violation): string {
  return `${path}${line > 0 ? `:${line}` : ''} ${rule}: ${detail}`;
}
