import { type BatchItem, isBatpakError, Region, WriterDeadError } from 'batpak';
import { expect } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { fateAfter } from './fault-ledger.ts';
import {
  command,
  expectEverything,
  noteDurable,
  type StoreCommand,
  type StoreUnderTest,
} from './store-commands.ts';
import type { ModelAppend, ModelEvent, StoreModel } from './store-model.ts';
import {
  answerOf,
  causeOf,
  expectAnswer,
  HeldBack,
  isHeldBack,
  learnCauses,
  outcomeOf,
  type TurnWrite,
  within,
} from './store-write-commands.ts';

/** What the disk does wrong. */
export interface DiskFault {
  readonly operation: 'write' | 'sync' | 'beginSync' | 'truncate' | 'open' | 'syncDirectory';
  readonly code: 'EIO' | 'ENOSPC';
  /** Which of these calls, counted from 1. */
  readonly nth: number;
  readonly andLater: boolean;
  /** Bytes of a write that are in the file all the same. */
  readonly keepBytes: number;
}

/**
 * Makes a write on a disk that fails meanwhile. What the store then says of it is believed, and
 * held against what it shows, and against what is there when it is opened again, after power loss
 * too.
 *
 * @param seed of what that would leave
 */
export function faultCommand(
  faults: readonly DiskFault[],
  write: TurnWrite,
  seed: number,
): StoreCommand {
  const text = `fault ${JSON.stringify({ faults, write, seed })}`;
  return command(text, async (model, tested) => {
    const { store, host } = tested;
    if (isHeldBack(store, write)) return;
    for (const { operation, code, nth, andLater, keepBytes } of faults) {
      const target = { path: '.fbat', code, nth, andLater };
      if (operation === 'write') host.plan.tear({ ...target, keepBytes });
      else if (operation === 'syncDirectory') host.plan.fail({ operation, code, nth, andLater });
      else host.plan.fail({ operation, ...target });
    }
    const cause = 'cause' in write ? causeOf(model, write.cause) : undefined;
    const outcome = outcomeOf(model, write, cause);
    const answer = await answerOf(store, write, cause);
    host.plan.heal();
    const failed = 'failure' in answer && isBatpakError(answer.failure);
    const foreseen = outcome.type === 'refuse' && failed && outcome.code === codeOf(answer.failure);
    if ('failure' in answer && answer.failure instanceof HeldBack) {
      expect(faults.map(({ code }) => code)).toContain('ENOSPC');
    } else if (!failed || foreseen) {
      if (outcome.type === 'append') model.write(outcome.events);
      expectAnswer(model, write, outcome, answer);
      learnCauses(write, outcome);
    } else {
      const fate = fateAfter(answer.failure);
      const events = outcome.type === 'append' ? outcome.events : [];
      if (fate === 'unknown') reopen(model, tested, events, write);
      else if (fate === 'stored') takeStored(model, tested, events, write);
    }
    if (isDead(tested)) reopen(model, tested, [], write);
    expectSame(model, tested);
    noteDurable(model, tested.store);
    expectAfterPowerLoss(model, tested, seed);
  });
}

function expectAfterPowerLoss(
  model: StoreModel,
  { host, options }: StoreUnderTest,
  seed: number,
): void {
  const left = host.afterPowerLoss(new SeededRandom(seed)).open(options);
  const ids = [...left.events(Region.all())].map(({ eventId }) => eventId);
  expect(ids.length).toBeGreaterThanOrEqual(model.durable);
  expect(ids).toEqual(model.events.slice(0, ids.length).map(({ eventId }) => eventId));
  expect(model.isWhole(ids.length)).toBe(true);
}

/** Begins a visibility fence, and ends it without a commit. */
export function cancelCommand(appends: readonly ModelAppend[], disposes: boolean): StoreCommand {
  const text = `cancel fence ${JSON.stringify({ appends, disposes })}`;
  return command(text, async (model, { store }) => {
    using fence = store.beginVisibilityFence();
    const items = appends.map(
      ({ entity, scope, kind, payload, lane }): BatchItem => ({
        at: { entity, scope },
        kind,
        payload,
        options: { lane },
      }),
    );
    const ticket = within(() => fence.submitBatch(items));
    if (ticket === undefined) return;
    const ended = ticket.then(
      () => 'stored',
      (failure: unknown) => codeOf(failure),
    );
    if (disposes) fence[Symbol.dispose]();
    else fence.cancel();
    expect(await ended).toBe('BATPAK_VISIBILITY_FENCE_CANCELLED');
    expect(store.eventCount).toBe(model.events.length);
  });
}

/** Opens the store again after a failure that has stopped it, or left something unsaid. */
function reopen(
  model: StoreModel,
  tested: StoreUnderTest,
  unsaid: readonly ModelEvent[],
  write: TurnWrite,
): void {
  tested.reader = undefined;
  try {
    tested.store.close();
  } catch (failure) {
    expect(isBatpakError(failure)).toBe(true);
  }
  tested.store = tested.host.open(tested.options);
  if (tested.store.eventCount > model.events.length) takeStored(model, tested, unsaid, write);
  expectEverything(model, tested.store);
}

/** Takes over events that are stored, although their caller got no receipts. */
function takeStored(
  model: StoreModel,
  { store }: StoreUnderTest,
  events: readonly ModelEvent[],
  write: TurnWrite,
): void {
  for (const [index, event] of events.entries()) {
    event.eventId = store.at(model.events.length + index)?.eventId ?? 'not stored';
  }
  learnCauses(write, { type: 'append', events });
  model.write(events);
}

function isDead({ store }: StoreUnderTest): boolean {
  const last = store.eventCount - 1;
  try {
    store.sync();
  } catch (failure) {
    if (failure instanceof WriterDeadError) return true;
    throw failure;
  }
  return last >= 0 && store.durableThrough() !== last;
}

function expectSame(model: StoreModel, { store }: StoreUnderTest): void {
  const ids = [...store.events(Region.all())].map(({ eventId }) => eventId);
  expect(ids).toEqual(model.events.map(({ eventId }) => eventId));
}

function codeOf(failure: unknown): string {
  if (isBatpakError(failure)) return failure.code;
  throw failure;
}
