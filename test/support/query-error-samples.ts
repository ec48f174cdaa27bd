import { AncestryBrokenError, RegionSyntaxError } from '../../src/model/errors/query-errors.ts';

const cause = new Error('the value is wrong');

/** One error of each class about reading, its facts, and what its message must say. */
export const querySamples = [
  {
    error: new RegionSyntaxError('lane=x', 5, 'a number', cause),
    code: 'BATPAK_REGION_SYNTAX',
    facts: { text: 'lane=x', position: 5, expected: 'a number' },
    says: ['"lane=x"', 'at 5', 'write a number', 'namespace=order scope=shop'],
    cause,
  },
  {
    error: new AncestryBrokenError({
      ...{ entity: 'order:1', lane: 2, sequence: 9, problem: 'lost' as const },
    }),
    code: 'BATPAK_ANCESTRY_BROKEN',
    facts: { entity: 'order:1', lane: 2, sequence: 9, problem: 'lost' },
    says: ['before event 9', 'order:1', 'lane 2', 'lost to damage', 'verify()'],
  },
];
