import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { defined } from '../model/assert.ts';
import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import type { Receipt } from '../model/receipt.ts';
import type { Store } from '../store/store.ts';
import { type AdmittedEvent, admitEvent, validateCommand } from './admit.ts';
import type { AggregateReader } from './aggregate-reader.ts';
import type { Decision, Refused } from './decision.ts';
import type { AnyAggregateDefinition } from './definition.ts';
import { recordsOf, type WrittenCommand, writeRecords } from './records.ts';
import { earlierReceipt } from './retry.ts';
import type { SendOptions } from './send-options.ts';
import { commandFingerprint } from './stamp.ts';
import { stateOf } from './state.ts';
import type { FoldedState } from './state-cache.ts';
import { begin, judge } from './step.ts';
import { strictJson } from './strict-json.ts';
import type { MachineStepper } from './xstate-adapter.ts';

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

/**
 * Runs the aggregates of one definition in one store: pure step, append with the expected clock,
 * swap of the kept state. The machine is never a live actor, which would change its state before
 * the append succeeds. Invariant: a kept state is what a fold of the log would give.
 */
export class AggregateEngine {
  readonly #store: Store;
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  readonly #reader: AggregateReader;

  constructor(store: Store, definition: AnyAggregateDefinition, reader: AggregateReader) {
    this.#store = store;
    this.#definition = definition;
    this.#stepper = reader.stepper;
    this.#reader = reader;
  }

  send(id: string, command: { readonly type: string }, options: SendOptions): Decision {
    const entity = this.#definition.entityOf(id);
    const declared = this.#definition.eventOf(command.type);
    const valid = declared === undefined ? undefined : validateCommand(declared, command);
    const payload = valid !== undefined && 'payload' in valid ? valid.payload : undefined;
    const fingerprint = fingerprintOf(entity, command.type, payload, options);
    const earlier = earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
    if (earlier !== undefined) return this.#replayed(entity, earlier);
    const current = this.#reader.current(entity);
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
    const current = this.#reader.current(entity);
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

  #decide(command: AdmittedCommand): Decision {
    const { id, entity, current, admitted, fingerprint, options, refuse } = command;
    const fresh = current.snapshot === undefined;
    const input = fresh ? this.#definition.inputFor(id, admitted.event) : undefined;
    const started = fresh ? begin(this.#stepper, copyOf(input), entity) : undefined;
    const before = defined(started?.snapshot ?? current.snapshot, 'there is a state to step from');
    const verdict = judge(this.#stepper, before, admitted.event, entity);
    if (!verdict.accepted) {
      if (verdict.touched) this.#reader.drop(entity);
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
    this.#reader.keep(entity, { snapshot, clock: current.clock + receipts.length });
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
      this.#reader.drop(entity);
      throw cause;
    }
  }

  #replayed(entity: string, receipt: Receipt): Decision {
    const { snapshot } = this.#reader.current(entity);
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
      const { snapshot } = this.#reader.current(entity);
      const state = snapshot === undefined ? undefined : stateOf(snapshot);
      return { accepted: false, reason, event, state, ...facts };
    };
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
