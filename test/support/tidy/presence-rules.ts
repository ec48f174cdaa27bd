import ts from 'typescript';
import { importsOf } from './imports.ts';
import { indexFiles } from './layer-rules.ts';
import { isUnder, type Rule, type SourceTree, type Violation, visitAll } from './source-tree.ts';

/** Sources whose test isn't at the mirrored path, with the suite that runs them instead. */
const testedElsewhere: ReadonlyMap<string, string> = new Map([
  ['src/platform/node-files.ts', 'test/contract/files.test.ts'],
  ['src/platform/memory-files.ts', 'test/contract/files.test.ts'],
]);

const errorsFolder = 'src/model/errors';
const errorsPage = 'docs/errors.md';
const coverageSupport = 'test/support/coverage-of-machine.ts';

/** Every source with logic has a test file at the mirrored path. */
export const unitTests: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, 'src') || indexFiles.has(path) || !hasLogic(source)) continue;
    const test = testOf(path);
    if (tree.texts.has(test)) continue;
    violations.push({ rule: 'unit-tests', path, line: 0, detail: `${test} is missing` });
  }
  return violations;
};

/** Every error class is on the page of errors with its code, and no code stands for two. */
export const errorsDocumented: Rule = (tree) => {
  const violations: Violation[] = [];
  const page = tree.texts.get(errorsPage) ?? '';
  const owners = new Map<string, string>();
  const rule = 'errors-documented';
  for (const { path, name, code } of errorClasses(tree)) {
    const add = (detail: string): void => {
      violations.push({ rule, path, line: 0, detail });
    };
    if (code === undefined) {
      add(`${name} has no literal code`);
      continue;
    }
    const owner = owners.get(code);
    if (owner !== undefined) add(`${name} has the code of ${owner}, ${code}`);
    owners.set(code, name);
    if (!hasWord(page, code)) add(`${code} is not in ${errorsPage}`);
    if (!hasWord(page, name)) add(`${name} is not in ${errorsPage}`);
  }
  return violations;
};

/** The page of errors lists no code that the sources don't have any more. */
export const errorPageCurrent: Rule = (tree) => {
  const page = tree.texts.get(errorsPage) ?? '';
  const sources = [...tree.texts].filter(([path]) => isUnder(path, 'src'));
  const violations: Violation[] = [];
  for (const code of new Set(page.match(/\bBATPAK_[A-Z0-9_]+\b/g))) {
    if (sources.some(([, text]) => hasWord(text, code))) continue;
    const detail = `${code} is not a code of the sources`;
    violations.push({ rule: 'error-page-current', path: errorsPage, line: 0, detail });
  }
  return violations;
};

/** Every state of every machine is named in its test, or walked there by the coverage support. */
export const machineStates: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, 'machines') || indexFiles.has(path)) continue;
    const states = statesOf(source);
    if (states === undefined) continue;
    const add = (detail: string): void => {
      violations.push({ rule: 'machine-states', path, line: 0, detail });
    };
    const testPath = `test/${path.replace(/\.ts$/, '.test.ts')}`;
    const test = tree.sources.get(testPath);
    if (test === undefined) {
      add(`${testPath} is missing`);
    } else if (!coversMachine(test, path)) {
      if (states.length === 0) add(`${testPath} must use ${coverageSupport}`);
      for (const state of states) {
        if (!namesState(test, state)) add(`${testPath} never names the state '${state}'`);
      }
    }
  }
  return violations;
};

function testOf(path: string): string {
  const elsewhere = testedElsewhere.get(path);
  return elsewhere ?? `test/unit/${path.slice('src/'.length).replace(/\.ts$/, '.test.ts')}`;
}

/** Whether anything in the file runs: a function body, a method, a getter. */
function hasLogic(source: ts.SourceFile): boolean {
  let found = false;
  visitAll(source, (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) found = true;
  });
  return found;
}

interface ErrorClass {
  readonly path: string;
  readonly name: string;
  readonly code: string | undefined;
}

function errorClasses(tree: SourceTree): ErrorClass[] {
  const classes: ErrorClass[] = [];
  for (const [path, source] of tree.sources) {
    if (!isUnder(path, errorsFolder)) continue;
    for (const node of source.statements) {
      if (!ts.isClassDeclaration(node) || node.name === undefined) continue;
      const isAbstract = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword);
      if (isAbstract !== true) classes.push({ path, name: node.name.text, code: codeOf(node) });
    }
  }
  return classes;
}

function codeOf(node: ts.ClassDeclaration): string | undefined {
  for (const member of node.members) {
    if (!ts.isPropertyDeclaration(member) || member.name.getText() !== 'code') continue;
    if (member.initializer === undefined) continue;
    const initial = ts.isAsExpression(member.initializer)
      ? member.initializer.expression
      : member.initializer;
    if (ts.isStringLiteral(initial)) return initial.text;
  }
  return undefined;
}

/**
 * Names of the states that the file's machine spells out; `undefined` when the file makes no
 * machine, and none when its states are not written as a literal.
 */
function statesOf(source: ts.SourceFile): string[] | undefined {
  let states: Set<string> | undefined;
  visitAll(source, (node) => {
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression;
    const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
    if (name !== 'createMachine') return;
    states ??= new Set();
    for (const argument of node.arguments) collectStates(argument, states);
  });
  return states === undefined ? undefined : [...states];
}

function collectStates(node: ts.Node, states: Set<string>): void {
  if (!ts.isObjectLiteralExpression(node)) return;
  for (const property of node.properties) {
    if (!ts.isPropertyAssignment(property) || nameOf(property) !== 'states') continue;
    if (!ts.isObjectLiteralExpression(property.initializer)) continue;
    for (const state of property.initializer.properties) {
      if (!ts.isPropertyAssignment(state)) continue;
      states.add(nameOf(state));
      collectStates(state.initializer, states);
    }
  }
}

function nameOf(property: ts.PropertyAssignment): string {
  return ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)
    ? property.name.text
    : property.name.getText();
}

/** Whether the test imports the machine and calls what it imports from the coverage support. */
function coversMachine(test: ts.SourceFile, machine: string): boolean {
  const edges = importsOf(test);
  if (!edges.some(({ target, typeOnly }) => target === machine && !typeOnly)) return false;
  const support = new Set<string>();
  for (const statement of test.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
    if (!statement.moduleSpecifier.text.endsWith('/support/coverage-of-machine.ts')) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    for (const element of bindings.elements) support.add(element.name.text);
  }
  let called = false;
  visitAll(test, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    if (ts.isIdentifier(node.expression) && support.has(node.expression.text)) called = true;
  });
  return called;
}

/** Whether a string of the test is the state's name, or a path with it such as `ready.idle`. */
function namesState(test: ts.SourceFile, state: string): boolean {
  let found = false;
  visitAll(test, (node) => {
    if (ts.isStringLiteralLike(node)) found ||= hasWord(node.text, state);
    if (ts.isPropertyAssignment(node)) found ||= nameOf(node) === state;
  });
  return found;
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\w$])${word.replaceAll('$', '\\$')}(?![\\w$])`).test(text);
}
