import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { defined } from '../model/assert.ts';
import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Receipt } from '../model/receipt.ts';
import { Region } from '../model/region.ts';
import type { Store } from '../store/store.ts';
import { type AdmittedEvent, admitEvent, validateCommand } from './admit.ts';
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
import { strictJson } from './strict-json.ts';
import { MachineStepper } from './xstate-adapter.ts';

/** Which moment of an aggregate is asked for: up to this clock, or this sequence, included. */
export type Moment = { readonly clock: number } | { readonly sequence: number };

type Refuse = (
  reason: Refused<AnyStateMachine>['reason'],
  facts: Partial<Pick<Refused<AnyStateMachine>, 'guards' | 'issues' | 'actual'>>,
) => Decision;

interface AdmittedCommand {
  readonly id: string;
  readonly entity: string;
  readonly current: FoldedState;
  readonly admitted: AdmittedEvent;
  readonly fingerprint: Uint8Array | undefined;
  readonly options: SendOptions;
  readonly refuse: Refuse;
}

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
    const declared = this.#definition.eventOf(command.type);
    const valid = declared === undefined ? undefined : validateCommand(declared, command);
    const payload = valid !== undefined && 'payload' in valid ? valid.payload : undefined;
    const fingerprint = fingerprintOf(entity, command.type, payload, options);
    const earlier = earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
    if (earlier !== undefined) return this.#replayed(entity, earlier);
    const current = this.current(entity);
    const { snapshot } = current;
    const refuse = this.#refusal(entity, command);
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
    return this.#guarded(entity, () => {
      return this.#decide({ id, entity, current, admitted, fingerprint, options, refuse });
    });
  }

  create(id: string, input: unknown, options: SendOptions): Decision {
    const entity = this.#definition.entityOf(id);
    // No command can have this type: keys of the two are told apart.
    const command = { type: 'xstate.init' };
    const checked = strictJson(input === undefined ? null : input);
    const given = input === undefined ? {} : { input };
    const fingerprint = fingerprintOf(entity, command.type, given, options);
    const earlier = earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
    if (earlier !== undefined) return this.#replayed(entity, earlier);
    const current = this.current(entity);
    const refuse = this.#refusal(entity, command);
    const { expected } = options;
    if (current.snapshot !== undefined || (expected ?? current.clock) !== current.clock) {
      return refuse('conflict', { actual: current.clock < 0 ? undefined : current.clock });
    }
    if ('refused' in checked) {
      const { path, problem } = checked.refused;
      return refuse('invalid', { issues: [{ path, message: problem }] });
    }
    return this.#guarded(entity, () => {
      const started = begin(this.#stepper, copyOf(input), entity);
      const written = { start: { input, ...started }, fingerprint, options };
      return this.#write(id, entity, current, written, started.snapshot);
    });
  }

  /** The folded state now: kept, brought up to the entity's last event, or folded anew. */
  current(entity: string): FoldedState {
    const head = this.#store.head(entity);
    if (head === undefined) return nothing;
    const kept = this.#states.find(entity);
    if (kept?.clock === head.clock) return kept;
    // Folding on may change the kept context in place: it is kept again when that has succeeded.
    this.#states.drop(entity);
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

  #decide(command: AdmittedCommand): Decision {
    const { id, entity, current, admitted, fingerprint, options, refuse } = command;
    const fresh = current.snapshot === undefined;
    const input = fresh ? this.#definition.inputFor(id, admitted.event) : undefined;
    const started = fresh ? begin(this.#stepper, copyOf(input), entity) : undefined;
    const before = defined(started?.snapshot ?? current.snapshot, 'there is a state to step from');
    const verdict = judge(this.#stepper, before, admitted.event, entity);
    if (!verdict.accepted) {
      if (verdict.touched) this.#states.drop(entity);
      return refuse(verdict.reason, verdict.reason === 'guard' ? { guards: verdict.guards } : {});
    }
    // A start that nothing can be read from again is not worth a record.
    const logged = this.#definition.givesInput || (started?.emitted.length ?? 0) > 0;
    const { type } = admitted.event;
    const { payload } = admitted;
    const written: WrittenCommand = {
      ...(started !== undefined && logged ? { start: { input, ...started } } : {}),
      event: { type, payload, emitted: verdict.emitted, snapshot: verdict.snapshot },
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
    const receipts = writeRecords(this.#store, at, current.clock, records);
    const main = records.findIndex(({ main: isMain }) => isMain);
    this.#states.keep(entity, { snapshot, clock: current.clock + receipts.length });
    return {
      accepted: true,
      state: stateOf(snapshot),
      receipt: defined(receipts[main], 'every record has a receipt'),
      emitted: receipts.filter((_, position) => records[position]?.role === 'emitted'),
      replayed: false,
    };
  }

  /** Runs what steps the machine; when it throws, what is kept may have been changed in place. */
  #guarded(entity: string, decide: () => Decision): Decision {
    try {
      return decide();
    } catch (cause) {
      this.#states.drop(entity);
      throw cause;
    }
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

  #refusal(entity: string, event: { readonly type: string }): Refuse {
    return (reason, facts) => {
      const { snapshot } = this.current(entity);
      const state = snapshot === undefined ? undefined : stateOf(snapshot);
      return { accepted: false, reason, event, state, ...facts };
    };
  }

  #fold(entity: string, from?: FoldedState): AggregateFold {
    return new AggregateFold(this.#definition, this.#stepper, entity, from);
  }
}

/** A copy for the machine, so that what it keeps is its own. */
function copyOf(input: unknown): unknown {
  const checked = input === undefined ? { copy: undefined } : strictJson(input);
  if ('copy' in checked) return checked.copy;
  const { path, problem } = checked.refused;
  throw new ArgumentTypeError(`input ${path}`, input, `JSON, but ${problem}`);
}

/** Only a command that can be retried by key needs one; what is not JSON was never stored. */
function fingerprintOf(
  entity: string,
  type: string,
  input: unknown,
  { idempotencyKey }: SendOptions,
): Uint8Array | undefined {
  if (idempotencyKey === undefined) return undefined;
  const checked = strictJson(input ?? null);
  return 'copy' in checked ? commandFingerprint(entity, type, checked.copy) : undefined;
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
