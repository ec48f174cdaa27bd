import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed, root, run } from './run.ts';
import { packPackage } from './stage-package.ts';

/** How a consumer's compiler may be set up; each must accept the published declarations. */
const resolutions = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
];

const installScripts = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];

/**
 * Checks what users get, not what lies in the tree: packs it, lints the tarball, installs it in a
 * project outside, type-checks samples there with `skipLibCheck` off, and runs them.
 */
function checkPackage(folder: string): void {
  const tarball = packPackage(join(folder, 'stage'), folder);
  run('publint', ['run', tarball, '--strict']);
  run('attw', [tarball, '--profile', 'esm-only', '--no-definitely-typed', '--no-emoji']);
  const consumer = join(folder, 'consumer');
  installConsumer(consumer, tarball);
  checkInstalled(join(consumer, 'node_modules', 'batpak'));
  for (const resolution of resolutions) compile(consumer, resolution);
  for (const name of samples(consumer)) {
    run('node', [join('nodenext', name.replace(/\.ts$/, '.js'))], consumer);
  }
}

function samples(consumer: string): string[] {
  return readdirSync(consumer).filter((name) => name.endsWith('.ts'));
}

/** Puts the samples of the README beside the others: what it shows must compile for its readers. */
function copyReadmeSamples(consumer: string): void {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const found = [...readme.matchAll(/```ts run\n(.*?)```/gs)];
  assert(found.length > 0, 'the README has samples');
  for (const [index, [, sample = '']] of found.entries()) {
    writeFileSync(join(consumer, `readme-${index + 1}.ts`), sample);
  }
}

function installConsumer(consumer: string, tarball: string): void {
  mkdirSync(consumer, { recursive: true });
  const { xstate, '@types/node': nodeTypes } = installedVersions();
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { batpak: `file:${tarball}`, xstate, '@types/node': nodeTypes },
  };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], consumer);
  cpSync(join(root, 'test/types/consumer'), consumer, { recursive: true });
  copyReadmeSamples(consumer);
}

/** The very versions of this tree: they are in npm's cache since its own installation. */
function installedVersions(): Record<'xstate' | '@types/node', string> {
  const version = (name: string): string => {
    const manifest = readManifest(join(root, 'node_modules', name));
    assert(typeof manifest['version'] === 'string', `${name} has a version`);
    return manifest['version'];
  };
  return { xstate: version('xstate'), '@types/node': version('@types/node') };
}

function checkInstalled(folder: string): void {
  const manifest = readManifest(folder);
  const text = JSON.stringify(manifest);
  assert(!text.includes('batpak-source'), 'the published manifest names no sources');
  const scripts: unknown = manifest['scripts'] ?? {};
  for (const name of installScripts) {
    const has = typeof scripts === 'object' && scripts !== null && name in scripts;
    assert(!has, `the package runs no ${name} script`);
  }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const needed of ['LICENSE-MIT', 'LICENSE-APACHE', 'CHANGELOG.md', 'dist/src/index.js']) {
    assert(names.includes(needed), `the package holds ${needed}`);
  }
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  assert.deepEqual(sources, [], 'the package holds no sources');
}

function readManifest(folder: string): Record<string, unknown> {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  assert(typeof manifest === 'object' && manifest !== null, 'a manifest is an object');
  return { ...manifest };
}

/** Type-checks the samples and writes them to a folder named after the resolution. */
function compile(consumer: string, resolution: (typeof resolutions)[number]): void {
  const name = `tsconfig.${resolution.moduleResolution}.json`;
  const config = {
    compilerOptions: {
      ...resolution,
      target: 'es2022',
      lib: ['es2023'],
      types: ['node'],
      strict: true,
      skipLibCheck: false,
      outDir: resolution.moduleResolution,
      rootDir: '.',
    },
    include: ['*.ts'],
  };
  writeFileSync(join(consumer, name), JSON.stringify(config));
  run('tsc', ['-p', name], consumer);
}

const folder = mkdtempSync(join(tmpdir(), 'batpak-package-'));
try {
  checkPackage(folder);
} catch (cause) {
  if (!(cause instanceof CommandFailed)) throw cause;
  console.error(`${cause.message}\n${cause.output}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
