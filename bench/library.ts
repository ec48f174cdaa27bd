import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Library = typeof import('../src/index.ts');

/**
 * Whether `--built` asks for the library as `npm run build` made it, the code that users run.
 * Sources are compiled on the way in, which gives every inner function a name at run time: a
 * closure made for each event then costs more than it does built.
 */
export const built = process.argv.includes('--built');

const path = built ? '../dist/src/index.js' : '../src/index.ts';
if (!existsSync(fileURLToPath(new URL(path, import.meta.url)))) {
  throw new Error(`--built: there is no ${path}; run npm run build first`);
}

/** The entry point of the LMDB cache, of the same make. */
export const lmdbLibrary: typeof import('../src/lmdb/index.ts') = await import(
  built ? '../dist/src/lmdb/index.js' : '../src/lmdb/index.ts'
);

/** The library that is measured. Imported by path: this folder is a package of its own. */
export const library: Library = await import(path);
