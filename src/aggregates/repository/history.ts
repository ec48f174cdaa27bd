import type { AnyStateMachine, InputFrom } from 'xstate';
import { defined } from '../../model/assert.ts';
import type { StoredEvent } from '../../model/event.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import type { AnyAggregateDefinition, StoredEventOf } from '../definition/definition.ts';
import { externalOf, machineEventOf } from '../effects/external-event.ts';
import type { AggregateReader } from '../fold/aggregate-reader.ts';
import { decodeStamp } from '../fold/stamp.ts';
import { begun } from '../fold/state-cache.ts';
import { type AggregateState, stateOf } from './state.ts';

/** An event of an aggregate's stream, and what the aggregate was after it. */
export type HistoryEntry<Machine extends AnyStateMachine, Events> =
  | HistoryStart<Machine>
  | HistoryInput<Machine, Events>
  | HistoryOutside<Machine>
  | HistoryAside<Machine>;

/** The aggregate was created, or its first command gave the machine input. */
export interface HistoryStart<Machine extends AnyStateMachine> {
  readonly role: 'start';
  readonly input: InputFrom<Machine>;
  readonly state: AggregateState<Machine>;
  /** As it is stored: sequence, clock, time, id. */
  readonly stored: StoredEvent;
}

/** A command that was accepted. */
export interface HistoryInput<Machine extends AnyStateMachine, Events> {
  readonly role: 'input';
  /** The machine event as it is today: upcasts are applied. */
  readonly event: StoredEventOf<Events>;
  readonly state: AggregateState<Machine>;
  readonly stored: StoredEvent;
}

/** A timer has fired, or an actor has a `result`: its output, or that it failed. */
export interface HistoryOutside<Machine extends AnyStateMachine> {
  readonly role: 'timer' | 'result';
  /** Id of the timer or actor. */
  readonly id: string;
  /** The machine event that it was, such as `xstate.done.actor.ID`. */
  readonly event: { readonly type: string };
  readonly state: AggregateState<Machine>;
  readonly stored: StoredEvent;
}

/**
 * An event that is no part of the fold: `emitted` by the machine; `foreign`, appended by something
 * else; `refused` by the machine of today and skipped; or `discarded`, a timer or a result that the
 * machine did not take.
 */
export interface HistoryAside<Machine extends AnyStateMachine> {
  readonly role: 'emitted' | 'foreign' | 'refused' | 'discarded';
  /** `undefined` while the aggregate has not begun. */
  readonly state: AggregateState<Machine> | undefined;
  readonly stored: StoredEvent;
}

/**
 * The events of an aggregate one by one, folded as they are asked for.
 *
 * @throws {ReplayDivergedError} {@link HistoryRefusedError} while iterating
 */
export function* historyOf<Machine extends AnyStateMachine, Events>(
  reader: AggregateReader,
  definition: AnyAggregateDefinition,
  entity: string,
): Generator<HistoryEntry<Machine, Events>> {
  let refusedBefore = 0;
  for (const { event: stored, fold } of reader.steps(entity)) {
    const { clock, report, pending } = fold;
    const folded = begun({ snapshot: fold.snapshot, clock, report, pending });
    if (folded !== undefined) reader.freeze(folded.snapshot);
    const state = folded === undefined ? undefined : stateOf<Machine>(folded);
    const stamp = decodeStamp(stored.extensions.get(stampExtension));
    const wasRefused = report.refused.count > refusedBefore;
    refusedBefore = report.refused.count;
    if (stamp === undefined) yield { role: 'foreign', state, stored };
    else if (wasRefused || state === undefined) yield { role: 'refused', state, stored };
    else if (stamp.role === 'emitted' || stamp.role === 'discarded') {
      yield { role: stamp.role, state, stored };
    } else if (stamp.role === 'external') yield outsideOf<Machine>(definition, stored, state);
    else if (stamp.role === 'start') yield { role: 'start', input: inputOf(stored), state, stored };
    else yield { role: 'input', event: eventOf(definition, stored), state, stored };
  }
}

function outsideOf<Machine extends AnyStateMachine>(
  { evolution }: AnyAggregateDefinition,
  stored: StoredEvent,
  state: AggregateState<Machine>,
): HistoryOutside<Machine> {
  const external = defined(
    externalOf(stored.kind, stored.payload),
    'the fold has taken what it tells',
  );
  const role = external.of === 'timer' ? 'timer' : 'result';
  const event = evolution.outsideOf(machineEventOf(external));
  return { role, id: external.id, event, state, stored };
}

// Stored by `create` or by the `input` hook, both of which are held to the machine's type.
function inputOf<Machine extends AnyStateMachine>({ payload }: StoredEvent): InputFrom<Machine> {
  const { input }: { input?: unknown } = Object(payload);
  return input as InputFrom<Machine>;
}

// The fold has just taken it: the definition knows its type, and what it carries.
function eventOf<Events>(
  definition: AnyAggregateDefinition,
  stored: StoredEvent,
): StoredEventOf<Events> {
  return definition.evolution.eventOf(stored) as StoredEventOf<Events>;
}
