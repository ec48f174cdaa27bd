import type { Planted } from './planted.ts';

const lines = (count: number): string => 'export {};\n'.repeat(count);
const body = (count: number): string => '  count += 1;\n'.repeat(count);
const tooMuch = '71 lines, at most 70: it does more than one thing';

/** Files, lines and functions that are too long, and some that are just short enough. */
export const plantedSizes: readonly Planted[] = [
  {
    rule: 'file-length',
    when: 'a file has 401 lines',
    files: { 'src/log/long.ts': lines(401) },
    says: [['src/log/long.ts', '401 lines, at most 400: split it by concept']],
  },
  {
    rule: 'file-length',
    when: 'a file has 400 lines',
    files: { 'src/log/long.ts': lines(400) },
    says: [],
  },
  {
    rule: 'line-length',
    when: 'a line has 101 characters',
    files: { 'test/x.ts': `// short\n// ${'é'.repeat(98)}\n` },
    says: [['test/x.ts:2', '101 characters, at most 100']],
  },
  {
    rule: 'line-length',
    when: 'a line has 100 characters, or is long because of a link',
    files: { 'test/x.ts': `// ${'é'.repeat(97)}\n// https://${'x'.repeat(100)}\n` },
    says: [],
  },
  {
    rule: 'function-length',
    when: 'a function has 71 lines',
    files: { 'src/log/f.ts': `let count = 0;\nfunction f(): void {\n${body(69)}}\n` },
    says: [['src/log/f.ts:2', tooMuch]],
  },
  {
    rule: 'function-length',
    when: 'a method, an accessor and an arrow function have 71 lines',
    files: {
      'src/log/f.ts': [
        'let count = 0;',
        `const f = () => {\n${body(69)}};`,
        `class A {\n  get x(): number {\n${body(69)}}`,
        `  m(): void {\n${body(69)}}\n}`,
      ].join('\n'),
    },
    says: [
      ['src/log/f.ts:2', tooMuch],
      ['src/log/f.ts:74', tooMuch],
      ['src/log/f.ts:145', tooMuch],
    ],
  },
  {
    rule: 'function-length',
    when: 'a function has 70 lines under a long comment, or a group of tests is long',
    files: {
      'src/log/f.ts': `let count = 0;\n/**\n *\n */\nfunction f(): void {\n${body(68)}}\n`,
      'test/f.test.ts': `describe.skipIf(false)('f', () => {\n${body(100)}});\n`,
    },
    says: [],
  },
];
