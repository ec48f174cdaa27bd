import type { Planted } from './planted.ts';

const errorClass = (name: string, code: string): string =>
  `export class ${name} extends BatpakError {\n  readonly code = '${code}';\n}\n`;

const machine = (states: string): string =>
  `export const doorMachine = setup({}).createMachine({ id: 'door', states: ${states} });`;

const nested = '{ open: {}, closed: { states: { locked: {}, unlocked: {} } } }';
const doorTest = 'test/machines/door.test.ts';

const coveringTest = [
  "import { doorMachine } from '../../machines/door.ts';",
  "import { coverageOf } from '../support/coverage-of-machine.ts';",
  'coverageOf(doorMachine);',
];

/** Missing tests, missing documentation, states that nobody walks. */
export const plantedAbsences: readonly Planted[] = [
  {
    rule: 'unit-tests',
    when: 'a file with logic has no test',
    files: {
      'src/log/a.ts': 'export function a(): number { return 1; }',
      'src/log/b.ts': 'export const b = (): number => 1;',
      'src/log/c.ts': 'export interface C { d(): void }\nexport const limit = 5;',
      'src/log/e.ts': 'export class E { get f(): number { return 1; } }',
      'src/model/errors/g.ts': 'export class G { constructor() { super(); } }',
      'src/platform/node-files.ts': 'export function h(): number { return 1; }',
      'test/unit/log/b.test.ts': '',
    },
    says: [
      ['src/log/a.ts', 'test/unit/log/a.test.ts is missing'],
      ['src/log/e.ts', 'test/unit/log/e.test.ts is missing'],
      ['src/model/errors/g.ts', 'test/unit/model/errors/g.test.ts is missing'],
      ['src/platform/node-files.ts', 'test/contract/files.test.ts is missing'],
    ],
  },
  {
    rule: 'errors-documented',
    when: 'an error or its code is missing from the page, or two share a code',
    files: {
      'src/model/errors/a.ts': [
        errorClass('FineError', 'BATPAK_FINE'),
        errorClass('TwinError', 'BATPAK_FINE'),
        errorClass('AbsentError', 'BATPAK_ABSENT'),
        'export class CodelessError extends BatpakError {}',
        'export abstract class BaseError extends BatpakError {}',
      ].join(''),
      'docs/errors.md': '`FineError` and `TwinError`: `BATPAK_FINE`; BATPAK_ABSENTEE',
    },
    says: [
      ['src/model/errors/a.ts', 'TwinError has the code of FineError, BATPAK_FINE'],
      ['src/model/errors/a.ts', 'BATPAK_ABSENT is not in docs/errors.md'],
      ['src/model/errors/a.ts', 'AbsentError is not in docs/errors.md'],
      ['src/model/errors/a.ts', 'CodelessError has no literal code'],
    ],
  },
  {
    rule: 'error-page-current',
    when: 'the page lists a code that is gone',
    files: {
      'src/model/errors/a.ts': errorClass('FineError', 'BATPAK_FINE'),
      'docs/errors.md': 'BATPAK_FINE, BATPAK_GONE, BATPAK_GONE',
    },
    says: [['docs/errors.md', 'BATPAK_GONE is not a code of the sources']],
  },
  {
    rule: 'machine-states',
    when: 'a machine has no test',
    files: { 'machines/door.ts': machine(nested), 'machines/failure.ts': 'export type A = 1;' },
    says: [['machines/door.ts', `${doorTest} is missing`]],
  },
  {
    rule: 'machine-states',
    when: 'the test of a machine names only some of its states',
    files: {
      'machines/door.ts': machine(nested),
      [doorTest]: "expect(state).toBe('open'); matches('closed.unlocked');",
    },
    says: [['machines/door.ts', `${doorTest} never names the state 'locked'`]],
  },
  {
    rule: 'machine-states',
    when: 'the states of a machine are not written in it and its test covers nothing',
    files: { 'machines/door.ts': machine('states'), [doorTest]: '' },
    says: [['machines/door.ts', `${doorTest} must use test/support/coverage-of-machine.ts`]],
  },
  {
    rule: 'machine-states',
    when: 'the test walks the machine with the coverage support',
    files: { 'machines/door.ts': machine(nested), [doorTest]: coveringTest.join('\n') },
    says: [],
  },
  {
    rule: 'machine-states',
    when: 'the test imports the coverage support but never calls it',
    files: {
      'machines/door.ts': machine('{ open: {} }'),
      [doorTest]: [...coveringTest.slice(0, 2), 'describe(doorMachine);'].join('\n'),
    },
    says: [['machines/door.ts', `${doorTest} never names the state 'open'`]],
  },
];
