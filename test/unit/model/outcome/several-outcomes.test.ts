import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { map } from '../../../../src/model/outcome/each-outcome.ts';
import {
  batch,
  cancelled,
  err,
  type Outcome,
  ok,
  pending,
  retry,
} from '../../../../src/model/outcome/outcome.ts';
import { joinAll, joinAny, zip } from '../../../../src/model/outcome/several-outcomes.ts';
import { anyOutcome, anySingle, type SomeOutcome } from '../../../support/any-outcome.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

const runs = propertyRuns(300);
const waiting: SomeOutcome = pending({ type: 'time', atMs: 1 });
const worstFirst: SomeOutcome[] = [err('e'), cancelled('c'), retry(1, 'r'), waiting, ok(1)];

/** A list of outcomes, and the same in another order. */
const permuted = fc
  .array(anySingle, { minLength: 1, maxLength: 6 })
  .chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );

/** Values of ok in a list, sorted. */
function valuesIn(list: readonly SomeOutcome[]): number[] {
  return list.flatMap((each) => (each.type === 'ok' ? [each.value] : [])).sort((a, b) => a - b);
}

describe('zip', () => {
  it('is associative, but for how the pairs nest', () => {
    fc.assert(
      fc.property(anyOutcome, anyOutcome, anyOutcome, (a, b, c) => {
        const left = map(zip(zip(a, b), c), ([[x, y], z]) => [x, y, z]);
        const right = map(zip(a, zip(b, c)), ([x, [y, z]]) => [x, y, z]);
        expect(left).toEqual(right);
      }),
      runs,
    );
  });

  it('has ok of anything as its unit', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        expect(map(zip(outcome, ok('unit')), ([value]) => value)).toEqual(outcome);
        expect(map(zip(ok('unit'), outcome), ([, value]) => value)).toEqual(outcome);
      }),
      runs,
    );
  });

  it('answers with the worse of two, and of two alike with the first', () => {
    for (const [rank, worse] of worstFirst.slice(0, -1).entries()) {
      for (const better of worstFirst.slice(rank + 1)) {
        expect(zip(worse, better)).toBe(worse);
        expect(zip(better, worse)).toBe(worse);
      }
      expect(zip(worse, batch([ok(1)]))).toBe(worse);
      expect(zip(batch([ok(1)]), worse)).toBe(worse);
    }
    expect(zip(err('first'), err('second'))).toEqual(err('first'));
    expect(zip(ok(1), ok(2))).toEqual(ok([1, 2]));
  });

  it('pairs batches as far as the shorter reaches, and goes with ok each', () => {
    expect(zip(batch([ok(1), err('e'), ok(3)]), batch([ok(4), ok(5)]))).toEqual(
      batch([ok([1, 4]), err('e')]),
    );
    expect(zip(ok(9), batch([ok(1), ok(2)]))).toEqual(batch([ok([9, 1]), ok([9, 2])]));
  });
});

describe('joinAll', () => {
  it('succeeds in any order, or in none, and with the same values', () => {
    fc.assert(
      fc.property(permuted, ([list, other]) => {
        const [one, two] = [joinAll(list), joinAll(other)];
        expect(one.type).toBe(two.type);
        expect(one.type === 'ok').toBe(list.every(({ type }) => type === 'ok'));
        if (one.type === 'ok') expect(one.value.toSorted((a, b) => a - b)).toEqual(valuesIn(list));
      }),
      runs,
    );
  });

  it('is zip over the list', () => {
    fc.assert(
      fc.property(fc.array(anySingle, { maxLength: 5 }), (list) => {
        const none: Outcome<readonly number[], string> = ok([]);
        const zipped = list.reduce(
          (all, each) => map(zip(all, each), ([values, value]) => [...values, value]),
          none,
        );
        expect(joinAll(list)).toEqual(zipped);
      }),
      runs,
    );
  });

  it('keeps the order of values, and counts what is in a batch one by one', () => {
    expect(joinAll([ok(1), batch([ok(2), batch([ok(3)])]), ok(4)])).toEqual(ok([1, 2, 3, 4]));
    expect(joinAll([ok(1), batch([ok(2), retry(5, 'r')])])).toEqual(retry(5, 'r'));
    expect(joinAll([])).toEqual(ok([]));
  });
});

describe('joinAny', () => {
  it('comes to the same in any order', () => {
    fc.assert(
      fc.property(permuted, ([list, other]) => {
        expect(joinAny(list).type).toBe(joinAny(other).type);
        const some = list.some(({ type }) => type === 'ok');
        expect(joinAny(list).type === 'ok').toBe(some);
      }),
      runs,
    );
  });

  it('prefers what is nearest to a success', () => {
    const [error, stopped, again, later, fine] = worstFirst;
    const bestFirst = [fine, later, again, stopped, error].filter((each) => each !== undefined);
    for (const [rank, best] of bestFirst.entries()) {
      expect(joinAny(bestFirst.slice(rank).toReversed())).toBe(best);
    }
  });

  it('takes the first success, and the last error', () => {
    expect(joinAny([err('a'), ok(1), batch([ok(2)])])).toEqual(ok(1));
    expect(joinAny([err('a'), batch([batch([ok(2)])])])).toEqual(ok(2));
    expect(joinAny([err('first'), err('last')])).toEqual(err('last'));
  });

  it('needs one to choose from', () => {
    for (const none of [[], [batch<number, string>([])]]) {
      expect(() => joinAny(none)).toThrow(
        expect.objectContaining({ code: 'BATPAK_ARGUMENT_RANGE', field: 'outcomes' }),
      );
    }
  });
});
