import type { Planted } from './planted.ts';

const noLayer = 'its folder has no layer; give it one in test/support/tidy/layer-rules.ts';

/** Imports that point up, sideways, round in a ring, or at a list of exports. */
export const plantedImports: readonly Planted[] = [
  {
    rule: 'known-folder',
    when: 'a file lies in a folder without a layer, or in none',
    files: { 'src/utils/misc.ts': '', 'src/misc.ts': '', 'src/index.ts': '' },
    says: [
      ['src/misc.ts', noLayer],
      ['src/utils/misc.ts', noLayer],
    ],
  },
  {
    rule: 'layers',
    when: 'a file imports from a higher layer, even a type',
    files: {
      'src/log/writer.ts': "import type { Store } from '../store/store.ts';",
      'src/store/store.ts': "export { type Writer } from '../log/writer.ts';",
    },
    says: [['src/log/writer.ts:1', 'imports src/store/store.ts: layer 2 → layer 4 is up']],
  },
  {
    rule: 'layers',
    when: 'a file imports from another folder of its own layer',
    files: {
      'src/codec/frame.ts': "\nconst { now } = await import('../platform/clock.ts');",
      'src/platform/clock.ts': 'export const now = 1;',
    },
    says: [
      ['src/codec/frame.ts:2', 'imports src/platform/clock.ts: layer 1 → layer 1 is sideways'],
    ],
  },
  {
    rule: 'layers',
    when: 'imports stay in the folder, go down, or take a machine by value',
    files: {
      'src/store/store.ts': [
        "import { x } from './x.ts';",
        "import { frame } from '../codec/frame.ts';",
        "import { writerMachine } from '../../machines/writer.ts';",
        "import { createActor } from 'xstate';",
      ].join('\n'),
      'src/model/errors/a.ts': "import { describeValue } from '../describe-value.ts';",
    },
    says: [],
  },
  {
    rule: 'layers',
    when: 'a file of src imports a test, or the model a machine',
    files: {
      'src/model/a.ts': "import { b } from '../../machines/b.ts';",
      'src/store/a.ts': "import { b } from '../../test/support/b.ts';",
    },
    says: [
      ['src/model/a.ts:1', 'the model stands beside the machines and may not import them'],
      ['src/store/a.ts:1', 'imports test/support/b.ts, which is not part of the package'],
    ],
  },
  {
    rule: 'layers',
    when: 'a machine takes more than types of the model and XState',
    files: {
      'machines/a.ts': [
        "import { setup } from 'xstate';",
        "import type { Fine } from '../src/model/fine.ts';",
        "import { type LeavesAnImport } from '../src/model/value.ts';",
        "import { assert } from '../src/model/assert.ts';",
        "import type { Frame } from '../src/codec/frame.ts';",
        "import { match } from 'ts-pattern';",
      ].join('\n'),
    },
    says: [
      ['machines/a.ts:3', "a machine takes only 'import type' from src/model/value.ts"],
      ['machines/a.ts:4', "a machine takes only 'import type' from src/model/assert.ts"],
      ['machines/a.ts:5', 'a machine may not import src/codec/frame.ts'],
      ['machines/a.ts:6', "a machine may not import 'ts-pattern', only xstate"],
    ],
  },
  {
    rule: 'layers',
    when: 'an example reaches into the sources',
    files: {
      'examples/a/main.ts': "import { x } from './x.ts';\nimport { y } from '../../src/index.ts';",
    },
    says: [
      ['examples/a/main.ts:2', "an example imports 'batpak' as its reader would, not src/index.ts"],
    ],
  },
  {
    rule: 'no-index-import',
    when: 'a file imports a list of exports',
    files: { 'src/store/a.ts': "import { b } from '../../machines/index.ts';" },
    says: [['src/store/a.ts:1', 'imports machines/index.ts; import the file that defines it']],
  },
  {
    rule: 'no-cycles',
    when: 'three files import each other in a ring, some of them only a type',
    files: {
      'src/log/a.ts': "import { b } from './b.ts';",
      'src/log/b.ts': "import type { C } from './c.ts';",
      'src/log/c.ts': "export type D = import('./a.ts').A;",
      'src/log/d.ts': "import { a } from './a.ts';",
    },
    says: [['src/log/a.ts', 'src/log/a.ts → src/log/b.ts → src/log/c.ts → src/log/a.ts']],
  },
  {
    rule: 'no-cycles',
    when: 'two files import a third',
    files: {
      'src/log/a.ts': "import { c } from './c.ts';\nimport { b } from './b.ts';",
      'src/log/b.ts': "import { c } from './c.ts';",
      'src/log/c.ts': 'export const c = 1;',
    },
    says: [],
  },
];
