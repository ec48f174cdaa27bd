import type { AnyMachineSnapshot } from 'xstate';
import { textBytesMax, writeText } from '../../codec/bytes.ts';
import type { StoreReads } from '../../store/store-reads.ts';
import { stampExtension } from '../../store/write/append-request.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import { decodeStamp, sameDigest, stateChecksum } from '../fold/stamp.ts';
import type { BegunState } from '../fold/state-cache.ts';
import type { MachineStepper } from '../stepping/xstate-adapter.ts';
import { machineHash } from './machine-hash.ts';
import type { SnapshotOptions } from './snapshot-cache.ts';
import { decodeSnapshot, encodeSnapshot, type SnapshotBinding } from './snapshot-codec.ts';

/** First byte of the keys of aggregates, in a cache that also holds states of projections. */
const keyFamily = 3;

/** A state right after the event that led to it. */
export interface Checkpoint extends BegunState {
  readonly sequence: number;
}

/**
 * States of aggregates in a cache. One is used only when the very event that led to it is in the
 * log, so that all events before are those that were folded; when store, definition version and
 * machine are the same; and, where the log has a checksum of the state, when that is its checksum.
 */
export class Snapshots {
  readonly #store: StoreReads;
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  readonly #options: SnapshotOptions;
  readonly #everyEvents: number;
  readonly #machineHash: string;

  constructor(
    store: StoreReads,
    definition: AnyAggregateDefinition,
    stepper: MachineStepper,
    options: SnapshotOptions,
  ) {
    this.#store = store;
    this.#definition = definition;
    this.#stepper = stepper;
    this.#options = options;
    this.#everyEvents = options.everyEvents ?? everyEventsDefault;
    this.#machineHash = machineHash(definition.machine);
  }

  /** The kept state of an entity whose last event has the clock `through`, if it is sound. */
  find(entity: string, through: number): BegunState | undefined {
    const key = keyOf(entity);
    const cached = this.#attempt(() => this.#options.cache.get(key));
    if (cached === undefined) return undefined;
    const kept = this.#attempt(() => decodeSnapshot(key, this.#binding(), cached.value));
    if (kept === undefined || kept.clock > through) return undefined;
    const { clock, report, sequence, eventId, pending, persisted } = kept;
    const event = this.#store.at(sequence);
    if (event === undefined || event.eventId !== eventId || event.entity !== entity) {
      return undefined;
    }
    const snapshot = this.#attempt(() => this.#stepper.restore(persisted));
    if (snapshot === undefined) return undefined;
    const stamp = decodeStamp(event.extensions.get(stampExtension));
    return stamp === undefined || !this.#agrees(stamp, snapshot)
      ? undefined
      : { snapshot, clock, report, pending };
  }

  /** Puts a state there when so many events have come since the clock `since`. */
  offer(entity: string, since: number, checkpoint: Checkpoint): void {
    const every = this.#everyEvents;
    const { clock } = checkpoint;
    if (Math.floor((clock + 1) / every) === Math.floor((since + 1) / every)) return;
    this.#attempt(() => this.#put(entity, checkpoint));
  }

  #put(entity: string, { snapshot, clock, report, pending, sequence }: Checkpoint): void {
    const eventId = this.#store.at(sequence)?.eventId;
    if (eventId === undefined) return;
    const key = keyOf(entity);
    const persisted = this.#stepper.persist(snapshot);
    const kept = { eventId, sequence, clock, report, pending, persisted };
    const value = encodeSnapshot(key, this.#binding(), kept);
    const cachedAtUs = this.#store.platform.clock.nowUs();
    this.#options.cache.put(key, value, { watermark: sequence, cachedAtUs });
  }

  #agrees(
    stamp: { readonly definitionVersion: number; readonly checksum: Uint8Array },
    snapshot: AnyMachineSnapshot,
  ): boolean {
    // Under another version the event led to another state: that is not told in the log.
    if (stamp.definitionVersion !== this.#definition.version) return true;
    return sameDigest(stamp.checksum, stateChecksum(snapshot));
  }

  #binding(): SnapshotBinding {
    return {
      storeId: this.#store.identity.storeId,
      definitionVersion: this.#definition.version,
      machineHash: this.#machineHash,
    };
  }

  #attempt<Result>(call: () => Result): Result | undefined {
    try {
      return call();
    } catch (cause) {
      this.#options.onError?.(cause);
      return undefined;
    }
  }
}

const everyEventsDefault = 100;

function keyOf(entity: string): Uint8Array {
  const bytes = new Uint8Array(1 + textBytesMax(entity));
  bytes[0] = keyFamily;
  return bytes.subarray(0, writeText(bytes, 1, entity));
}
