import type { AnyMachineSnapshot } from 'xstate';
import { canonicalJson } from '../../model/canonical-json.ts';
import { HistoryRefusedError, ReplayDivergedError } from '../../model/errors/aggregate-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import { extensionOf } from '../../store/read/event-view.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import type { CompiledStepper } from '../compile/compiled-stepper.ts';
import type { MachineRun } from '../compile/machine-run.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import { externalOf, machineEventOf, settledBy } from '../effects/external-event.ts';
import {
  nothingPending,
  type PendingEffects,
  pendingAfter,
  pendingWithout,
} from '../effects/pending.ts';
import type { Evolution } from '../evolution/evolution.ts';
import type { Checkpoint } from '../snapshots/snapshots.ts';
import { advance, begin } from '../stepping/step.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';
import { counted, type FoldReport, plainReport } from './fold-report.ts';
import {
  decodeStamp,
  type StampRole,
  stampedEffects,
  stampedVersion,
  stampRole,
  stampsState,
  stampsValue,
  stateChecksum,
} from './stamp.ts';
import type { FoldedState } from './state-cache.ts';

/**
 * What a fold compares with the stamps of the events: `true` each state value and the last state's
 * checksum, `'strict'` each checksum, `false` nothing.
 */
export type Verification = boolean | 'strict';

/**
 * Folds the stored events of one aggregate into its state. Nothing is run but the machine's own
 * pure parts. While the definition is of the version that stored an event, what it led to is
 * compared with its stamp, as far as the {@link Verification} says. Events of another version are
 * read as the definition's evolution says, and what has changed is counted.
 */
export class AggregateFold {
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: CompiledStepper;
  readonly #entity: string;
  readonly #verify: Verification;
  #run: MachineRun | undefined;
  #last: LastEvent | undefined;
  /** Clock of the last event that was folded or skipped; -1 before the first. */
  clock: number;
  /** Timers that wait and actors that run, as the events asked for them. */
  pending: PendingEffects;
  /** What was skipped so far, and what has changed. */
  report: FoldReport;
  /** The last event that was skipped because the machine refuses it. */
  skipped: HistoryRefusedError | undefined;
  /** The last state value that is not what it was under an earlier version. */
  change: ValueChange | undefined;

  constructor(
    definition: AnyAggregateDefinition,
    stepper: CompiledStepper,
    entity: string,
    from?: FoldedState,
    verify: Verification = true,
  ) {
    this.#definition = definition;
    this.#stepper = stepper;
    this.#entity = entity;
    this.#verify = verify;
    this.#run = from?.snapshot === undefined ? undefined : stepper.run(from.snapshot);
    this.clock = from?.clock ?? -1;
    this.report = from?.report ?? plainReport;
    this.pending = from?.pending ?? nothingPending;
  }

  /**
   * Takes the next event.
   *
   * @throws {HistoryRefusedError} when the machine refuses it
   * @throws {ReplayDivergedError} when it leads elsewhere than it did
   * @throws {MachineDefectError} when the machine throws
   */
  take(event: StoredEvent): void {
    this.clock = event.clock;
    const stamp = extensionOf(event, stampExtension);
    const role = stampRole(stamp);
    if (stamp === undefined || role === undefined) {
      this.report = counted(this.report, 'foreign', event.sequence);
      return;
    }
    if (role === 'emitted') return;
    if (role === 'external' || role === 'discarded') {
      const settled = settledBy(event.kind, event.payload);
      if (settled !== undefined) this.pending = pendingWithout(this.pending, settled);
      if (role === 'discarded') return;
    }
    const run = role === 'start' ? this.#start(event) : this.#step(event, stamp, role);
    if (run === undefined) return;
    this.#run = run;
    const { sequence, clock } = event;
    const effects = stampedEffects(stamp);
    // The id is made of bytes when it is asked for: most events ask for nothing.
    if (effects.length > 0) this.pending = pendingAfter(this.pending, effects, event.eventId);
    this.#last = { stamp, sequence, clock, report: this.report, pending: this.pending };
    if (this.#verify === false) return;
    if (!stampsValue(stamp, run.valueBytes)) this.#compare(sequence, stamp, run);
    if (this.#verify === 'strict') this.#compareState(sequence, stamp, run.snapshot());
  }

  /** The state so far, whose checksum was not compared yet. */
  get snapshot(): AnyMachineSnapshot | undefined {
    return this.#run?.snapshot();
  }

  /** The state so far, or `undefined` before the aggregate's first event. */
  result(): AnyMachineSnapshot | undefined {
    const { snapshot } = this;
    const last = this.#last;
    if (snapshot === undefined || last === undefined) return snapshot;
    // Strict, it was compared when the event was taken.
    if (this.#verify === true) this.#compareState(last.sequence, last.stamp, snapshot);
    return snapshot;
  }

  /** The state so far, and where in the stream that is. */
  folded(): FoldedState {
    const { clock, report, pending } = this;
    return { snapshot: this.result(), clock, report, pending };
  }

  /** The state right after the last event that led to one, if this fold has taken any. */
  checkpoint(): Checkpoint | undefined {
    const { snapshot } = this;
    if (snapshot === undefined || this.#last === undefined) return undefined;
    const { sequence, clock, report, pending } = this.#last;
    return { snapshot, sequence, clock, report, pending };
  }

  #start(event: StoredEvent): MachineRun {
    const { payload } = event;
    const given = typeof payload === 'object' && payload !== null && 'input' in payload;
    return this.#begin(given ? payload.input : undefined);
  }

  #begin(input: unknown): MachineRun {
    return this.#stepper.run(begin(this.#stepper, input, this.#entity).snapshot);
  }

  /** The run that has taken the event; `undefined` when it was skipped. */
  #step(event: StoredEvent, stamp: Uint8Array, role: StampRole): MachineRun | undefined {
    const { evolution, version } = this.#definition;
    const machineEvent =
      role === 'external' ? outsideOf(event, evolution) : evolution.eventOf(event);
    const run = this.#run ?? this.#begin(undefined);
    if (machineEvent !== undefined && advance(run, machineEvent, this.#entity)) return run;
    const fromVersion = stampedVersion(stamp);
    const refusal = new HistoryRefusedError({
      entity: this.#entity,
      sequence: event.sequence,
      eventType: machineEvent?.type ?? event.name ?? `kind ${event.kind}`,
      fromVersion,
      toVersion: version,
    });
    // What this very version accepted is no matter of evolution: the machine was changed under it.
    if (evolution.onRefused === 'throw' || fromVersion === version) throw refusal;
    this.skipped = refusal;
    this.report = counted(this.report, 'refused', event.sequence);
    return undefined;
  }

  /** Compares a whole state with the checksum of the event that led to it. */
  #compareState(sequence: number, stamp: Uint8Array, snapshot: AnyMachineSnapshot): void {
    if (stampedVersion(stamp) !== this.#definition.version || stampsState(stamp, snapshot)) return;
    const [expected, actual] = [decodeStamp(stamp)?.checksum, stateChecksum(snapshot)].map(
      (digest) => `checksum ${Buffer.from(digest ?? []).toString('hex')}`,
    );
    throw new ReplayDivergedError(this.#entity, sequence, expected ?? '', actual ?? '');
  }

  /** What it means that a state value is not the one in the stamp. */
  #compare(sequence: number, stamp: Uint8Array, run: MachineRun): void {
    const expected = decodeStamp(stamp)?.stateValue ?? '';
    const actual = canonicalJson(run.snapshot().value);
    const { evolution, version } = this.#definition;
    if (stampedVersion(stamp) === version) {
      throw new ReplayDivergedError(this.#entity, sequence, expected, actual);
    }
    if (evolution.sameValue(expected, actual)) return;
    this.change = { sequence, expected, actual };
    this.report = counted(this.report, 'changed', sequence);
  }
}

/** The machine event of a timer that fired, or of a result. */
function outsideOf({ kind, payload }: StoredEvent, evolution: Evolution): MachineEvent | undefined {
  const external = externalOf(kind, payload);
  return external === undefined ? undefined : evolution.outsideOf(machineEventOf(external));
}

/** The last event that led to a state. */
interface LastEvent {
  readonly stamp: Uint8Array;
  readonly sequence: number;
  readonly clock: number;
  /** As it was then. */
  readonly report: FoldReport;
  readonly pending: PendingEffects;
}

/** A state value that an event led to once, and the one that it leads to today. */
export interface ValueChange {
  readonly sequence: number;
  readonly expected: string;
  readonly actual: string;
}
