import type { BatchItem } from 'batpak';
import type { HostOptions } from './store-host.ts';

/** Starts the writing of the process in killed-child.ts. */
export interface KilledRequest {
  /** Number of the process, which the names of its writes begin with. */
  readonly life: number;
  readonly seed: number;
  readonly options: HostOptions;
  /** Writes of processes before, to be made again: nobody may know what became of them. */
  readonly retries: readonly KeyedWrite[];
}

/** A single event with an idempotency key. */
export interface KeyedWrite {
  readonly write: string;
  readonly entity: string;
  readonly lane: number;
  readonly kind: number;
  readonly payload: WritePayload;
  readonly key: string;
  /** Its id, when it is known to be stored. */
  readonly eventId?: string;
}

/** Payload of each event of a write, which tells what it belongs to. */
export interface WritePayload {
  /** Name of the write: the number of its process, a colon, and the number of the write. */
  readonly write: string;
  /** Place of the event in the write. */
  readonly index: number;
  /** Events of the write, which are there together or not at all. */
  readonly size: number;
  readonly note: string;
}

/** An event as the receipt of a write that has returned tells it. */
export interface ToldEvent {
  readonly eventId: string;
  readonly sequence: number;
  readonly clock: number;
  /** In hexadecimal. */
  readonly hash: string;
}

/** What the process tells, one line each, before it goes on. */
export type KilledFact =
  /** The store is open, with so many events. */
  | { readonly fact: 'opened'; readonly events: number }
  /** Events are put aside: nothing of them may be stored yet. */
  | { readonly fact: 'staged'; readonly write: string; readonly size: number }
  /** The store is about to be asked to write: from now on it may be stored. */
  | {
      readonly fact: 'begun';
      readonly write: string;
      readonly size: number;
      /** The event, when it can be written again with its key. */
      readonly keyed?: KeyedWrite;
    }
  /** The store has said that it is written. */
  | {
      readonly fact: 'written' | 'durable';
      readonly write: string;
      readonly events: readonly ToldEvent[];
    }
  /** The store has said that nothing of it is stored. */
  | { readonly fact: 'refused'; readonly write: string; readonly code: string };

/** Name of the write that a payload of the door's events belongs to. */
export function writeOfRing(times: number): string {
  return `${Math.floor(times / 1_000_000)}:${times % 1_000_000}`;
}

/** Number that stands for a write in an event of the door. */
export function ringOf(life: number, write: number): number {
  return life * 1_000_000 + write;
}

/** Items for a write, one for each entity that is named. */
export function itemsOf(
  write: string,
  kind: number,
  entities: readonly string[],
  note: string,
): (BatchItem & { readonly payload: WritePayload })[] {
  return entities.map((at, index) => ({
    at,
    kind,
    payload: { write, index, size: entities.length, note },
  }));
}
