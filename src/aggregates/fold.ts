import type { AnyMachineSnapshot } from 'xstate';
import { HistoryRefusedError, ReplayDivergedError } from '../model/errors/aggregate-errors.ts';
import type { StoredEvent } from '../model/event.ts';
import { stampExtension } from '../store/write/append-request.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AnyAggregateDefinition } from './definition.ts';
import { counted, type FoldReport, plainReport } from './fold-report.ts';
import type { Checkpoint } from './snapshots/snapshots.ts';
import { decodeStamp, type Stamp, sameDigest, stateChecksum } from './stamp.ts';
import type { FoldedState } from './state-cache.ts';
import { begin, judge } from './step.ts';
import type { MachineStepper } from './xstate-adapter.ts';

/**
 * Folds the stored events of one aggregate into its state. Nothing is run but the machine's own
 * pure parts. While the definition is of the version that stored an event, the state value of each
 * event is compared with its stamp, and the checksum of the last one with the whole state. Events
 * of another version are read as the definition's evolution says, and what has changed is counted.
 */
export class AggregateFold {
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  readonly #entity: string;
  #snapshot: AnyMachineSnapshot | undefined;
  #last: LastEvent | undefined;
  /** Clock of the last event that was folded or skipped; -1 before the first. */
  clock: number;
  /** What was skipped so far, and what has changed. */
  report: FoldReport;
  /** The last event that was skipped because the machine refuses it. */
  skipped: HistoryRefusedError | undefined;
  /** The last state value that is not what it was under an earlier version. */
  change: ValueChange | undefined;

  constructor(
    definition: AnyAggregateDefinition,
    stepper: MachineStepper,
    entity: string,
    from?: FoldedState,
  ) {
    this.#definition = definition;
    this.#stepper = stepper;
    this.#entity = entity;
    this.#snapshot = from?.snapshot;
    this.clock = from?.clock ?? -1;
    this.report = from?.report ?? plainReport;
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
    const stamp = decodeStamp(event.extensions.get(stampExtension));
    if (stamp === undefined) {
      this.report = counted(this.report, 'foreign', event.sequence);
      return;
    }
    if (stamp.role === 'emitted') return;
    if (stamp.role === 'start') this.#snapshot = this.#start(event);
    else if (!this.#step(event, stamp)) return;
    const { sequence, clock } = event;
    this.#last = { stamp, sequence, clock, report: this.report };
    this.#compare(event, stamp);
  }

  /** The state so far, whose checksum was not compared yet. */
  get snapshot(): AnyMachineSnapshot | undefined {
    return this.#snapshot;
  }

  /** The state so far, or `undefined` before the aggregate's first event. */
  result(): AnyMachineSnapshot | undefined {
    const snapshot = this.#snapshot;
    const last = this.#last;
    if (snapshot === undefined || last === undefined) return snapshot;
    if (last.stamp.definitionVersion !== this.#definition.version) return snapshot;
    const checksum = stateChecksum(snapshot);
    if (sameDigest(checksum, last.stamp.checksum)) return snapshot;
    const [expected, actual] = [last.stamp.checksum, checksum].map(
      (digest) => `checksum ${Buffer.from(digest).toString('hex')}`,
    );
    throw new ReplayDivergedError(this.#entity, last.sequence, expected ?? '', actual ?? '');
  }

  /** The state so far, and where in the stream that is. */
  folded(): FoldedState {
    return { snapshot: this.result(), clock: this.clock, report: this.report };
  }

  /** The state right after the last event that led to one, if this fold has taken any. */
  checkpoint(): Checkpoint | undefined {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || this.#last === undefined) return undefined;
    const { sequence, clock, report } = this.#last;
    return { snapshot, sequence, clock, report };
  }

  #start(event: StoredEvent): AnyMachineSnapshot {
    const { input } = asRecord(event.payload);
    return begin(this.#stepper, input, this.#entity).snapshot;
  }

  /** Whether the event was taken; otherwise it was skipped. */
  #step(event: StoredEvent, stamp: Stamp): boolean {
    const { evolution, version } = this.#definition;
    const machineEvent = evolution.eventOf(event);
    const before = this.#snapshot ?? begin(this.#stepper, undefined, this.#entity).snapshot;
    if (machineEvent !== undefined) {
      const verdict = judge(this.#stepper, before, machineEvent, this.#entity);
      if (verdict.accepted) {
        this.#snapshot = verdict.snapshot;
        return true;
      }
    }
    const refusal = new HistoryRefusedError({
      entity: this.#entity,
      sequence: event.sequence,
      eventType: machineEvent?.type ?? event.name ?? `kind ${event.kind}`,
      fromVersion: stamp.definitionVersion,
      toVersion: version,
    });
    // What this very version accepted is no matter of evolution: the machine was changed under it.
    if (evolution.onRefused === 'throw' || stamp.definitionVersion === version) throw refusal;
    this.skipped = refusal;
    this.report = counted(this.report, 'refused', event.sequence);
    return false;
  }

  #compare({ sequence }: StoredEvent, stamp: Stamp): void {
    const value = canonicalJson(this.#snapshot?.value);
    if (value === stamp.stateValue) return;
    const { evolution, version } = this.#definition;
    if (stamp.definitionVersion === version) {
      throw new ReplayDivergedError(this.#entity, sequence, stamp.stateValue, value);
    }
    if (evolution.sameValue(stamp.stateValue, value)) return;
    this.change = { sequence, expected: stamp.stateValue, actual: value };
    this.report = counted(this.report, 'changed', sequence);
  }
}

/** The last event that led to a state. */
interface LastEvent {
  readonly stamp: Stamp;
  readonly sequence: number;
  readonly clock: number;
  /** As it was then. */
  readonly report: FoldReport;
}

/** A state value that an event led to once, and the one that it leads to today. */
export interface ValueChange {
  readonly sequence: number;
  readonly expected: string;
  readonly actual: string;
}

function asRecord(payload: unknown): Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null ? { ...payload } : {};
}
