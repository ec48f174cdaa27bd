import { genesisHash } from '../../codec/hash-chain.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Engine } from '../engine.ts';
import { type Appender, type ChainEnd, checkExpectation, type StagedEvent } from './append.ts';
import type { AppendRequest } from './append-request.ts';
import { findEarlier } from './idempotency.ts';
import { QueuedEvent } from './ticket.ts';

/** Most events that are written at once: about 3 ms of work, so that the event loop goes on. */
export const groupEventsMax = 1024;

/** Most bytes of frames that are written at once, unless one event is larger by itself. */
export const groupBytesMax: number = 4 * 1024 * 1024;

/** What became of an event that was not staged. */
type Answer =
  | { readonly receipt: Receipt }
  /** `certain`: it was refused for what is stored, not for what others of the group would store. */
  | { readonly failure: unknown; readonly certain: boolean };

/**
 * Submitted events that are written in one call, in the order of their submits. Each is judged when
 * its turn comes and sees those before it. One that is refused fails alone; when the write fails,
 * all do, also those that were refused for what others would have stored.
 */
export class SubmitGroup {
  readonly #engine: Engine;
  readonly #appender: Appender;
  readonly #events: QueuedEvent[] = [];
  readonly #bytesMax: number;
  /** What is staged, for each of the events; `undefined` for one that is answered. */
  readonly #staged: (StagedEvent | undefined)[] = [];
  readonly #answers = new Map<QueuedEvent, Answer>();
  /** The last staged event of each stream. */
  readonly #ends = new Map<number, StagedEvent>();
  /** Where the next event links to: one object for all of them. */
  readonly #end = { clock: 0, hashes: genesisHash, hashStart: 0 };
  #count = 0;

  /**
   * Takes as many events from the queue, from `first` on, as fit a group, and `eventsMax` at most.
   * It ends before a batch, and before an idempotency key that it has already: what that key stands
   * for is known later.
   */
  constructor(
    engine: Engine,
    appender: Appender,
    queue: readonly unknown[],
    first: number,
    eventsMax: number,
  ) {
    this.#engine = engine;
    this.#appender = appender;
    const bytesLimit = Math.min(groupBytesMax, engine.options.segmentMaxBytes);
    const keys = new Set<string>();
    let bytes = appender.namesBytesMax();
    const end = first + Math.min(groupEventsMax, eventsMax);
    for (let place = first; place < end; place += 1) {
      const ticket = queue[place];
      if (!(ticket instanceof QueuedEvent)) break;
      const { idempotencyKey } = ticket.request;
      if (idempotencyKey !== undefined) {
        if (keys.has(idempotencyKey)) break;
        keys.add(idempotencyKey);
      }
      if (bytes + ticket.bytesMax > bytesLimit && place > first) break;
      bytes += ticket.bytesMax;
      this.#events.push(ticket);
    }
    this.#bytesMax = bytes;
  }

  /** The events that were taken. */
  get events(): readonly QueuedEvent[] {
    return this.#events;
  }

  /**
   * Judges the events, writes those that hold, and makes them visible. When this throws, none of
   * them was stored, or nobody knows.
   *
   * @throws {DiskFullError} {@link StorageError} {@link WriteFailedError} {@link WriterDeadError}
   */
  write(): void {
    const { writer, kinds } = this.#engine;
    for (const ticket of this.#events) this.#staged.push(this.#judge(ticket));
    if (this.#count === 0) return;
    writer.write(this.#count);
    kinds.confirm();
    for (const staged of this.#staged) {
      if (staged !== undefined) this.#appender.publish(staged);
    }
  }

  /** The receipt of the event at this place, if this write has stored it. */
  receiptOf(place: number): Receipt | undefined {
    const staged = this.#staged[place];
    return staged === undefined ? undefined : this.#appender.receipt(staged);
  }

  /** What became of an event that has no receipt of this write, or when that failed. */
  answerOf(ticket: QueuedEvent, failure: unknown): Answer {
    const answer = this.#answers.get(ticket) ?? { failure, certain: true };
    if ('receipt' in answer || answer.certain || failure === undefined) return answer;
    return { failure, certain: true };
  }

  /** Stages an event, or answers it. */
  #judge(ticket: QueuedEvent): StagedEvent | undefined {
    const { request } = ticket;
    try {
      const earlier = findEarlier(this.#engine, request);
      if (earlier !== undefined) {
        this.#answers.set(ticket, { receipt: earlier });
        return undefined;
      }
    } catch (failure) {
      this.#answers.set(ticket, { failure, certain: true });
      return undefined;
    }
    const end = this.#endOf(request.entityId);
    try {
      checkExpectation(request, end.clock);
    } catch (failure) {
      this.#answers.set(ticket, { failure, certain: this.#count === 0 });
      return undefined;
    }
    return this.#stage(request, end);
  }

  #stage(request: AppendRequest, end: ChainEnd): StagedEvent {
    const { writer, index } = this.#engine;
    // Only now, as a store of which nothing is asked but what it has keeps its files as they are.
    if (this.#count === 0) writer.prepare(this.#bytesMax);
    const sequence = index.count + this.#count;
    this.#appender.stageName(request, sequence);
    const staged = this.#appender.stage(request, sequence, end, writer, undefined);
    this.#count += 1;
    this.#ends.set(request.entityId, staged);
    return staged;
  }

  /** The end of the stream, with what is staged. */
  #endOf(entityId: number): ChainEnd {
    const staged = this.#ends.get(entityId);
    if (staged === undefined) return this.#appender.headOf(entityId);
    this.#end.clock = staged.clock;
    this.#end.hashes = staged.hash ?? genesisHash;
    return this.#end;
  }
}
