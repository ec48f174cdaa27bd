import type { Planted } from './planted.ts';

/** What reads the outside world, and the word that the rule names it by. */
const outside: readonly (readonly [text: string, word: string])[] = [
  ['const a = Date.now();', 'Date.now'],
  ['const a = Math.random();', 'Math.random'],
  ['const a = new Date();', 'new Date()'],
  ['const a = Date();', 'Date()'],
  ['setTimeout(f, 1);', 'setTimeout'],
  ['setInterval(f, 1);', 'setInterval'],
  ['const later = setImmediate;', 'setImmediate'],
  ['const a = process.pid;', 'process'],
  ['const a = { process };', 'process'],
  ['const a = globalThis.setTimeout;', 'setTimeout'],
  ['const a = performance.now();', 'performance'],
  ['const a = crypto.randomUUID();', 'crypto'],
  ["import { readFileSync } from 'node:fs';", "'node:fs'"],
  ["import { join } from 'path';", "'path'"],
  ["const fs = await import('node:fs/promises');", "'node:fs/promises'"],
];

const harmless = [
  'const a = new Date(5);',
  'if (b instanceof Date) f();',
  'platform.process.pid;',
  'interface Platform { readonly process: { pid: number } }',
  'const c = { process: platform.identity };',
  'const { setTimeout } = timers;',
  'setTimeout(f, 1);',
];

/** Words and constructs that have no place. */
export const plantedWords: readonly Planted[] = [
  ...outside.map(
    ([text, word]): Planted => ({
      rule: 'outside-world',
      when: `a file of src or machines says ${text}`,
      files: {
        'src/log/a.ts': text,
        'machines/a.ts': text,
        'src/platform/a.ts': text,
        'src/cli/main.ts': text,
        'test/a.ts': text,
        'bench/a.ts': text,
      },
      says: [
        ['machines/a.ts:1', `${word} belongs in src/platform`],
        ['src/log/a.ts:1', `${word} belongs in src/platform`],
      ],
    }),
  ),
  {
    rule: 'outside-world',
    when: 'a word only looks like a global, or the file binds it itself',
    files: { 'src/log/a.ts': harmless.join('\n') },
    says: [],
  },
  {
    rule: 'banned-syntax',
    when: 'a file uses any, an enum, a non-null assertion or the console',
    files: {
      'src/log/a.ts': [
        'const a = b as any;',
        'function c(d: any[]): void {}',
        'enum E { f }',
        'const g = h!.i;',
        'console.log(a);',
      ].join('\n'),
      'scripts/a.ts': 'console.log(1);',
    },
    says: [
      ['src/log/a.ts:1', 'any is not used here'],
      ['src/log/a.ts:2', 'any is not used here'],
      ['src/log/a.ts:3', 'enum is not used here'],
      ['src/log/a.ts:4', 'the non-null ! is not used here'],
      ['src/log/a.ts:5', 'console is not used here'],
    ],
  },
  {
    rule: 'banned-syntax',
    when: 'a test is focused',
    files: {
      'test/a.test.ts': [
        "it.only('a', f);",
        "describe.only('a', f);",
        "it.skip.only('a', f);",
        "plan.fail({ only: true }).only('write');",
      ].join('\n'),
    },
    says: [
      ['test/a.test.ts:1', '.only is not used here'],
      ['test/a.test.ts:2', '.only is not used here'],
      ['test/a.test.ts:3', '.only is not used here'],
    ],
  },
  {
    rule: 'banned-comments',
    when: 'a comment leaves a task open, or silences the compiler',
    files: {
      'src/log/a.ts': [
        '// TODO: later',
        'const a = 1; // FIXME',
        'function f(): void {',
        '  // @ts-ignore',
        '}',
        '// @ts-expect-error wrong',
        '// TODO(#12): fine, it has a number',
        "const b = '// TODO in a string';",
        'const c = `// TODO \n // FIXME`;',
        'const d = /[/]/; // a TODOLIST is none',
      ].join('\n'),
      'test/types/a.test-d.ts': '// @ts-expect-error wrong',
    },
    says: [
      ['src/log/a.ts:1', 'an open task needs the number of an issue'],
      ['src/log/a.ts:2', 'an open task needs the number of an issue'],
      ['src/log/a.ts:4', 'the compiler is not silenced'],
      ['src/log/a.ts:6', 'only a test may expect an error of the compiler'],
    ],
  },
];
