import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { publicApi } from './support/public-api.ts';
import { readSourceTree, sourceTree } from './support/tidy/source-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const fixture = new URL('fixtures/api.json', import.meta.url);

describe('the public names', () => {
  it('are those of the frozen list; `npm run api:update` writes a new one', () => {
    const frozen: unknown = JSON.parse(readFileSync(fixture, 'utf8'));
    expect(publicApi(readSourceTree(root))).toEqual(frozen);
  });

  it('are read with their kinds and under the names they are exported by', () => {
    const tree = sourceTree({
      'src/index.ts': [
        "export { open, Store, type Options, limit as storeLimit } from './store/store.ts';",
        "export type { Store as StoreType } from './store/store.ts';",
        "export { Mode } from './store/store.ts';",
      ].join('\n'),
      'src/store/store.ts': [
        'export function open(): void {}',
        'export class Store {}',
        'export interface Options {}',
        'export const limit = 1;',
        "export const Mode = { fast: 'fast' } as const;",
        'export type Mode = string;',
      ].join('\n'),
      'machines/index.ts': '',
      'src/lmdb/index.ts': '',
      'src/testing/index.ts': '',
    });
    expect(publicApi(tree)).toEqual({
      batpak: {
        Mode: 'value and type',
        Options: 'type',
        Store: 'value and type',
        StoreType: 'type',
        open: 'value',
        storeLimit: 'value',
      },
      'batpak/lmdb': {},
      'batpak/machines': {},
      'batpak/testing': {},
    });
  });

  it('are refused when an entry point has no list', () => {
    expect(() => publicApi(sourceTree({}))).toThrow("src/index.ts is missing: no list of 'batpak'");
  });
});
