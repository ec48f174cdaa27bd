import { posix } from 'node:path';
import ts from 'typescript';
import { indexFiles } from './layer-rules.ts';
import {
  isUnder,
  lineOf,
  type Rule,
  type SourceTree,
  type Violation,
  visitAll,
} from './source-tree.ts';

const defaultExportAllowed = new Set(['vitest.config.ts']);

/** Nothing is exported as default, except where a tool asks for it. */
export const noDefaultExport: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    if (defaultExportAllowed.has(path)) continue;
    for (const statement of source.statements) {
      if (!exportsDefault(statement)) continue;
      const line = lineOf(source, statement);
      violations.push({ rule: 'no-default-export', path, line, detail: 'name the export' });
    }
  }
  return violations;
};

/** No `export *`: what a file passes on is listed by name. */
export const noExportAll: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    for (const statement of source.statements) {
      if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) continue;
      if (statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause))
        continue;
      const line = lineOf(source, statement);
      violations.push({ rule: 'no-export-all', path, line, detail: 'list the names' });
    }
  }
  return violations;
};

/** An index file holds named re-exports and nothing else, and there are only three of them. */
export const indexFilesList: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    const rule = 'index-files';
    if (!indexFiles.has(path)) {
      if (!path.endsWith('/index.ts') || !isUnder(path, 'src', 'machines')) continue;
      const detail = `only ${[...indexFiles].join(', ')} may be an index`;
      violations.push({ rule, path, line: 0, detail });
      continue;
    }
    for (const statement of source.statements) {
      if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined) continue;
      const detail = 'holds more than re-exports';
      violations.push({ rule, path, line: lineOf(source, statement), detail });
    }
  }
  return violations;
};

/**
 * An index file passes on only what its module exports and doesn't mark `@internal`: the compiler
 * strips such a declaration, and what is left is an export of nothing that only consumers notice.
 */
export const publicIsPublic: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const path of indexFiles) {
    const source = tree.sources.get(path);
    if (source === undefined) continue;
    for (const { name, target, line } of reexportsOf(source)) {
      const declarations = declarationsOf(tree, target, name);
      if (declarations === undefined) continue;
      const rule = 'public-is-public';
      if (declarations.length === 0) {
        violations.push({ rule, path, line, detail: `${target} declares no '${name}'` });
      } else if (declarations.some(isInternal)) {
        violations.push({ rule, path, line, detail: `'${name}' of ${target} is @internal` });
      }
    }
  }
  return violations;
};

/** A name that an index file passes on, and the file it takes it from. */
export interface Reexport {
  /** The name in the file that declares it. */
  readonly name: string;
  /** The name under which it is public. */
  readonly publicName: string;
  /** Path from the root, or the package it comes from. */
  readonly target: string;
  readonly typeOnly: boolean;
  readonly line: number;
}

/** The names that the file exports from other files. */
export function reexportsOf(source: ts.SourceFile): Reexport[] {
  const names: Reexport[] = [];
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement)) continue;
    const { exportClause, moduleSpecifier, isTypeOnly } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) continue;
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) continue;
    const { text } = moduleSpecifier;
    const target = text.startsWith('.') ? posix.join(posix.dirname(source.fileName), text) : text;
    for (const element of exportClause.elements) {
      names.push({
        name: (element.propertyName ?? element.name).text,
        publicName: element.name.text,
        target,
        typeOnly: isTypeOnly || element.isTypeOnly,
        line: lineOf(source, element),
      });
    }
  }
  return names;
}

/** Exported declarations of the name; `undefined` when the file isn't part of the tree. */
export function declarationsOf(
  tree: SourceTree,
  path: string,
  name: string,
): ts.Statement[] | undefined {
  return tree.sources.get(path)?.statements.filter((statement) => {
    if (!hasModifier(statement, ts.SyntaxKind.ExportKeyword)) return false;
    if (ts.isVariableStatement(statement)) return bindsName(statement, name);
    return isNamedDeclaration(statement) && statement.name?.text === name;
  });
}

type NamedDeclaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration;

function isNamedDeclaration(node: ts.Node): node is NamedDeclaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function bindsName(statement: ts.VariableStatement, name: string): boolean {
  let found = false;
  for (const declaration of statement.declarationList.declarations) {
    visitAll(declaration.name, (node) => {
      if (ts.isIdentifier(node) && node.text === name) found = true;
    });
  }
  return found;
}

function exportsDefault(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  if (hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) return true;
  if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) return false;
  if (!ts.isNamedExports(statement.exportClause)) return false;
  return statement.exportClause.elements.some((element) => element.name.text === 'default');
}

function hasModifier(node: ts.Statement, kind: ts.SyntaxKind): boolean {
  if (!ts.canHaveModifiers(node)) return false;
  return ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false;
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal');
}
