import type { Coordinate } from './coordinate.ts';
import type { Position } from './receipt.ts';

/** An event as the index knows it, without its payload. */
export interface IndexEntry {
  /** Canonical text of the event's UUIDv7; read from the disk when first asked for. */
  readonly eventId: string;
  readonly sequence: number;
  readonly clock: number;
  /** Branch of the entity that it belongs to; 0 is the main one. Clocks count per lane. */
  readonly lane: number;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  /** The name bound to the kind in this store; `undefined` when it has none. */
  readonly name: string | undefined;
  /** Microseconds since 1970; strictly increasing together with the order of events. */
  readonly timestampUs: number;
  readonly position: Position;
}

/**
 * An event read from the disk. Its checksum held when it was read. It keeps the bytes alive that
 * were read with it: up to 8 KiB of one that was asked for alone, up to 256 KiB in a long pass.
 */
export interface StoredEvent extends IndexEntry {
  readonly coordinate: Coordinate;
  /** The payload, decoded anew for each event object; yours to keep and change. */
  readonly payload: unknown;
  /** Id of the event that began the conversation: its own unless it was given one. */
  readonly correlationId: string;
  /** Id of the event that this one reacts to. */
  readonly causationId: string | undefined;
  /** The event flags, 8 bits without a meaning to the store. */
  readonly flags: number;
  /** blake3 over the event as stored; `undefined` when the store keeps no hash chain. */
  readonly hash: Uint8Array | undefined;
  /** Hash of the entity's event before this one; 32 zero bytes for its first. */
  readonly prevHash: Uint8Array | undefined;
  /** Named bytes that layers above keep with the event. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** Version of the event definition that wrote the payload; 0 when it came without one. */
  readonly payloadVersion: number;
}
