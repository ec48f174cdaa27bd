import { afterEach, describe, expect, it, vi } from 'vitest';
import * as aggregateErrors from '../../../src/model/errors/aggregate-errors.ts';
import { BatpakError, isBatpakError } from '../../../src/model/errors/batpak-error.ts';
import * as corruptionErrors from '../../../src/model/errors/corruption-errors.ts';
import * as diskErrors from '../../../src/model/errors/disk-errors.ts';
import * as fenceErrors from '../../../src/model/errors/fence-errors.ts';
import * as lifecycleErrors from '../../../src/model/errors/lifecycle-errors.ts';
import * as queryErrors from '../../../src/model/errors/query-errors.ts';
import * as writeErrors from '../../../src/model/errors/write-errors.ts';
import { querySamples } from '../../support/query-error-samples.ts';

const families = [
  aggregateErrors,
  corruptionErrors,
  diskErrors,
  lifecycleErrors,
  fenceErrors,
  queryErrors,
  writeErrors,
];

const cause = new Error('the disk is gone');
const failure = { systemCode: 'EIO', operation: 'write', path: '/data/000001.fbat' };
const holder = {
  pid: 4711,
  startTime: '1',
  bootId: 'b',
  pidNamespace: 'n',
  hostname: 'alpha',
  nonce: '0'.repeat(32),
};

/** One error of each class: its code, its facts, and what its message must say. */
interface Sample {
  readonly error: BatpakError;
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Values that the message shows, and words of its remedy where there is one to give. */
  readonly says: readonly string[];
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

const { InvalidCoordinateError, InvalidPayloadError, SchemaRefusedError } = writeErrors;
const { ExpectationFailedError, IdempotencyConflictError, ReservedKindError } = writeErrors;
const { KindConflictError, KindsExhaustedError, LimitExceededError, BatchFailedError } =
  writeErrors;

const writeSamples: Sample[] = [
  {
    error: new InvalidCoordinateError('scope', 'empty', '', 'must not be empty'),
    code: 'BATPAK_INVALID_COORDINATE',
    facts: { part: 'scope', problem: 'empty', value: '' },
    says: ['scope', 'must not be empty'],
  },
  {
    error: new InvalidPayloadError('$.lines[2].price', 'a function can not be stored'),
    code: 'BATPAK_INVALID_PAYLOAD',
    facts: { path: '$.lines[2].price', problem: 'a function can not be stored' },
    says: ['$.lines[2].price', 'a function can not be stored'],
  },
  {
    error: new SchemaRefusedError('order.placed', [
      { path: '$.total', message: 'is negative' },
      { path: '$.id', message: 'is missing' },
    ]),
    code: 'BATPAK_SCHEMA_REFUSED',
    facts: { event: 'order.placed', issues: expect.objectContaining({ length: 2 }) },
    says: ['order.placed', '$.total is negative', '$.id is missing'],
  },
  {
    error: new ExpectationFailedError({ entity: 'order:1', lane: 2, expected: 3, actual: 5 }),
    code: 'BATPAK_EXPECTATION_FAILED',
    facts: { entity: 'order:1', lane: 2, expected: 3, actual: 5 },
    says: ['order:1', 'in lane 2', 'at clock 3', 'clock 5', 'Read it again and retry'],
    retryable: true,
  },
  {
    error: new IdempotencyConflictError('move-1', 'payload', 17),
    code: 'BATPAK_IDEMPOTENCY_CONFLICT',
    facts: { idempotencyKey: 'move-1', differs: 'payload', sequence: 17 },
    says: ['move-1', 'event 17', 'payload', 'Use a new key'],
  },
  {
    error: new ReservedKindError(0x0020),
    code: 'BATPAK_RESERVED_KIND',
    facts: { kind: 0x0020 },
    says: ['0x0020', 'categories 0x0 and 0xD'],
  },
  {
    error: new KindConflictError('moved', 0x1002, 'this store has bound it to 0x1001'),
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
    error: new KindsExhaustedError('moved'),
    code: 'BATPAK_KINDS_EXHAUSTED',
    facts: { eventName: 'moved' },
    says: ['moved', 'Give it a kind of another category'],
  },
  {
    error: new LimitExceededError('batch.maxBytes', 1024, 2000),
    code: 'BATPAK_LIMIT_EXCEEDED',
    facts: { limit: 'batch.maxBytes', max: 1024, actual: 2000 },
    says: ['batch.maxBytes', '1024', '2000'],
  },
  {
    error: new BatchFailedError('validating', 2, cause),
    code: 'BATPAK_BATCH_FAILED',
    facts: { stage: 'validating', itemIndex: 2 },
    says: ['validating', 'item 2', 'the disk is gone', 'nothing of it was stored'],
    cause,
  },
];

const fenceSamples: Sample[] = [
  {
    error: new fenceErrors.VisibilityFenceActiveError('append'),
    code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
    facts: { operation: 'append' },
    says: ['append', 'commit or cancel it'],
    retryable: true,
  },
  {
    error: new fenceErrors.VisibilityFenceNotActiveError('fence.submit', 'committed'),
    code: 'BATPAK_VISIBILITY_FENCE_NOT_ACTIVE',
    facts: { operation: 'fence.submit', state: 'committed' },
    says: ['fence.submit', 'committed', 'Begin a new one'],
  },
  {
    error: new fenceErrors.VisibilityFenceCancelledError('store closed'),
    code: 'BATPAK_VISIBILITY_FENCE_CANCELLED',
    facts: { reason: 'store closed' },
    says: ['store closed', 'nothing staged in it was stored'],
  },
];

const diskSamples: Sample[] = [
  {
    error: new diskErrors.DiskFullError({ ...failure, systemCode: 'ENOSPC' }, cause),
    code: 'BATPAK_DISK_FULL',
    facts: { ...failure, systemCode: 'ENOSPC' },
    says: [failure.path, 'ENOSPC', 'free space and try again'],
    retryable: true,
    cause,
  },
  {
    error: new diskErrors.StorageError(failure, cause),
    code: 'BATPAK_STORAGE',
    facts: failure,
    says: ['write', failure.path, 'EIO'],
    cause,
  },
  {
    error: new diskErrors.SyncFailedError(failure.path, cause),
    code: 'BATPAK_SYNC_FAILED',
    facts: { outcome: 'unknown', path: failure.path },
    says: [failure.path, 'power loss may or may not undo it'],
    cause,
  },
  {
    error: new diskErrors.WriteFailedError('not stored', failure.path, cause),
    code: 'BATPAK_WRITE_FAILED',
    facts: { outcome: 'not stored', path: failure.path },
    says: [failure.path, 'not stored', 'try again'],
    retryable: true,
    cause,
  },
  {
    error: new diskErrors.WriterDeadError(cause),
    code: 'BATPAK_WRITER_DEAD',
    facts: {},
    says: ['Reads go on', 'open the store again'],
    cause,
  },
];

const otherSamples: Sample[] = [
  ...querySamples,
  {
    error: new corruptionErrors.CorruptSegmentError({
      path: failure.path,
      offset: 268,
      expected: 'a whole frame',
      actual: 'checksum mismatch',
    }),
    code: 'BATPAK_CORRUPT_SEGMENT',
    facts: {
      path: failure.path,
      offset: 268,
      expected: 'a whole frame',
      actual: 'checksum mismatch',
    },
    says: [failure.path, '268', 'a whole frame', 'checksum mismatch'],
  },
  {
    error: new corruptionErrors.UnsupportedVersionError(failure.path, 3, [1, 2]),
    code: 'BATPAK_UNSUPPORTED_VERSION',
    facts: { path: failure.path, version: 3, supported: [1, 2] },
    says: [failure.path, 'version 3', '1, 2', 'Use a later one'],
  },
  {
    error: new lifecycleErrors.StoreClosedError('append'),
    code: 'BATPAK_STORE_CLOSED',
    facts: { operation: 'append' },
    says: ['append', 'Open it again'],
  },
  {
    error: new lifecycleErrors.NestedWriteError('append'),
    code: 'BATPAK_NESTED_WRITE',
    facts: { operation: 'append' },
    says: ['append', 'Call it when that call is over'],
  },
  {
    error: new lifecycleErrors.StoreLockedError('/data', holder, 'it still runs.'),
    code: 'BATPAK_STORE_LOCKED',
    facts: { path: '/data', holder },
    says: ['/data', 'process 4711', 'alpha', 'it still runs.'],
    retryable: true,
  },
  {
    error: new lifecycleErrors.ConfigurationError('fdBudget', 0, 'an integer 1..65536', '0'),
    code: 'BATPAK_CONFIGURATION',
    facts: { field: 'fdBudget', value: 0, expected: 'an integer 1..65536' },
    says: ['fdBudget', 'an integer 1..65536', 'got 0'],
  },
];

const aggregateSamples: Sample[] = [
  {
    error: new aggregateErrors.UnsupportedMachineError('ticket', 'state open', 'spawns an actor'),
    code: 'BATPAK_UNSUPPORTED_MACHINE',
    facts: { aggregate: 'ticket', place: 'state open', problem: 'spawns an actor' },
    says: ['ticket', 'state open', 'spawns an actor'],
  },
  {
    error: new aggregateErrors.UnsupportedXStateError('4.38.0'),
    code: 'BATPAK_UNSUPPORTED_XSTATE',
    facts: { version: '4.38.0', supported: '>=5.33.3 <6' },
    says: ['4.38.0', 'install >=5.33.3 <6'],
  },
  {
    error: new aggregateErrors.MachineDefectError('ticket:1', 'resolved', cause),
    code: 'BATPAK_MACHINE_DEFECT',
    facts: { entity: 'ticket:1', eventType: 'resolved' },
    says: ['ticket:1', 'resolved', 'the disk is gone', 'Nothing was written'],
    cause,
  },
  {
    error: new aggregateErrors.ReplayDivergedError('ticket:1', 9, 'open', 'closed'),
    code: 'BATPAK_REPLAY_DIVERGED',
    facts: { entity: 'ticket:1', sequence: 9, expected: 'open', actual: 'closed' },
    says: ['ticket:1', 'event 9', 'open', 'closed'],
  },
  {
    error: new aggregateErrors.HistoryRefusedError({
      entity: 'ticket:1',
      sequence: 9,
      eventType: 'resolved',
      fromVersion: 1,
      toVersion: 2,
    }),
    code: 'BATPAK_HISTORY_REFUSED',
    facts: {
      entity: 'ticket:1',
      sequence: 9,
      eventType: 'resolved',
      fromVersion: 1,
      toVersion: 2,
    },
    says: ['ticket:1', 'resolved', 'event 9', 'version 1', 'version 2'],
  },
];

const samples = [
  ...writeSamples,
  ...fenceSamples,
  ...diskSamples,
  ...otherSamples,
  ...aggregateSamples,
];

describe('an operational error', () => {
  it('has a sample below for each class there is', () => {
    const classes = families.flatMap((family) => Object.keys(family));
    expect(samples.map(({ error }) => error.name).sort()).toEqual(classes.sort());
    expect(new Set(samples.map(({ code }) => code)).size).toBe(samples.length);
  });

  for (const { error, code, facts, says, retryable = false, cause: inner } of samples) {
    it(`${error.constructor.name} has its code, its facts and a message that helps`, () => {
      expect(error).toBeInstanceOf(BatpakError);
      expect(error.name).toBe(error.constructor.name);
      expect(error.code).toBe(code);
      expect(error.retryable).toBe(retryable);
      expect(error).toMatchObject(facts);
      for (const words of says) expect(error.message).toContain(words);
      expect(error.cause).toBe(inner);
      expect(isBatpakError(error)).toBe(true);
    });
  }

  it('shows its name and message when it is printed', () => {
    const error = new LimitExceededError('batch.maxSize', 256, 300);
    expect(String(error)).toBe('LimitExceededError: batch.maxSize is at most 256, got 300.');
    expect(error.stack).toContain('errors.test.ts');
  });
});

describe('ExpectationFailedError', () => {
  it('says what was expected and what there is, for each kind of expectation', () => {
    const message = (expected: writeErrors.Expectation, actual: number | undefined): string =>
      new ExpectationFailedError({ entity: 'a', lane: 0, expected, actual }).message;
    expect(message('none', 0)).toContain("'a' was expected to have no event, but its last event");
    expect(message('exists', undefined)).toContain('to have an event, but has no event');
    expect(message(2, undefined)).toContain('at clock 2, but has no event');
  });
});

describe('BatchFailedError', () => {
  it('can be retried when what caused it can', () => {
    const lost = new ExpectationFailedError({ entity: 'a', lane: 0, expected: 'none', actual: 0 });
    expect(new BatchFailedError('validating', 0, lost).retryable).toBe(true);
    const refused = new InvalidPayloadError('$', 'undefined can not be stored');
    expect(new BatchFailedError('validating', 0, refused).retryable).toBe(false);
    expect(new BatchFailedError('validating', 0, cause).retryable).toBe(false);
  });

  it('does not claim that nothing was stored when nobody can know', () => {
    const unknown = new diskErrors.WriteFailedError('unknown', '/data/000001.fbat', cause);
    const { message } = new BatchFailedError('committing', undefined, unknown);
    expect(message).not.toContain('nothing of it was stored');
  });

  it('names no item when none is to blame', () => {
    const error = new BatchFailedError('committing', undefined, cause);
    expect(error.itemIndex).toBeUndefined();
    expect(error.message).not.toContain('item');
  });
});

describe('StoreLockedError', () => {
  it('says so when the lock names nobody', () => {
    const error = new lifecycleErrors.StoreLockedError('/data', undefined, 'it is unreadable.');
    expect(error.holder).toBeUndefined();
    expect(error.message).toContain('an unknown holder');
  });
});

describe('WriteFailedError', () => {
  it('tells what is known of the events, and can be retried only when they are not stored', () => {
    const error = new diskErrors.WriteFailedError('unknown', '/data/000001.fbat', cause);
    expect([error.outcome, error.retryable]).toEqual(['unknown', false]);
    expect(error.message).toContain('Nobody knows whether the events are stored');
  });
});

describe('MachineDefectError', () => {
  it('has no event type for a machine that threw when it was started', () => {
    const error = new aggregateErrors.MachineDefectError('ticket:1', undefined, 'a text');
    expect(error.eventType).toBeUndefined();
    expect(error.message).toContain('when it was started: a text');
  });
});

describe('isBatpakError', () => {
  afterEach(() => {
    vi.resetModules();
  });

  it('knows the errors of another copy of the package', async () => {
    vi.resetModules();
    const copy = await import('../../../src/model/errors/lifecycle-errors.ts');
    const error = new copy.StoreClosedError('append');
    expect(copy.StoreClosedError).not.toBe(lifecycleErrors.StoreClosedError);
    expect(error).not.toBeInstanceOf(BatpakError);
    expect(isBatpakError(error)).toBe(true);
  });

  it('takes nothing else for one', () => {
    const mark = Symbol.for('batpak.error');
    const lookalike = { code: 'BATPAK_STORE_CLOSED', [mark]: true };
    const values = [undefined, null, 'BATPAK_STORE_CLOSED', {}, new Error('x'), lookalike];
    for (const value of values) expect(isBatpakError(value)).toBe(false);
  });
});
