import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plantedExports } from './support/tidy/planted/exports.ts';
import { plantedImports } from './support/tidy/planted/imports.ts';
import { plantedAbsences } from './support/tidy/planted/presence.ts';
import { plantedSizes } from './support/tidy/planted/sizes.ts';
import { plantedWords } from './support/tidy/planted/words.ts';
import { readSourceTree, sourceTree } from './support/tidy/source-tree.ts';
import { describeViolation, rules, tidy } from './support/tidy/tidy.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the project', () => {
  it('keeps every rule of tidiness', () => {
    expect(tidy(readSourceTree(root))).toEqual([]);
  });

  it('is read whole: its sources, its machines, its tests', () => {
    const { sources } = readSourceTree(root);
    expect([...sources.keys()]).toEqual(
      expect.arrayContaining([
        'machines/writer.ts',
        'src/model/assert.ts',
        'src/model/errors/batpak-error.ts',
        'test/tidy.test.ts',
        'vitest.config.ts',
      ]),
    );
  });
});

const planted = [
  ...plantedSizes,
  ...plantedImports,
  ...plantedExports,
  ...plantedWords,
  ...plantedAbsences,
];

describe('a tidy rule', () => {
  for (const { rule, when, files, says } of planted) {
    it(`${rule} ${says.length > 0 ? 'answers' : 'is silent'} when ${when}`, () => {
      const answers = rules[rule]?.(sourceTree(files)).map(describeViolation);
      expect(answers).toEqual(says.map(([place, detail]) => `${place} ${rule}: ${detail}`));
    });
  }

  it('has caught a planted fault, each of them', () => {
    const caught = planted.filter(({ says }) => says.length > 0).map(({ rule }) => rule);
    expect([...new Set(caught)].sort()).toEqual(Object.keys(rules).sort());
  });
});
