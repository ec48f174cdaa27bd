import ts from 'typescript';
import { lineOf, type Rule, type Violation, visitAll } from './source-tree.ts';

const fileLinesMax = 400;
const functionLinesMax = 70;
const lineCharactersMax = 100;

/** A file has at most 400 lines. */
export const fileLength: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const path of tree.sources.keys()) {
    const count = linesOf(tree.texts.get(path) ?? '').length;
    if (count <= fileLinesMax) continue;
    const detail = `${count} lines, at most ${fileLinesMax}: split it by concept`;
    violations.push({ rule: 'file-length', path, line: 0, detail });
  }
  return violations;
};

/** A line has at most 100 characters, unless a link makes it longer. */
export const lineLength: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const path of tree.sources.keys()) {
    for (const [index, line] of linesOf(tree.texts.get(path) ?? '').entries()) {
      const count = [...line].length;
      if (count <= lineCharactersMax || line.includes('https://')) continue;
      const detail = `${count} characters, at most ${lineCharactersMax}`;
      violations.push({ rule: 'line-length', path, line: index + 1, detail });
    }
  }
  return violations;
};

/** A function, method or accessor has at most 70 lines, from its name to its closing brace. */
export const functionLength: Rule = (tree) => {
  const violations: Violation[] = [];
  for (const [path, source] of tree.sources) {
    visitAll(source, (node) => {
      if (!ts.isFunctionLike(node) || isGroupOfTests(node)) return;
      const first = lineOf(source, node);
      const last = source.getLineAndCharacterOfPosition(node.end).line + 1;
      const count = last - first + 1;
      if (count <= functionLinesMax) return;
      const detail = `${count} lines, at most ${functionLinesMax}: it does more than one thing`;
      violations.push({ rule: 'function-length', path, line: first, detail });
    });
  }
  return violations;
};

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The callback of a `describe` is a list of tests, not one function to be read at once. */
function isGroupOfTests(node: ts.Node): boolean {
  if (!ts.isCallExpression(node.parent)) return false;
  let callee: ts.Expression = node.parent.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) {
    callee = callee.expression;
  }
  return ts.isIdentifier(callee) && callee.text === 'describe';
}
