import { genesisHash } from '../../codec/hash-chain.ts';
import { encodePayload } from '../../codec/payload.ts';
import { frameBytesMax, RecordDraft } from '../../codec/record.ts';
import { eventIdAt, recordTypes } from '../../codec/record-layout.ts';
import { eventCountMax } from '../../indexes/columns.ts';
import type { IndexedEvent } from '../../indexes/event-index.ts';
import type { FrameStage } from '../../log/writer.ts';
import { ExpectationFailedError, LimitExceededError } from '../../model/errors/write-errors.ts';
import { writeUuid7 } from '../../model/event-id.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Engine } from '../engine.ts';
import type { AppendRequest } from './append-request.ts';
import { findEarlier } from './idempotency.ts';
import { WrittenReceipt } from './receipt.ts';

/** An event whose frame is staged, with what the index is to learn of it. */
export interface StagedEvent extends IndexedEvent {
  readonly sequence: number;
  readonly segmentId: number;
}

/** Where an event of an entity links to: the one before it, stored or staged. */
export interface ChainEnd {
  readonly clock: number;
  readonly hashes: Uint8Array;
  readonly hashStart: number;
}

/**
 * Writes single events, and stages those of batches. One draft serves all of them; what is in the
 * index was written, and what was written is in the index.
 */
export class Appender {
  readonly #engine: Engine;
  readonly #draft = new RecordDraft();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Appends one prepared event. The caller rolls the names back when this throws. */
  append(request: AppendRequest, durable: boolean): Receipt {
    const { writer, kinds, index } = this.#engine;
    const earlier = findEarlier(this.#engine, request);
    if (earlier !== undefined) {
      // A name bound for a write that is not needed is in no log.
      kinds.rollback();
      return durable ? this.#madeDurable(request, earlier) : earlier;
    }
    const { entityId } = request;
    const clock = index.heads.clock(entityId);
    checkExpectation(request, clock);
    writer.prepare(this.namesBytesMax() + requestBytesMax(request));
    this.stageName(request, index.count);
    const end = this.headOf(entityId);
    const staged = this.stage(request, index.count, end, writer, undefined);
    writer.write(1);
    kinds.confirm();
    this.publish(staged);
    if (durable) writer.sync();
    else writer.settle();
    return this.receipt(staged);
  }

  /** Most bytes that the names take which are still to be written. */
  namesBytesMax(): number {
    let bytes = 0;
    for (const { name } of this.#engine.kinds.tentative) {
      bytes += frameBytesMax('', '', 0, name.length * 3 + 16);
    }
    return bytes;
  }

  /**
   * Stages the record of the request's name, unless the log or this group has it already.
   * `sequence` is that of the event which is staged next.
   */
  stageName({ name }: AppendRequest, sequence: number): void {
    const { kinds, writer } = this.#engine;
    if (name === undefined || kinds.tentative.length === 0) return;
    const binding = kinds.takeUnstaged(name);
    if (binding === undefined) return;
    const draft = new RecordDraft();
    draft.type = recordTypes.name;
    draft.kind = binding.kind;
    draft.sequence = sequence;
    this.#stampTime(draft);
    draft.payload = encodePayload({ name });
    writer.stage(draft);
  }

  /** The last stored event of the entity, to link to. */
  headOf(entityId: number): ChainEnd {
    const { heads } = this.#engine.index;
    const clock = heads.clock(entityId);
    return clock < 0
      ? { clock, hashes: genesisHash, hashStart: 0 }
      : { clock, hashes: heads.hashes, hashStart: heads.hashStart(entityId) };
  }

  /** Stages one event behind `end`; `into` is the writer, or the batch that it belongs to. */
  stage(
    request: AppendRequest,
    sequence: number,
    end: ChainEnd,
    into: FrameStage,
    batchId: Uint8Array | undefined,
  ): StagedEvent {
    const { writer, hashChain, options } = this.#engine;
    // Clocks are as wide as sequences and never ahead of them: one check is enough for both.
    if (sequence >= eventCountMax) {
      throw new LimitExceededError('events', eventCountMax, sequence + 1);
    }
    const draft = this.#draft;
    draft.type = recordTypes.event;
    draft.flags = request.flags;
    draft.kind = request.kind;
    draft.sequence = sequence;
    draft.clock = end.clock + 1;
    this.#stampTime(draft);
    options.platform.random.fill(draft.eventId, 8, 16);
    writeUuid7(draft.eventId, 0, draft.timestampUs, draft.counter);
    draft.batchId = batchId;
    draft.correlationId = request.correlationId;
    draft.causationId = request.causationId;
    draft.lane = request.lane;
    draft.payloadVersion = request.payloadVersion;
    draft.idempotency = request.keyDigest;
    draft.prevHash = hashChain ? end.hashes : undefined;
    draft.prevHashStart = end.hashStart;
    draft.entity = request.entity;
    draft.scope = request.scope;
    draft.extensions = request.extensions;
    draft.payload = request.payload;
    const start = into.stage(draft);
    return {
      sequence,
      segmentId: writer.segmentId,
      kind: request.kind,
      entityId: request.entityId,
      scopeId: request.scopeId,
      clock: draft.clock,
      offset: writer.groupOffset + start,
      length: writer.group.length - start,
      timestampUs: draft.timestampUs,
      idBytes: writer.group.bytes,
      idAt: start + eventIdAt,
      keyBytes: request.keyDigest,
      keyAt: 0,
      hash: writer.group.hash,
      hashAt: 0,
    };
  }

  /** Makes a written event visible. */
  publish(staged: StagedEvent): void {
    const { index, kinds } = this.#engine;
    index.push(staged);
    kinds.markUsed(staged.kind);
  }

  /** The receipt of a visible event, before the next group is begun. */
  receipt(staged: StagedEvent): Receipt {
    const { sequence } = staged;
    return new WrittenReceipt(staged.idBytes, staged.idAt, staged, {
      sequence,
      clock: staged.clock,
      hash: staged.hash,
      durability: sequence < this.#engine.writer.durableEvents ? 'durable' : 'written',
      replayed: false,
    });
  }

  /** The receipt of an earlier write, once that write is durable. */
  #madeDurable(request: AppendRequest, earlier: Receipt): Receipt {
    if (earlier.durability === 'durable') return earlier;
    this.#engine.writer.sync();
    return findEarlier(this.#engine, request) ?? earlier;
  }

  #stampTime(draft: RecordDraft): void {
    const { timeline } = this.#engine;
    timeline.advance();
    draft.timestampUs = timeline.timestampUs;
    draft.counter = timeline.counter;
  }
}

/** Most bytes that the frame of an event takes. */
export function requestBytesMax({ entity, scope, extensions, payload }: AppendRequest): number {
  return frameBytesMax(entity, scope, extensions?.length ?? 0, payload.length);
}

/** @throws {ExpectationFailedError} unless the entity's last clock (-1 for none) is as expected */
export function checkExpectation(request: AppendRequest, clock: number): void {
  const { expected } = request;
  if (expected === 'any' || expected === clock) return;
  if (expected === 'none' ? clock < 0 : expected === 'exists' && clock >= 0) return;
  const { entity, lane } = request;
  throw new ExpectationFailedError({
    entity,
    lane,
    expected,
    actual: clock < 0 ? undefined : clock,
  });
}
