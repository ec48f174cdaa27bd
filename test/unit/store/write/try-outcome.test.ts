import { describe, expect, it } from 'vitest';
import { DiskFullError } from '../../../../src/model/errors/disk-errors.ts';
import { VisibilityFenceActiveError } from '../../../../src/model/errors/fence-errors.ts';
import {
  BatchFailedError,
  ExpectationFailedError,
} from '../../../../src/model/errors/write-errors.ts';
import {
  answerOf,
  keptOut,
  retryAfterMs,
  retryLater,
} from '../../../../src/store/write/try-outcome.ts';

const place = { systemCode: 'ENOSPC', operation: 'write', path: '/s' };
const full = new DiskFullError(place, undefined);
const facts = { entity: 'a', lane: 0, expected: 3, actual: undefined } as const;
const unexpected = new ExpectationFailedError(facts);

describe('answerOf', () => {
  it('gives a failed expectation as an error, the batch around it where there is one', () => {
    const batch = new BatchFailedError('validating', 0, unexpected);
    expect(answerOf(unexpected)).toEqual({ type: 'err', error: unexpected });
    expect(answerOf(batch)).toEqual({ type: 'err', error: batch });
  });

  it('asks to come again when the disk is full', () => {
    const again = { type: 'retry', afterMs: retryAfterMs, reason: full.message };
    expect(answerOf(full)).toEqual(again);
    expect(answerOf(new BatchFailedError('committing', undefined, full))).toEqual(again);
  });

  it('is cancelled by an open fence', () => {
    expect(answerOf(new VisibilityFenceActiveError('append'))).toEqual(keptOut());
  });

  it('leaves everything else to be thrown', () => {
    for (const failure of [new Error('x'), new TypeError('x'), undefined]) {
      expect(answerOf(failure)).toBeUndefined();
    }
  });
});

describe('retryLater', () => {
  it('says why', () => {
    expect(retryLater('busy')).toEqual({ type: 'retry', afterMs: 10, reason: 'busy' });
  });
});
