import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatPublicApi, publicApi } from '../test/support/public-api.ts';
import { readSourceTree } from '../test/support/tidy/source-tree.ts';

// Freezes the names that the package exports now; `git diff` then shows what changed for users.
const root = fileURLToPath(new URL('..', import.meta.url));
const fixtures = new URL('../test/fixtures/', import.meta.url);

mkdirSync(fixtures, { recursive: true });
writeFileSync(new URL('api.json', fixtures), formatPublicApi(publicApi(readSourceTree(root))));
console.log('wrote test/fixtures/api.json');
