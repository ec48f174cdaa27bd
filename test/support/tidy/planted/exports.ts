import { indexFiles } from '../layer-rules.ts';
import type { Planted } from './planted.ts';

/** Default exports, `export *`, and lists of exports that hold something else. */
export const plantedExports: readonly Planted[] = [
  {
    rule: 'no-default-export',
    when: 'something is exported as default, in any form',
    files: {
      'src/log/a.ts': 'export default function a(): void {}',
      'src/log/b.ts': 'const b = 1;\nexport default b;',
      'src/log/c.ts': 'const c = 1;\nexport { c as default };',
      'vitest.config.ts': 'export default {};',
    },
    says: [
      ['src/log/a.ts:1', 'name the export'],
      ['src/log/b.ts:2', 'name the export'],
      ['src/log/c.ts:2', 'name the export'],
    ],
  },
  {
    rule: 'no-export-all',
    when: 'a file passes on all of another',
    files: { 'src/log/a.ts': "export * from './b.ts';\nexport * as c from './c.ts';" },
    says: [
      ['src/log/a.ts:1', 'list the names'],
      ['src/log/a.ts:2', 'list the names'],
    ],
  },
  {
    rule: 'index-files',
    when: 'an index holds logic, or lies where none belongs',
    files: {
      'src/index.ts': "export { a } from './log/a.ts';\nexport const b = 1;",
      'src/log/index.ts': "export { a } from './a.ts';",
      'examples/a/index.ts': '',
    },
    says: [
      ['src/index.ts:2', 'holds more than re-exports'],
      ['src/log/index.ts', `only ${[...indexFiles].join(', ')} may be an index`],
    ],
  },
  {
    rule: 'public-is-public',
    when: 'an index passes on what is internal or not there',
    files: {
      'src/index.ts':
        "export {\n  a,\n  b as renamed,\n  type C,\n  d,\n  type E,\n} from './log/a.ts';",
      'src/log/a.ts': [
        'export const a = 1;',
        '/** @internal */',
        'export function b(): void {}',
        '/** Fine. */',
        'export interface C {}',
        'const d = 1;',
        '/** @internal */',
        'export type E = 1;',
      ].join('\n'),
    },
    says: [
      ['src/index.ts:3', "'b' of src/log/a.ts is @internal"],
      ['src/index.ts:5', "src/log/a.ts declares no 'd'"],
      ['src/index.ts:6', "'E' of src/log/a.ts is @internal"],
    ],
  },
];
