import type { AnyMachineSnapshot } from 'xstate';
import { UnsupportedMachineError } from '../../model/errors/aggregate-errors.ts';
import type { AnyEventDefinition } from '../../model/event-definition.ts';
import { systemKinds } from '../../model/kind.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Engine } from '../../store/engine.ts';
import type { Store } from '../../store/store.ts';
import type { PreparedItem } from '../../store/write/append-batch.ts';
import { preparePrivileged } from '../../store/write/append-request.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import {
  type DiscardReason,
  type ExternalEvent,
  kindOfExternal,
  payloadOf,
} from '../effects/external-event.ts';
import { nothingPending, type PendingEffects, pendingAfter } from '../effects/pending.ts';
import { encodeStamp, type StampRole } from '../fold/stamp.ts';
import { type Effect, effectsAt } from '../stepping/effect.ts';
import type { StepOutcome } from '../stepping/step.ts';
import type { SendOptions } from './send-options.ts';

/** What a command led to: the start of an aggregate, an accepted event, or both. */
export interface WrittenCommand {
  readonly start?: StepOutcome & { readonly input: unknown };
  readonly event?: StepOutcome & { readonly type: string; readonly payload: object };
  /** Of a command with an idempotency key. */
  readonly fingerprint: Uint8Array | undefined;
  readonly options: SendOptions;
}

/** The records of one command, and where they go. */
export interface PlannedCommand {
  readonly entity: string;
  readonly scope: string;
  /** Clock that the entity must be at when the first of them is written; -1 before its first. */
  readonly clock: number;
  readonly records: readonly PlannedRecord[];
  /** Of the gates it went through, if there are any: each record bears it. */
  readonly decision: Uint8Array | undefined;
  /** What the first of them is caused by, when it is not a command. */
  readonly cause?: { readonly causationId: string; readonly correlationId: string };
}

/** What records need to know besides the command. */
export interface RecordsContext {
  /** Tells when they are written: asked only when a timer is set. */
  readonly time: { nowUs(): number };
  /** What the aggregate waits for before them. */
  readonly pending: PendingEffects;
}

/** One record to write. */
export interface PlannedRecord {
  readonly role: StampRole;
  readonly kind: number | AnyEventDefinition;
  readonly payload: object;
  readonly stamp: Uint8Array;
  /** What it asks for: it is in the stamp too. */
  readonly effects: readonly Effect[];
  /** The record whose receipt the command gets, and which bears its idempotency key. */
  readonly main: boolean;
  readonly idempotencyKey?: string | undefined;
  /** Index of the record of the same command that caused this one. */
  readonly causedBy?: number;
}

/** The records of a command, in the order in which they are written. */
export function recordsOf(
  definition: AnyAggregateDefinition,
  command: WrittenCommand,
  context: RecordsContext,
): readonly PlannedRecord[] {
  const { start, event, fingerprint, options } = command;
  const { version } = definition;
  const { idempotencyKey } = options;
  const records: PlannedRecord[] = [];
  let { pending } = context;
  if (start !== undefined) {
    const main = event === undefined;
    const effects = storedEffects(start, { ...context, pending });
    pending = pendingAfter(pending, effects, '');
    records.push({
      role: 'start',
      kind: systemKinds.machineInit,
      payload: { input: start.input },
      stamp: encodeStamp('start', version, start.snapshot, main ? fingerprint : undefined, effects),
      effects,
      main,
      idempotencyKey: main ? idempotencyKey : undefined,
    });
    addEmitted(definition, start, records);
  }
  if (event !== undefined) {
    const { type, payload } = event;
    const kind = definition.eventOf(type);
    if (kind === undefined) throw undeclared(definition, `event '${type}' is not in events`);
    const effects = storedEffects(event, { ...context, pending });
    records.push({
      role: 'input',
      kind,
      payload,
      stamp: encodeStamp('input', version, event.snapshot, fingerprint, effects),
      effects,
      main: true,
      idempotencyKey,
    });
    addEmitted(definition, event, records);
  }
  return records;
}

/** The record of a timer that fired or of a result, and of what the machine emits on it. */
export function externalRecords(
  definition: AnyAggregateDefinition,
  external: ExternalEvent,
  outcome: StepOutcome,
  context: RecordsContext,
): readonly PlannedRecord[] {
  const effects = storedEffects(outcome, context);
  const records: PlannedRecord[] = [
    {
      role: 'external',
      kind: kindOfExternal(external),
      payload: payloadOf(external),
      stamp: encodeStamp('external', definition.version, outcome.snapshot, undefined, effects),
      effects,
      main: true,
      idempotencyKey: keyOfWrite(external),
    },
  ];
  addEmitted(definition, outcome, records);
  return records;
}

/** The record of what has happened outside, and is not brought to the machine. */
export function discardedRecord(
  definition: AnyAggregateDefinition,
  external: ExternalEvent,
  reason: DiscardReason,
  snapshot: AnyMachineSnapshot,
): PlannedRecord {
  const { of } = external;
  return {
    role: 'discarded',
    kind: systemKinds.externalDiscarded,
    payload: { reason, of, ...payloadOf(external) },
    stamp: encodeStamp('discarded', definition.version, snapshot),
    effects: noEffects,
    main: true,
    idempotencyKey: keyOfWrite(external),
  };
}

/** The idempotency key of the event that tells what became of a timer or an actor. */
export function keyOfWrite({ key }: ExternalEvent): string {
  return `batpak:effect:${key}`;
}

const noEffects: readonly Effect[] = Object.freeze([]);

/** What is stored of the effects of a step. A machine at its end leaves nothing behind. */
function storedEffects(
  { snapshot, effects: requested }: StepOutcome,
  { time, pending }: RecordsContext,
): readonly Effect[] {
  if (requested.length === 0 && pending === nothingPending) return noEffects;
  const setsTimer = requested.some((effect) => effect.do === 'set');
  const effects = effectsAt(requested, setsTimer ? time.nowUs() : 0);
  if (snapshot.status === 'active') return effects;
  const left = pendingAfter(pending, effects, '');
  return left === nothingPending ? effects : [...effects, { do: 'end' }];
}

/** Appends the records of all commands, as one event or one atomic batch. */
export function writeRecords(
  store: Store,
  commands: readonly PlannedCommand[],
): readonly (readonly Receipt[])[] {
  const receipts = store.appendPrepared((engine) => {
    const items: PreparedItem[] = [];
    for (const command of commands) addItems(engine, command, items);
    return items;
  });
  let taken = 0;
  return commands.map(({ records }) => {
    const from = taken;
    taken += records.length;
    return receipts.slice(from, taken);
  });
}

function addItems(engine: Engine, command: PlannedCommand, items: PreparedItem[]): void {
  const first = items.length;
  const { clock } = command;
  for (const record of command.records) {
    const request = preparePrivileged(engine, command, record.kind, record.payload, {
      stamp: record.stamp,
      decision: command.decision,
      ...(items.length === first ? { expected: clock < 0 ? 'none' : clock } : {}),
      ...(record.idempotencyKey === undefined ? {} : { idempotencyKey: record.idempotencyKey }),
      ...(items.length === first ? command.cause : undefined),
    });
    const causedBy = record.causedBy === undefined ? undefined : first + record.causedBy;
    items.push({ request, causedBy });
  }
}

function addEmitted(
  definition: AnyAggregateDefinition,
  cause: StepOutcome,
  records: PlannedRecord[],
): void {
  const causedBy = records.length - 1;
  for (const { type, payload } of cause.emitted) {
    const kind = definition.emittedOf(type);
    if (kind === undefined) throw undeclared(definition, `emitted event '${type}' is not in emits`);
    records.push({
      role: 'emitted',
      kind,
      payload: validated(kind, payload),
      stamp: encodeStamp('emitted', definition.version, cause.snapshot),
      effects: noEffects,
      main: false,
      causedBy,
    });
  }
}

/** @throws {SchemaRefusedError} when the machine emits what its event's schema refuses */
function validated(kind: AnyEventDefinition, payload: object): object {
  return Object(kind.validate(payload as never));
}

function undeclared(definition: AnyAggregateDefinition, problem: string): UnsupportedMachineError {
  return new UnsupportedMachineError(definition.name, 'its events', `${problem}; declare it`);
}
