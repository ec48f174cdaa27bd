import { posix } from 'node:path';
import ts from 'typescript';
import { lineOf, visitAll } from './source-tree.ts';

/** One place where a file names another module, in whatever form. */
export interface ImportEdge {
  /** As written: a relative path, a package, or a `node:` module. */
  readonly specifier: string;
  /** Path from the project's root when the specifier is relative. */
  readonly target: string | undefined;
  /** Whether nothing of it is left once types are erased. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every import and re-export of the file: static, dynamic, and inside a type. */
export function importsOf(source: ts.SourceFile): ImportEdge[] {
  const edges: ImportEdge[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const relative = specifier.text.startsWith('.');
    const target = relative
      ? posix.join(posix.dirname(source.fileName), specifier.text)
      : undefined;
    edges.push({ specifier: specifier.text, target, typeOnly, line: lineOf(source, node) });
  };
  visitAll(source, (node) => {
    if (ts.isImportDeclaration(node)) {
      // `import { type A }` stays behind as a side-effect import, so only the clause counts.
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node, node.moduleSpecifier, typeOnly);
    } else if (ts.isExportDeclaration(node)) {
      add(node, node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal, true);
    } else if (ts.isCallExpression(node) && isModuleCall(node)) {
      add(node, node.arguments[0], false);
    }
  });
  return edges;
}

function isModuleCall(node: ts.CallExpression): boolean {
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(node.expression) && node.expression.text === 'require';
}
