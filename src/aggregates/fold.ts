import type { AnyMachineSnapshot } from 'xstate';
import { HistoryRefusedError, ReplayDivergedError } from '../model/errors/aggregate-errors.ts';
import type { StoredEvent } from '../model/event.ts';
import { stampExtension } from '../store/write/append-request.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AnyAggregateDefinition } from './definition.ts';
import { decodeStamp, type Stamp, sameDigest, stateChecksum } from './stamp.ts';
import type { FoldedState } from './state-cache.ts';
import { begin, judge } from './step.ts';
import type { MachineStepper } from './xstate-adapter.ts';

/**
 * Folds the stored events of one aggregate into its state. Nothing is run but the machine's own
 * pure parts. While the definition is of the version that stored an event, the state value of each
 * event is compared with its stamp, and the checksum of the last one with the whole state.
 */
export class AggregateFold {
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  readonly #entity: string;
  #snapshot: AnyMachineSnapshot | undefined;
  #last: { readonly stamp: Stamp; readonly sequence: number } | undefined;
  /** Clock of the last event that was folded or skipped; -1 before the first. */
  clock = -1;
  /** Events of the entity that no aggregate wrote: skipped. */
  foreign = 0;

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
      this.foreign += 1;
      return;
    }
    if (stamp.role === 'emitted') return;
    this.#snapshot = stamp.role === 'start' ? this.#start(event) : this.#step(event, stamp);
    this.#last = { stamp, sequence: event.sequence };
    if (stamp.definitionVersion !== this.#definition.version) return;
    const value = canonicalJson(this.#snapshot.value);
    if (value === stamp.stateValue) return;
    throw new ReplayDivergedError(this.#entity, event.sequence, stamp.stateValue, value);
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

  #start(event: StoredEvent): AnyMachineSnapshot {
    const { input } = asRecord(event.payload);
    return begin(this.#stepper, input, this.#entity).snapshot;
  }

  #step(event: StoredEvent, stamp: Stamp): AnyMachineSnapshot {
    const type = this.#definition.eventTypes.get(event.name ?? '');
    const before = this.#snapshot ?? begin(this.#stepper, undefined, this.#entity).snapshot;
    if (type !== undefined) {
      const machineEvent = { ...asRecord(event.payload), type };
      const verdict = judge(this.#stepper, before, machineEvent, this.#entity);
      if (verdict.accepted) return verdict.snapshot;
    }
    throw new HistoryRefusedError({
      entity: this.#entity,
      sequence: event.sequence,
      eventType: type ?? event.name ?? `kind ${event.kind}`,
      fromVersion: stamp.definitionVersion,
      toVersion: this.#definition.version,
    });
  }
}

function asRecord(payload: unknown): Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null ? { ...payload } : {};
}
