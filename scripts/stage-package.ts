import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.ts';

const sourceCondition = 'batpak-source';
const packedFiles = ['README.md', 'CHANGELOG.md', 'LICENSE-MIT', 'LICENSE-APACHE'];
const developmentFields = new Set(['scripts', 'devDependencies']);

/**
 * Builds the package into an empty folder and packs it there. The working tree is not touched, and
 * its `package.json` never has to be changed and changed back: what is published has no condition
 * that points at sources it doesn't hold, no scripts, and nothing that only developers need.
 *
 * Returns the path of the tarball, which lies in the folder `into`.
 */
export function packPackage(stage: string, into: string): string {
  mkdirSync(stage, { recursive: true });
  mkdirSync(into, { recursive: true });
  run('tsc', ['-p', 'tsconfig.build.json', '--outDir', join(stage, 'dist')]);
  for (const name of packedFiles) {
    if (existsSync(join(root, name))) copyFileSync(join(root, name), join(stage, name));
  }
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const published = `${JSON.stringify(publishedManifest(manifest), undefined, 2)}\n`;
  writeFileSync(join(stage, 'package.json'), published);
  const name = run('npm', ['pack', '--silent', '--pack-destination', into], stage).trim();
  return join(into, name);
}

/** The manifest without what only developers need, and without the source condition. */
function publishedManifest(manifest: unknown): unknown {
  return JSON.parse(JSON.stringify(manifest), (key, value: unknown) =>
    key === sourceCondition || developmentFields.has(key) ? undefined : value,
  );
}
