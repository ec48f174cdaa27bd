import { sliceBytes } from '../../codec/bytes.ts';
import { decodeExtensions, findExtension } from '../../codec/extensions.ts';
import { hashBytes } from '../../codec/hash-chain.ts';
import { decodePayload } from '../../codec/payload.ts';
import type { RecordView } from '../../codec/record-view.ts';
import { Coordinate } from '../../model/coordinate.ts';
import { StoreClosedError } from '../../model/errors/lifecycle-errors.ts';
import type { IndexEntry, StoredEvent } from '../../model/event.ts';
import { formatId } from '../../model/event-id.ts';
import type { Position } from '../../model/receipt.ts';
import type { ReadEngine } from '../engine.ts';
import { readRecord } from './frames.ts';

const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

/** An event as the index knows it: two words of memory, everything else is looked up. */
export class IndexEntryView implements IndexEntry {
  readonly #engine: ReadEngine;
  readonly sequence: number;
  #eventId: string | undefined;

  constructor(engine: ReadEngine, sequence: number) {
    this.#engine = engine;
    this.sequence = sequence;
  }

  get eventId(): string {
    if (this.#eventId === undefined) {
      if (!this.#engine.open) throw new StoreClosedError('eventId');
      const record = readRecord(this.#engine, this.sequence);
      this.#eventId = formatId(record.bytes, record.eventIdAt);
    }
    return this.#eventId;
  }
  get clock(): number {
    return this.#engine.index.columns.clock(this.sequence);
  }
  get entity(): string {
    const { columns, entities } = this.#engine.index;
    return entities.entity(columns.entityId(this.sequence));
  }
  get lane(): number {
    const { columns, entities } = this.#engine.index;
    return entities.lane(columns.entityId(this.sequence));
  }
  get scope(): string {
    const { columns, scopes } = this.#engine.index;
    return scopes.text(columns.scopeId(this.sequence));
  }
  get kind(): number {
    return this.#engine.index.columns.kind(this.sequence);
  }
  get name(): string | undefined {
    return this.#engine.kinds.nameOf(this.kind);
  }
  get timestampUs(): number {
    return this.#engine.index.columns.timestampUs(this.sequence);
  }
  get position(): Position {
    return positionOf(this.#engine, this.sequence);
  }

  /** Every field but the id, which is on the disk, as a plain object. */
  toJSON(): Record<string, unknown> {
    const { sequence, clock, lane, entity, scope, kind, name, timestampUs, position } = this;
    return { sequence, clock, lane, entity, scope, kind, name, timestampUs, position };
  }
  [inspectCustom](): Record<string, unknown> {
    return this.toJSON();
  }
}

/** An event read from the disk: a view over the bytes of its record, decoded when asked for. */
export class StoredEventView implements StoredEvent {
  readonly #engine: ReadEngine;
  readonly #record: RecordView;
  readonly sequence: number;
  #payload: unknown;
  #decoded = false;

  constructor(engine: ReadEngine, sequence: number, record: RecordView) {
    this.#engine = engine;
    this.#record = record;
    this.sequence = sequence;
  }

  get eventId(): string {
    return formatId(this.#record.bytes, this.#record.eventIdAt);
  }
  get clock(): number {
    return this.#record.clock;
  }
  get entity(): string {
    return this.#record.entity;
  }
  get lane(): number {
    return this.#record.lane;
  }
  get scope(): string {
    return this.#record.scope;
  }
  get coordinate(): Coordinate {
    return Coordinate.of(this.entity, this.scope);
  }
  get kind(): number {
    return this.#record.kind;
  }
  get name(): string | undefined {
    return this.#engine.kinds.nameOf(this.kind);
  }
  get timestampUs(): number {
    return this.#record.timestampUs;
  }
  get position(): Position {
    return positionOf(this.#engine, this.sequence);
  }
  get payload(): unknown {
    if (!this.#decoded && !this.#record.tombstone) {
      const { bytes, payloadAt, payloadEnd } = this.#record;
      this.#payload = decodePayload(bytes, payloadAt, payloadEnd);
      this.#decoded = true;
    }
    return this.#payload;
  }
  get correlationId(): string {
    const { bytes, correlationIdAt } = this.#record;
    return correlationIdAt === 0 ? this.eventId : formatId(bytes, correlationIdAt);
  }
  get causationId(): string | undefined {
    const { bytes, causationIdAt } = this.#record;
    return causationIdAt === 0 ? undefined : formatId(bytes, causationIdAt);
  }
  get flags(): number {
    return this.#record.flags;
  }
  get hash(): Uint8Array | undefined {
    return this.#hashAt(this.#record.hashAt);
  }
  get prevHash(): Uint8Array | undefined {
    return this.#hashAt(this.#record.prevHashAt);
  }
  get extensions(): ReadonlyMap<string, Uint8Array> {
    return decodeExtensions(this.#record.extensions);
  }
  get payloadVersion(): number {
    return this.#record.payloadVersion;
  }

  /** The extension of this name: a view, where {@link extensions} copies all of them. */
  extension(name: string): Uint8Array | undefined {
    return findExtension(this.#record.extensions, name);
  }

  /** Every field as a plain object, hashes as hexadecimal text. */
  toJSON(): Record<string, unknown> {
    return {
      ...this.#plain(),
      hash: hexOf(this.hash),
      prevHash: hexOf(this.prevHash),
      extensions: Object.fromEntries(
        [...this.extensions].map(([key, value]) => [key, hexOf(value)]),
      ),
    };
  }
  [inspectCustom](): Record<string, unknown> {
    return this.#plain();
  }

  #plain(): Record<string, unknown> {
    const { eventId, sequence, clock, lane, entity, scope } = this;
    const { kind, name, timestampUs, position } = this;
    const { payload, correlationId, causationId, flags, hash, prevHash, extensions } = this;
    return {
      ...{ eventId, sequence, clock, lane, entity, scope, kind, name, timestampUs, position },
      ...{ payload, correlationId, causationId, flags, hash, prevHash, extensions },
      payloadVersion: this.payloadVersion,
    };
  }

  #hashAt(at: number): Uint8Array | undefined {
    return at === 0 ? undefined : sliceBytes(this.#record.bytes, at, at + hashBytes);
  }
}

/** The extension of an event; for one that was read from the disk without decoding the others. */
export function extensionOf(event: StoredEvent, name: string): Uint8Array | undefined {
  return event instanceof StoredEventView ? event.extension(name) : event.extensions.get(name);
}

function positionOf(engine: ReadEngine, sequence: number): Position {
  const { columns } = engine.index;
  return {
    segmentId: engine.segments.of(sequence).id,
    offset: columns.offset(sequence),
    length: columns.length(sequence),
  };
}

function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
}
