import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { defined } from '../model/assert.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Receipt } from '../model/receipt.ts';
import { Region } from '../model/region.ts';
import type { Store } from '../store/store.ts';
import { admitEvent, validateCommand } from './admit.ts';
import type { Decision, Refused } from './decision.ts';
import type { AnyAggregateDefinition } from './definition.ts';
import { AggregateFold } from './fold.ts';
import { recordsOf, type WrittenCommand, writeRecords } from './records.ts';
import { earlierReceipt } from './retry.ts';
import type { SendOptions } from './send-options.ts';
import { commandFingerprint } from './stamp.ts';
import { stateOf } from './state.ts';
import { type FoldedState, StateCache } from './state-cache.ts';
import { begin, judge } from './step.ts';
import { jsonProblem } from './strict-json.ts';
import { type MachineEvent, MachineStepper } from './xstate-adapter.ts';

/** Which moment of an aggregate is asked for: up to this clock, or this sequence, included. */
export type Moment = { readonly clock: number } | { readonly sequence: number };

type Refuse = (
  reason: Refused<AnyStateMachine>['reason'],
  facts: Partial<Pick<Refused<AnyStateMachine>, 'guards' | 'issues' | 'actual'>>,
) => Decision;

const nothing: FoldedState = { snapshot: undefined, clock: -1 };

/**
 * Runs the aggregates of one definition in one store: pure step, append with the expected clock,
 * swap of the kept state. The machine is never a live actor, which would change its state before
 * the append succeeds. Invariant: a kept state is what a fold of the log would give.
 */
export class AggregateEngine {
  readonly #store: Store;
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  readonly #states: StateCache;

  constructor(store: Store, definition: AnyAggregateDefinition, entitiesMax: number) {
    this.#store = store;
    this.#definition = definition;
    this.#stepper = new MachineStepper(definition.machine);
    this.#states = new StateCache(entitiesMax);
  }

  send(id: string, command: { readonly type: string }, options: SendOptions): Decision {
    const entity = this.#definition.entityOf(id);
    const definition = this.#definition.eventOf(command.type);
    const valid = definition === undefined ? undefined : validateCommand(definition, command);
    const payload = valid !== undefined && 'payload' in valid ? valid.payload : undefined;
    const fingerprint = fingerprintOf(entity, command.type, payload, options);
    const earlier = earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
    if (earlier !== undefined) return this.#replayed(entity, earlier);
    const current = this.current(entity);
    const { snapshot } = current;
    const refuse = this.#refusal(command, current);
    if (options.expected !== undefined && options.expected !== current.clock) {
      return refuse('conflict', { actual: current.clock < 0 ? undefined : current.clock });
    }
    if (snapshot !== undefined && snapshot.status !== 'active') {
      return refuse(snapshot.status === 'done' ? 'done' : 'failed', {});
    }
    if (valid === undefined) return refuse('unhandled', {});
    if ('issues' in valid) return refuse('invalid', { issues: valid.issues });
    const platform = this.#store.platform;
    const admitted = admitEvent(this.#definition, command.type, valid.payload, platform);
    if ('issues' in admitted) return refuse('invalid', { issues: admitted.issues });
    return this.#decide(id, entity, current, admitted.event, fingerprint, options, refuse);
  }

  create(id: string, input: unknown, options: SendOptions): Decision {
    const entity = this.#definition.entityOf(id);
    const command = { type: 'create' };
    const fingerprint = fingerprintOf(entity, command.type, input, options);
    const earlier = earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
    if (earlier !== undefined) return this.#replayed(entity, earlier);
    const current = this.current(entity);
    const refuse = this.#refusal(command, current);
    if (current.snapshot !== undefined) return refuse('conflict', { actual: current.clock });
    const problem = input === undefined ? undefined : jsonProblem(input);
    if (problem !== undefined) {
      return refuse('invalid', { issues: [{ path: problem.path, message: problem.problem }] });
    }
    const started = begin(this.#stepper, input, entity);
    const written = { start: { input, ...started }, fingerprint, options };
    return this.#write(id, entity, current, written, started.snapshot);
  }

  /** The folded state now: kept, brought up to the entity's last event, or folded anew. */
  current(entity: string): FoldedState {
    const head = this.#store.head(entity);
    if (head === undefined) return nothing;
    const kept = this.#states.find(entity);
    if (kept?.clock === head.clock) return kept;
    const fold = this.#fold(entity, kept);
    const region = Region.entity(entity).withClock({ from: fold.clock + 1, to: head.clock });
    for (const event of this.#store.events(region)) fold.take(event);
    const current = { snapshot: fold.result(), clock: fold.clock };
    this.#states.keep(entity, current);
    return current;
  }

  /** The state as it was at the moment; `undefined` when the aggregate had not begun. */
  at(entity: string, moment: Moment): AnyMachineSnapshot | undefined {
    const fold = this.#fold(entity);
    for (const event of eventsUpTo(this.#store, entity, moment)) fold.take(event);
    return fold.result();
  }

  /** How many events of the entity no aggregate wrote. */
  foreign(entity: string): number {
    const fold = this.#fold(entity);
    for (const event of this.#store.events(Region.entity(entity))) fold.take(event);
    return fold.foreign;
  }

  #decide(
    id: string,
    entity: string,
    current: FoldedState,
    event: MachineEvent,
    fingerprint: Uint8Array | undefined,
    options: SendOptions,
    refuse: Refuse,
  ): Decision {
    const fresh = current.snapshot === undefined;
    const input = fresh ? this.#definition.inputFor(id, event) : undefined;
    const started = fresh ? begin(this.#stepper, input, entity) : undefined;
    const before = started?.snapshot ?? current.snapshot;
    const verdict = judge(
      this.#stepper,
      defined(before, 'an aggregate has a state to step from'),
      event,
      entity,
    );
    if (!verdict.accepted) {
      if (verdict.touched) this.#states.drop(entity);
      return refuse(verdict.reason, verdict.reason === 'guard' ? { guards: verdict.guards } : {});
    }
    // A start that nothing can be read from again is not worth a record.
    const logged = this.#definition.givesInput || (started?.emitted.length ?? 0) > 0;
    const written: WrittenCommand = {
      ...(started !== undefined && logged ? { start: { input, ...started } } : {}),
      event: { event, emitted: verdict.emitted, snapshot: verdict.snapshot },
      fingerprint,
      options,
    };
    return this.#write(id, entity, current, written, verdict.snapshot);
  }

  #write(
    id: string,
    entity: string,
    current: FoldedState,
    command: WrittenCommand,
    snapshot: AnyMachineSnapshot,
  ): Decision {
    const records = recordsOf(this.#definition, command);
    const at = { entity, scope: this.#definition.scopeOf(id) };
    let receipts: readonly Receipt[];
    try {
      receipts = writeRecords(this.#store, at, current.clock, records);
    } catch (cause) {
      // An assign may have changed the kept context in place, for an event that is not stored.
      this.#states.drop(entity);
      throw cause;
    }
    const main = records.findIndex(({ main: isMain }) => isMain);
    const clock = current.clock + receipts.length;
    this.#states.keep(entity, { snapshot, clock });
    return {
      accepted: true,
      state: stateOf(snapshot),
      receipt: defined(receipts[main], 'every record has a receipt'),
      emitted: receipts.filter((_, position) => records[position]?.role === 'emitted'),
      replayed: false,
    };
  }

  #replayed(entity: string, receipt: Receipt): Decision {
    const { snapshot } = this.current(entity);
    return {
      accepted: true,
      state: stateOf(defined(snapshot, 'a stored command has led to a state')),
      receipt,
      emitted: [],
      replayed: true,
    };
  }

  #refusal(event: { readonly type: string }, { snapshot }: FoldedState): Refuse {
    const state = snapshot === undefined ? undefined : stateOf(snapshot);
    return (reason, facts) => ({ accepted: false, reason, event, state, ...facts });
  }

  #fold(entity: string, from?: FoldedState): AggregateFold {
    return new AggregateFold(this.#definition, this.#stepper, entity, from);
  }
}

/** Only a command that can be retried by key needs one. */
function fingerprintOf(
  entity: string,
  type: string,
  input: unknown,
  { idempotencyKey }: SendOptions,
): Uint8Array | undefined {
  return idempotencyKey === undefined ? undefined : commandFingerprint(entity, type, input);
}

function* eventsUpTo(store: Store, entity: string, moment: Moment): Generator<StoredEvent> {
  if ('clock' in moment) {
    yield* store.events(Region.entity(entity).withClock({ to: moment.clock }));
    return;
  }
  for (const event of store.events(Region.entity(entity))) {
    if (event.sequence > moment.sequence) return;
    yield event;
  }
}
