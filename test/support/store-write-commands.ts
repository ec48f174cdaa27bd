import {
  type BatchItem,
  isBatpakError,
  LimitExceededError,
  type Receipt,
  type Store,
} from 'batpak';
import { expect } from 'vitest';
import { command, noteDurable, type StoreCommand } from './store-commands.ts';
import type { ModelAppend, ModelEvent, ModelOutcome, StoreModel } from './store-model.ts';

/** One write of a turn, in one of the ways that a store has for it. */
export type TurnWrite =
  | {
      readonly way: 'append' | 'tryAppend' | 'submit' | 'trySubmit';
      readonly append: ModelAppend;
      readonly durable: boolean;
      /** Place, among all events, of the one that it reacts to; 1 and more for none. */
      readonly cause: number;
    }
  | {
      readonly way: 'appendBatch' | 'submitBatch' | 'flush' | 'submitFlush' | 'fence';
      readonly appends: readonly ModelAppend[];
      /** Whether each item but the first is caused by the one before it. */
      readonly caused: boolean;
      readonly durable: boolean;
    };

/** A write that its caller was asked to make later. */
export class HeldBack extends Error {}

/** What a write has come to in the store: its receipts, or the code of its failure. */
type Answer = readonly Receipt[] | { readonly failure: unknown };

/**
 * Makes writes in one turn of the event loop, or two, and waits for their answers. Those that are
 * queued are written in the order of the calls, whatever comes between.
 *
 * @param holds whether a sync that the first half of them brings about takes until all are written
 */
export function turnCommand(writes: readonly TurnWrite[], holds = false): StoreCommand {
  const text = `turn ${JSON.stringify({ writes, holds })}`;
  return command(text, async (model, { store, host }) => {
    if (holds) host.plan.holdSyncs();
    const outcomes: { write: TurnWrite; outcome: ModelOutcome; answer: Promise<Answer> }[] = [];
    for (const [place, write] of writes.entries()) {
      if (holds && place === Math.ceil(writes.length / 2)) await severalTurns();
      // A reaction to what has no id yet can't be asked for.
      const cause = 'cause' in write ? causeOf(model, write.cause) : undefined;
      if (isHeldBack(store, write)) continue;
      const outcome = outcomeOf(model, write, cause);
      const answer = answerOf(store, write, cause);
      if (outcome.type === 'append') model.write(outcome.events);
      outcomes.push({ write, outcome, answer });
    }
    if (holds) await severalTurns();
    noteDurable(model, store);
    host.plan.releaseSyncs();
    for (const { write, outcome, answer } of outcomes) {
      expectAnswer(model, write, outcome, await answer);
      learnCauses(write, outcome);
    }
  });
}

/** Whether the store asks to come again; a full disk lets some through to find out. */
export function isHeldBack(store: Store, { way }: TurnWrite): boolean {
  if (way !== 'tryAppend' && way !== 'trySubmit') return false;
  const { level, utilizationPct } = store.writerPressure();
  if (utilizationPct >= 75) {
    const asked = [store.tryAppend('order', 0x1000, 1), store.trySubmit('order', 0x1000, 1)];
    expect(asked.map(({ type }) => type)).toEqual(['retry', 'retry']);
  }
  return level !== 'normal';
}

/** What the write comes to by the rules; its events are not in the model yet. */
export function outcomeOf(
  model: StoreModel,
  write: TurnWrite,
  cause: ModelEvent | undefined,
): ModelOutcome {
  return 'append' in write ? model.single(write.append, cause) : model.batch(write.appends);
}

/** The event that a write reacts to. */
export function causeOf({ events }: StoreModel, place: number): ModelEvent | undefined {
  const cause = events[Math.floor(place * events.length)];
  return cause?.eventId === '' ? undefined : cause;
}

/** Lets the store make the write. @returns what it answers, sooner or later */
export async function answerOf(
  store: Store,
  write: TurnWrite,
  cause: ModelEvent | undefined,
): Promise<Answer> {
  try {
    const answer = await ('append' in write ? single(store, write, cause) : several(store, write));
    return Array.isArray(answer) ? answer : [answer];
  } catch (failure) {
    return { failure };
  }
}

/** Holds an answer against the rules, and learns the ids of new events from it. */
export function expectAnswer(
  model: StoreModel,
  { durable }: TurnWrite,
  outcome: ModelOutcome,
  answer: Answer,
): void {
  if (outcome.type === 'refuse') {
    expect('failure' in answer ? codeOf(answer.failure) : answer).toBe(outcome.code);
    return;
  }
  if ('failure' in answer) throw answer.failure;
  expect(answer).toHaveLength(outcome.events.length);
  for (const [index, event] of outcome.events.entries()) {
    const receipt = answer[index];
    if (receipt === undefined) continue;
    const { eventId, sequence, clock, replayed } = receipt;
    if (outcome.type === 'append') event.eventId = eventId;
    expect({ eventId, sequence, clock, replayed }).toEqual({
      eventId: event.eventId,
      sequence: model.events.indexOf(event),
      clock: event.clock,
      replayed: outcome.type === 'replay',
    });
    if (durable) expect(receipt.durability).toBe('durable');
  }
}

/** Fills in what the items of a batch were caused by, once their ids are known. */
export function learnCauses(write: TurnWrite, outcome: ModelOutcome): void {
  if (!('caused' in write) || !write.caused || outcome.type !== 'append') return;
  for (const [index, event] of outcome.events.entries()) {
    const before = outcome.events[index - 1];
    if (before === undefined) continue;
    event.causationId = before.eventId;
    event.correlationId = before.correlationId ?? before.eventId;
  }
}

/** What is staged in a fence; `undefined` when a segment can't hold that much. */
export function within<Staged>(stage: () => Staged): Staged | undefined {
  try {
    return stage();
  } catch (failure) {
    if (failure instanceof LimitExceededError) return undefined;
    throw failure;
  }
}

/** Code of a failure that the store foresees. */
export function codeOf(failure: unknown): string {
  if (isBatpakError(failure)) return failure.code;
  throw failure;
}

async function severalTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function single(
  store: Store,
  { way, append, durable }: Extract<TurnWrite, { append: ModelAppend }>,
  cause: ModelEvent | undefined,
): Promise<Receipt> {
  const { entity, scope, kind, payload } = append;
  const at = { entity, scope };
  const options = { ...optionsOf(append), durable };
  const by = cause?.eventId ?? '';
  switch (way) {
    case 'append':
      return cause === undefined
        ? store.append(at, kind, payload, options)
        : store.appendReaction(at, kind, payload, by, options);
    case 'tryAppend': {
      const whole =
        cause === undefined
          ? options
          : { ...options, causationId: by, correlationId: cause.correlationId ?? by };
      const outcome = store.tryAppend(at, kind, payload, whole);
      if (outcome.type === 'ok') return outcome.value;
      throw outcome.type === 'err' ? outcome.error : new HeldBack(outcome.type);
    }
    case 'submit':
      return await (cause === undefined
        ? store.submit(at, kind, payload, options)
        : store.submitReaction(at, kind, payload, by, options));
    case 'trySubmit': {
      const outcome =
        cause === undefined
          ? store.trySubmit(at, kind, payload, options)
          : store.trySubmitReaction(at, kind, payload, by, options);
      if (outcome.type === 'ok') return await outcome.value;
      throw new HeldBack(outcome.type);
    }
  }
}

async function several(
  store: Store,
  { way, appends, caused, durable }: Extract<TurnWrite, { caused: boolean }>,
): Promise<Receipt[]> {
  const items = appends.map((append, index): BatchItem => {
    const { entity, scope, kind, payload } = append;
    const causation = caused && index > 0 ? { causation: { item: index - 1 } } : {};
    return { at: { entity, scope }, kind, payload, options: optionsOf(append), ...causation };
  });
  if (way === 'appendBatch') return store.appendBatch(items, { durable });
  if (way === 'submitBatch') return await store.submitBatch(items, { durable });
  if (way === 'fence') {
    using fence = store.beginVisibilityFence();
    const before = store.eventCount;
    const ticket = within(() => fence.submitBatch(items));
    if (ticket === undefined) {
      fence.cancel();
      return store.appendBatch(items, { durable });
    }
    ticket.then(undefined, () => undefined);
    expect(store.tryAppend('order', 0x1000, null).type).toBe('cancelled');
    expect(store.eventCount).toBe(before);
    return fence.commit();
  }
  const outbox = store.outbox();
  for (const item of items) outbox.stageItem(item);
  if (way === 'submitFlush') return await outbox.submitFlush({ durable });
  try {
    return outbox.flush({ durable });
  } catch (failure) {
    expect(outbox.length).toBe(isStored(failure) ? 0 : items.length);
    throw failure;
  }
}

function isStored(failure: unknown): boolean {
  return codeOf(failure) === 'BATPAK_SYNC_FAILED';
}

function optionsOf({ expected, key, flags, lane }: ModelAppend): NonNullable<BatchItem['options']> {
  return { expected, flags, lane, ...(key === undefined ? {} : { idempotencyKey: key }) };
}
