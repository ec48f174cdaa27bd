import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  andThen,
  compensationsOf,
  flatten,
  isFinal,
  map,
  mapErr,
  orElse,
} from '../../../../src/model/outcome/each-outcome.ts';
import {
  batch,
  cancelled,
  err,
  type Outcome,
  ok,
  pending,
  retry,
} from '../../../../src/model/outcome/outcome.ts';
import { anyOutcome, anyStep } from '../../../support/any-outcome.ts';
import { propertyRuns } from '../../../support/property-runs.ts';

const runs = propertyRuns(300);
const double = (value: number): number => value * 2;
const text = (value: number): string => `v${value}`;

describe('map', () => {
  it('is a functor: it keeps identity and composition', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        expect(map(outcome, (value) => value)).toEqual(outcome);
        expect(map(map(outcome, double), text)).toEqual(map(outcome, (v) => text(double(v))));
      }),
      runs,
    );
  });

  it('changes successes, inside batches too, and nothing else', () => {
    const compensation = { type: 'rollback', eventIds: ['e'] } as const;
    const rest = [err('no', compensation), retry(1, 'r'), cancelled('c')];
    expect(map(batch([ok(1), batch([ok(2), ...rest])]), double)).toEqual(
      batch([ok(2), batch([ok(4), ...rest])]),
    );
  });
});

describe('andThen', () => {
  it('is a monad with ok: identity on both sides, and associativity', () => {
    fc.assert(
      fc.property(fc.integer(), anyOutcome, anyStep, anyStep, (value, outcome, first, second) => {
        expect(andThen(ok(value), first)).toEqual(first(value));
        expect(andThen(outcome, ok)).toEqual(outcome);
        expect(andThen(andThen(outcome, first), second)).toEqual(
          andThen(outcome, (v) => andThen(first(v), second)),
        );
      }),
      runs,
    );
  });
});

describe('flatten', () => {
  it('takes off one layer, inside batches too, and undoes ok', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { maxLength: 4 }), (inner) => {
        expect(flatten(batch(inner.map((outcome) => ok(outcome))))).toEqual(batch(inner));
        for (const outcome of inner) expect(flatten(ok(outcome))).toEqual(outcome);
      }),
      runs,
    );
  });

  it('is andThen in two steps', () => {
    fc.assert(
      fc.property(anyOutcome, anyStep, (outcome, step) => {
        expect(flatten(map(outcome, step))).toEqual(andThen(outcome, step));
      }),
      runs,
    );
  });
});

describe('mapErr', () => {
  it('is a functor over errors, and leaves successes alone', () => {
    const loud = (error: string): string => `${error}!`;
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        expect(mapErr(outcome, (error) => error)).toEqual(outcome);
        expect(mapErr(mapErr(outcome, loud), loud)).toEqual(
          mapErr(outcome, (error) => loud(loud(error))),
        );
        expect(mapErr(map(outcome, double), loud)).toEqual(map(mapErr(outcome, loud), double));
      }),
      runs,
    );
  });

  it('keeps what is to be undone', () => {
    const compensation = { type: 'release', resources: ['seat'] } as const;
    expect(mapErr(err('no', compensation), (error) => error.length)).toEqual(err(2, compensation));
  });
});

describe('orElse', () => {
  it('answers in place of errors, inside batches too, and of nothing else', () => {
    const mixed: Outcome<number, string> = batch([
      ok(1),
      err('no'),
      batch([err('nor'), retry(1, 'r')]),
    ]);
    expect(orElse(mixed, (error) => ok(error.length))).toEqual(
      batch([ok(1), ok(2), batch([ok(3), retry(1, 'r')])]),
    );
  });

  it('leads back when it answers with the error', () => {
    fc.assert(
      fc.property(anyOutcome, (outcome) => {
        expect(orElse(outcome, (error) => err(error))).toEqual(outcome);
      }),
      runs,
    );
  });
});

describe('isFinal', () => {
  it('is false while something can still become of it', () => {
    const waiting = pending({ type: 'time', atMs: 1 });
    expect([ok(1), err('no'), cancelled('c'), batch([])].map(isFinal)).not.toContain(false);
    expect([retry(1, 'r'), waiting].map(isFinal)).not.toContain(true);
    expect(isFinal(batch([ok(1), batch([waiting])]))).toBe(false);
    expect(isFinal(batch([ok(1), batch([cancelled('c')])]))).toBe(true);
  });
});

describe('compensationsOf', () => {
  it('lists what is to be undone, the last first', () => {
    const undo = (name: string) => ({ type: 'custom', name, details: null }) as const;
    const outcome = batch([err('a', undo('a')), ok(1), batch([err('b', undo('b')), err('c')])]);
    expect(compensationsOf(outcome)).toEqual([undo('b'), undo('a')]);
    expect(compensationsOf(ok(1))).toEqual([]);
  });
});
