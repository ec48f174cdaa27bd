/** Where an event's frame lies on the disk. */
export interface Position {
  readonly segmentId: number;
  /** First byte of the frame in its segment file. */
  readonly offset: number;
  /** Bytes of the frame, its header included. */
  readonly length: number;
}

/**
 * How safe an event was when its receipt was made: `written` survives the crash of this process
 * (its bytes are with the operating system), `durable` survives power loss (they were synced).
 */
export type Durability = 'written' | 'durable';

/** Proof of one stored event. It stays readable when the store is closed. */
export interface Receipt {
  /** Canonical text of the event's UUIDv7. */
  readonly eventId: string;
  /** Place of the event among all events of the store, from 0, without gaps. */
  readonly sequence: number;
  /** Place of the event among the events of its entity, from 0, without gaps. */
  readonly clock: number;
  /** Where its frame was written. */
  readonly position: Position;
  /** blake3 over the event as stored: 32 bytes, or none when the store keeps no hash chain. */
  readonly hash: Uint8Array | undefined;
  /** What the event had reached when the receipt was made. */
  readonly durability: Durability;
  /** Whether this is the receipt of an earlier write with the same idempotency key. */
  readonly replayed: boolean;
}
