import { builtinModules } from 'node:module';
import ts from 'typescript';
import { importsOf } from './imports.ts';
import { isUnder, lineOf, type Rule, type Violation, visitAll } from './source-tree.ts';

/** Files beside `src/platform` that stand at the edge themselves: the start of the command. */
const outsideWorldAllowed = new Set(['src/cli/main.ts']);

/** Globals that read the time, draw random numbers, wait, or look at the process. */
const outsideGlobals: ReadonlySet<string> = new Set([
  'process',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
]);

const builtins = new Set(builtinModules);

/** No `node:` module, clock, randomness, timer or process outside `src/platform`. */
export const outsideWorld: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, 'src', 'machines') || isUnder(path, 'src/platform')) continue;
    if (outsideWorldAllowed.has(path)) continue;
    const rule = 'outside-world';
    for (const { specifier, line } of importsOf(source)) {
      if (!specifier.startsWith('node:') && !builtins.has(specifier)) continue;
      violations.push({ rule, path, line, detail: `'${specifier}' belongs in src/platform` });
    }
    const declared = declaredNames(source);
    visitAll(source, (node) => {
      const word = outsideWord(node, declared);
      if (word === undefined) return;
      const line = lineOf(source, node);
      violations.push({ rule, path, line, detail: `${word} belongs in src/platform` });
    });
  }
  return violations;
};

/** Constructs that we don't use: `any`, `enum`, `!`, a focused test, `console` in the package. */
export const bannedSyntax: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    const packaged = isUnder(path, 'src', 'machines');
    visitAll(source, (node) => {
      const word = bannedWord(node, packaged);
      if (word === undefined) return;
      const line = lineOf(source, node);
      violations.push({ rule: 'banned-syntax', path, line, detail: `${word} is not used here` });
    });
  }
  return violations;
};

/** No open task without the number of an issue, and no comment that silences the compiler. */
export const bannedComments: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    // Walking the tokens of every file would take most of the time of this test.
    if (!/TODO|FIXME|@ts-/.test(source.text)) continue;
    for (const { text, position } of commentsOf(source)) {
      const detail = commentFault(text, path);
      if (detail === undefined) continue;
      const line = source.getLineAndCharacterOfPosition(position).line + 1;
      violations.push({ rule: 'banned-comments', path, line, detail });
    }
  }
  return violations;
};

function outsideWord(node: ts.Node, declared: ReadonlySet<string>): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date')) {
    return (node.arguments?.length ?? 0) === 0 ? 'new Date()' : undefined;
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.name.text;
    if (isNamed(node.expression, 'Date') && name === 'now') return 'Date.now';
    if (isNamed(node.expression, 'Math') && name === 'random') return 'Math.random';
    if (isNamed(node.expression, 'globalThis') && outsideGlobals.has(name)) return name;
    return undefined;
  }
  if (!ts.isIdentifier(node) || !outsideGlobals.has(node.text)) return undefined;
  return declared.has(node.text) || !isReference(node) ? undefined : node.text;
}

function bannedWord(node: ts.Node, packaged: boolean): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isEnumDeclaration(node)) return 'enum';
  if (ts.isNonNullExpression(node)) return 'the non-null !';
  if (ts.isPropertyAccessExpression(node)) {
    if (node.name.text === 'only' && isTestFunction(node.expression)) return '.only';
    if (packaged && isNamed(node.expression, 'console')) return 'console';
  }
  return undefined;
}

function isTestFunction(node: ts.Expression): boolean {
  const base = ts.isPropertyAccessExpression(node) ? node.expression : node;
  return ts.isIdentifier(base) && ['it', 'test', 'describe', 'suite'].includes(base.text);
}

function commentFault(text: string, path: string): string | undefined {
  if (/\b(?:TODO|FIXME)\b(?!.*#\d)/.test(text)) return 'an open task needs the number of an issue';
  if (/@ts-(?:ignore|nocheck)\b/.test(text)) return 'the compiler is not silenced';
  if (/@ts-expect-error\b/.test(text) && !isUnder(path, 'test')) {
    return 'only a test may expect an error of the compiler';
  }
  return undefined;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** Names that the file binds itself, so that they don't mean the global. */
function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  visitAll(source, (node) => {
    const binds =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node);
    if (binds && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

/** Whether the identifier stands for a value, and isn't the name of a member. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isPropertyDeclaration(parent)) return parent.initializer === node;
  return !(
    ts.isPropertySignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessor(parent) ||
    ts.isQualifiedName(parent) ||
    ts.isTypeReferenceNode(parent)
  );
}

interface Comment {
  readonly text: string;
  readonly position: number;
}

/** The comments before and after each token, so that the same words in a string don't count. */
function commentsOf(source: ts.SourceFile): Comment[] {
  const found = new Map<number, Comment>();
  const add = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const { pos, end } of ranges ?? []) {
      found.set(pos, { text: source.text.slice(pos, end), position: pos });
    }
  };
  const walk = (node: ts.Node): void => {
    const children = node.getChildren(source);
    if (children.length === 0) {
      add(ts.getLeadingCommentRanges(source.text, node.pos));
      add(ts.getTrailingCommentRanges(source.text, node.end));
    }
    for (const child of children) walk(child);
  };
  walk(source);
  return [...found.values()];
}
