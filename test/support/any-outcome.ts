import fc from 'fast-check';
import type { Outcome } from '../../src/model/outcome/outcome.ts';

/** An outcome for laws: values are numbers, errors are texts. */
export type SomeOutcome = Outcome<number, string>;

/** Any outcome that is no batch. */
export const anySingle: fc.Arbitrary<SomeOutcome> = fc.oneof(
  fc.integer().map((value): SomeOutcome => ({ type: 'ok', value })),
  fc.string({ maxLength: 3 }).map((error): SomeOutcome => ({ type: 'err', error })),
  fc.nat(9).map((afterMs): SomeOutcome => ({ type: 'retry', afterMs, reason: 'later' })),
  fc.nat(9).map((atMs): SomeOutcome => ({ type: 'pending', waitingFor: { type: 'time', atMs } })),
  fc.string({ maxLength: 3 }).map((reason): SomeOutcome => ({ type: 'cancelled', reason })),
);

/** Any outcome, batches of batches included. */
export const anyOutcome: fc.Arbitrary<SomeOutcome> = fc.letrec<{ outcome: SomeOutcome }>((tie) => ({
  outcome: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    anySingle,
    fc
      .array(tie('outcome'), { maxLength: 4 })
      .map((outcomes): SomeOutcome => ({ type: 'batch', outcomes })),
  ),
})).outcome;

/** A step that may lead anywhere; the same for the same value. */
export const anyStep: fc.Arbitrary<(value: number) => SomeOutcome> = fc.func(anyOutcome);
