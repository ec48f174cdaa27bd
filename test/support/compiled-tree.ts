import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Writes the sources, and scripts of test/support with what those import, as plain JavaScript into
 * a directory, laid out so that they find each other, the package by its name, and its
 * dependencies. A process that runs them starts in a third of the time that one takes which
 * compiles as it goes.
 */
export function compileTree(directory: string, scripts: readonly string[]): void {
  for (const folder of ['machines', 'src']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.ts')) compileFile(join(folder, name), directory);
    }
  }
  for (const script of scripts) compileFile(join('test/support', script), directory);
  const exports = { '.': './src/index.js', './testing': './src/testing/index.js' };
  const manifest = JSON.stringify({ name: 'batpak', type: 'module', exports });
  writeFileSync(join(directory, 'package.json'), manifest);
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
}

function compileFile(path: string, directory: string): void {
  const { outputText } = ts.transpileModule(readFileSync(join(root, path), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  const target = join(directory, path.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
