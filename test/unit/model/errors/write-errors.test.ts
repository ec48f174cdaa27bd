import { describe, expect, it } from 'vitest';
import * as diskErrors from '../../../../src/model/errors/disk-errors.ts';
import * as writeErrors from '../../../../src/model/errors/write-errors.ts';
import { checkFamily, type ErrorSample } from '../../../support/error-samples.ts';

const cause = new Error('the disk is gone');

const samples: ErrorSample[] = [
  {
    error: new writeErrors.InvalidCoordinateError('scope', 'empty', '', 'must not be empty'),
    code: 'BATPAK_INVALID_COORDINATE',
    facts: { part: 'scope', problem: 'empty', value: '' },
    says: ['scope', 'must not be empty'],
  },
  {
    error: new writeErrors.InvalidPayloadError('$.lines[2].price', 'a function can not be stored'),
    code: 'BATPAK_INVALID_PAYLOAD',
    facts: { path: '$.lines[2].price', problem: 'a function can not be stored' },
    says: ['$.lines[2].price', 'a function can not be stored'],
  },
  {
    error: new writeErrors.SchemaRefusedError('order.placed', [
      { path: '$.total', message: 'is negative' },
      { path: '$.id', message: 'is missing' },
    ]),
    code: 'BATPAK_SCHEMA_REFUSED',
    facts: { event: 'order.placed', issues: expect.objectContaining({ length: 2 }) },
    says: ['order.placed', '$.total is negative', '$.id is missing'],
  },
  {
    error: new writeErrors.ExpectationFailedError({
      entity: 'order:1',
      lane: 2,
      expected: 3,
      actual: 5,
    }),
    code: 'BATPAK_EXPECTATION_FAILED',
    facts: { entity: 'order:1', lane: 2, expected: 3, actual: 5 },
    says: ['order:1', 'in lane 2', 'at clock 3', 'clock 5', 'Read it again and retry'],
    retryable: true,
  },
  {
    error: new writeErrors.IdempotencyConflictError('move-1', 'payload', 17),
    code: 'BATPAK_IDEMPOTENCY_CONFLICT',
    facts: { idempotencyKey: 'move-1', differs: 'payload', sequence: 17 },
    says: ['move-1', 'event 17', 'payload', 'Use a new key'],
  },
  {
    error: new writeErrors.ReservedKindError(0x0020),
    code: 'BATPAK_RESERVED_KIND',
    facts: { kind: 0x0020 },
    says: ['0x0020', 'categories 0x0 and 0xD'],
  },
  {
    error: new writeErrors.KindConflictError('moved', 0x1002, 'this store has bound it to 0x1001'),
    code: 'BATPAK_KIND_CONFLICT',
    facts: { eventName: 'moved', kind: 0x1002, bound: 'this store has bound it to 0x1001' },
    says: ['moved', '0x1002', '0x1001'],
  },
  {
    error: new writeErrors.IdempotencyRequiredError('append'),
    code: 'BATPAK_IDEMPOTENCY_REQUIRED',
    facts: { operation: 'append' },
    says: ['append', 'idempotency key', 'durable: true'],
  },
  {
    error: new writeErrors.UnknownCauseError('0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f'),
    code: 'BATPAK_UNKNOWN_CAUSE',
    facts: { eventId: '0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f' },
    says: ['0190b0c4-7f6a-7cc3-98c4-dc0c0c07398f', 'not in this store'],
  },
  {
    error: new writeErrors.KindsExhaustedError('moved'),
    code: 'BATPAK_KINDS_EXHAUSTED',
    facts: { eventName: 'moved' },
    says: ['moved', 'Give it a kind of another category'],
  },
  {
    error: new writeErrors.LimitExceededError('batch.maxBytes', 1024, 2000),
    code: 'BATPAK_LIMIT_EXCEEDED',
    facts: { limit: 'batch.maxBytes', max: 1024, actual: 2000 },
    says: ['batch.maxBytes', '1024', '2000'],
  },
  {
    error: new writeErrors.BatchFailedError('validating', 2, cause),
    code: 'BATPAK_BATCH_FAILED',
    facts: { stage: 'validating', itemIndex: 2 },
    says: ['validating', 'item 2', 'the disk is gone', 'nothing of it was stored'],
    cause,
  },
];

describe('write errors', () => {
  checkFamily(writeErrors, samples);
});

describe('ExpectationFailedError', () => {
  it('says what was expected and what there is, for each kind of expectation', () => {
    const message = (expected: writeErrors.Expectation, actual: number | undefined): string =>
      new writeErrors.ExpectationFailedError({ entity: 'a', lane: 0, expected, actual }).message;
    expect(message('none', 0)).toContain("'a' was expected to have no event, but its last event");
    expect(message('exists', undefined)).toContain('to have an event, but has no event');
    expect(message(2, undefined)).toContain('at clock 2, but has no event');
  });
});

describe('BatchFailedError', () => {
  it('can be retried when what caused it can', () => {
    const lost = new writeErrors.ExpectationFailedError({
      entity: 'a',
      lane: 0,
      expected: 'none',
      actual: 0,
    });
    expect(new writeErrors.BatchFailedError('validating', 0, lost).retryable).toBe(true);
    const refused = new writeErrors.InvalidPayloadError('$', 'undefined can not be stored');
    expect(new writeErrors.BatchFailedError('validating', 0, refused).retryable).toBe(false);
    expect(new writeErrors.BatchFailedError('validating', 0, cause).retryable).toBe(false);
  });

  it('does not claim that nothing was stored when nobody can know', () => {
    const unknown = new diskErrors.WriteFailedError('unknown', '/data/000001.fbat', cause);
    const { message } = new writeErrors.BatchFailedError('committing', undefined, unknown);
    expect(message).not.toContain('nothing of it was stored');
  });

  it('names no item when none is to blame', () => {
    const error = new writeErrors.BatchFailedError('committing', undefined, cause);
    expect(error.itemIndex).toBeUndefined();
    expect(error.message).not.toContain('item');
  });
});
