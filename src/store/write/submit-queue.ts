import { assert, defined } from '../../model/assert.ts';
import { isBatpakError } from '../../model/errors/batpak-error.ts';
import type { Engine } from '../engine.ts';
import type { Appender } from './append.ts';
import type { PreparedItem } from './append-batch.ts';
import type { AppendRequest } from './append-request.ts';
import { pressureLevel } from './pressure.ts';
import { letGo, requestsOf, type StoredBatch, storeBatch, undo } from './stored-batch.ts';
import { groupEventsMax, SubmitGroup } from './submit-group.ts';
import { QueuedBatch, QueuedEvent, type TicketKeeper } from './ticket.ts';
import type { WriteTurn } from './write-turn.ts';

/** Bytes from which a submit writes a group before it queues anything more. */
const queuedBytesMax = 64 * 1024 * 1024;

/**
 * How many times as many events as the cadence says may wait for a sync that runs off the event
 * loop, before the next group waits for one. With 2 every other sync would stop the loop.
 */
const behindMax = 4;

/**
 * Longest time, in milliseconds, in which submits and their awaits follow each other and the event
 * loop doesn't turn. All of that happens in microtasks, before any timer, socket or sync.
 */
const loopHeldMsMax = 5;

/** A submitted write in the queue. */
type Queued = QueuedEvent | QueuedBatch;

/**
 * Events and batches that were submitted and are not written yet, in the order of the calls. What
 * one turn of the event loop submits is written at its end, by a microtask, in groups: one write
 * for each, so that no call pays for one. A batch is written by itself. Who awaits one ticket after
 * the other lets the event loop turn every few milliseconds.
 *
 * Invariants: what is queued was checked and encoded; order of writes is order of submits; every
 * ticket is settled, by a write or by `fail`.
 */
export class SubmitQueue implements TicketKeeper {
  readonly #engine: Engine;
  readonly #appender: Appender;
  readonly #turn: WriteTurn;
  readonly #writeTurn = (): void => this.#onTurn();
  readonly #reportUnwatched = (): void => this.#onUnwatched();
  readonly #loopTurned = (): void => {
    this.#heldSinceMs = undefined;
  };
  /** When the first group since the event loop has turned was scheduled; none since then. */
  #heldSinceMs: number | undefined;
  #queue: Queued[] = [];
  /** Place of the first ticket that is still queued. */
  #first = 0;
  #events = 0;
  #bytes = 0;
  /** Whether a turn is on its way that writes what is queued. */
  #scheduled = false;
  /** Failed tickets that nobody has asked for. */
  #unwatched: Queued[] = [];

  constructor(engine: Engine, appender: Appender, turn: WriteTurn) {
    this.#engine = engine;
    this.#appender = appender;
    this.#turn = turn;
  }

  /** Events that are queued, each item of a batch counted. */
  get length(): number {
    return this.#events;
  }

  /** Whether so much is queued that a submit which can wait had better. */
  get pressed(): boolean {
    return pressureLevel(this.#events, this.#engine.options.writer, false) !== 'normal';
  }

  /** Makes room for the next submit: a full queue is shortened by doing some of the work. */
  makeRoom(): void {
    const { channelCapacity } = this.#engine.options.writer;
    while (this.#events >= channelCapacity || this.#bytes >= queuedBytesMax) this.#writeNext();
  }

  /** Queues an event. */
  add(request: AppendRequest, durable: boolean): QueuedEvent {
    const ticket = new QueuedEvent(this, durable || this.#alwaysDurable, request);
    this.#enqueue(ticket);
    return ticket;
  }

  /** Queues a batch. `takeBack` is called, before its ticket fails, when it is not stored. */
  addBatch(items: readonly PreparedItem[], durable: boolean, takeBack?: () => void): QueuedBatch {
    const ticket = new QueuedBatch(this, durable || this.#alwaysDurable, items, takeBack);
    this.#enqueue(ticket);
    return ticket;
  }

  /** Writes all that is queued. Failures go to the tickets. */
  writeNow(): void {
    while (this.#first < this.#queue.length) this.#writeNext();
  }

  /** Writes at most so many of the queued events, and no batch that goes beyond that. */
  drain(eventsMax: number): void {
    const stopAt = this.#events - eventsMax;
    while (this.#first < this.#queue.length) {
      const left = this.#events - stopAt;
      const next = this.#queue[this.#first];
      if (next === undefined || next.length > left) return;
      this.#writeNext(left);
    }
  }

  /** Fails all that is queued. */
  fail(failure: unknown): void {
    const failed = this.#queue.slice(this.#first);
    this.#removeFront(failed.length);
    for (const ticket of failed) this.#fail(ticket, failure);
  }

  syncNow(events: number): void {
    const { writer } = this.#engine;
    if (writer.durableEvents >= events) return;
    this.#turn.begin('wait');
    try {
      writer.sync();
    } finally {
      this.#turn.end();
    }
  }

  whenDurable(events: number, done: (failure: unknown) => void): void {
    this.#engine.writer.whenDurable(events, done);
  }

  get #alwaysDurable(): boolean {
    return this.#engine.options.sync.everyNEvents === 1;
  }

  #enqueue(ticket: Queued): void {
    this.#queue.push(ticket);
    this.#events += ticket.length;
    this.#bytes += ticket.bytesMax;
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (this.#holdsLoop()) this.#engine.platform.timers.soon(this.#writeTurn);
    else queueMicrotask(this.#writeTurn);
  }

  /** Whether the event loop is to turn before the next group is written. */
  #holdsLoop(): boolean {
    const { clock, timers } = this.#engine.platform;
    const nowMs = clock.elapsedMs();
    if (this.#heldSinceMs !== undefined) return nowMs - this.#heldSinceMs >= loopHeldMsMax;
    this.#heldSinceMs = nowMs;
    timers.soon(this.#loopTurned);
    return false;
  }

  #onTurn(): void {
    this.#scheduled = false;
    if (this.#first === this.#queue.length) return;
    this.#writeNext();
    if (this.#first === this.#queue.length) return;
    // The rest is for the next turn, so that a long queue doesn't hold up the event loop.
    this.#scheduled = true;
    this.#engine.platform.timers.soon(this.#writeTurn);
  }

  /** Writes what is in front: a group of events, or a batch. */
  #writeNext(eventsMax = groupEventsMax): void {
    this.#turn.beginAnyway('submit');
    try {
      this.#tellPressure();
      const next = this.#queue[this.#first];
      if (next instanceof QueuedBatch) this.#writeBatch(next);
      else this.#writeGroup(eventsMax);
      this.#tellPressure();
    } finally {
      this.#turn.end();
    }
  }

  #writeGroup(eventsMax: number): void {
    const engine = this.#engine;
    const group = new SubmitGroup(engine, this.#appender, this.#queue, this.#first, eventsMax);
    assert(group.events.length > 0, 'a group takes an event at least');
    this.#removeFront(group.events.length);
    let failure: unknown;
    try {
      engine.writer.requireReady('submit');
      group.write();
    } catch (cause) {
      undo(engine);
      failure = cause;
    }
    this.#sync(this.#settle(group, failure));
    throwDefect(failure);
  }

  /** Tells the events of a group what became of them. @returns those that wait for a sync */
  #settle(group: SubmitGroup, failure: unknown): QueuedEvent[] | undefined {
    const { events } = group;
    let durably: QueuedEvent[] | undefined;
    for (let place = 0; place < events.length; place += 1) {
      const ticket = defined(events[place], 'a group has its events');
      const receipt = failure === undefined ? group.receiptOf(place) : undefined;
      const answer = receipt === undefined ? group.answerOf(ticket, failure) : { receipt };
      if ('failure' in answer) {
        this.#fail(ticket, answer.failure);
        continue;
      }
      ticket.written(answer.receipt);
      if (this.#engine.kinds.tentative.length > 0) letGo(this.#engine, [ticket.request]);
      if (ticket.settled) continue;
      durably ??= [];
      durably.push(ticket);
    }
    return durably;
  }

  #writeBatch(ticket: QueuedBatch): void {
    const engine = this.#engine;
    this.#removeFront(1);
    let stored: StoredBatch;
    try {
      engine.writer.requireReady('submitBatch');
      const parts = { engine, appender: this.#appender };
      stored = storeBatch(parts, ticket.items, engine.options.batch.maxBytes);
    } catch (cause) {
      this.#fail(ticket, cause);
      throwDefect(cause);
      return;
    }
    ticket.written(stored.receipts);
    this.#sync(ticket.settled ? undefined : [ticket]);
  }

  /** Takes tickets out of the queue from its front. */
  #removeFront(count: number): void {
    for (let place = this.#first; place < this.#first + count; place += 1) {
      const ticket = this.#queue[place];
      if (ticket === undefined) continue;
      this.#events -= ticket.length;
      this.#bytes -= ticket.bytesMax;
    }
    this.#first += count;
    // A queue that never runs dry must not keep all it has ever held.
    if (this.#first * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #fail(ticket: Queued, failure: unknown): void {
    if (ticket instanceof QueuedEvent) letGo(this.#engine, [ticket.request]);
    else if (ticket.takeBack === undefined) letGo(this.#engine, requestsOf(ticket.items));
    else ticket.takeBack();
    this.settleFailed(ticket, failure);
  }

  /** The ticket's write has failed; when nobody asks for it soon, it is reported. */
  settleFailed(ticket: Queued, failure: unknown): void {
    ticket.fail(failure);
    if (ticket.watched) return;
    if (this.#unwatched.length === 0) {
      const { timers } = this.#engine.platform;
      // Two turns, as `await` asks only after what is on its way already.
      timers.soon(() => timers.soon(this.#reportUnwatched));
    }
    this.#unwatched.push(ticket);
  }

  #onUnwatched(): void {
    const failed = this.#unwatched;
    const { reports } = this.#engine;
    this.#unwatched = [];
    for (const { watched, failure } of failed) {
      if (!watched) reports.report(failure, 'a submitted write failed, and nobody waited for it');
    }
  }

  /** Sees to the sync of what was written: for those that wait for it, and by the cadence. */
  #sync(durably: readonly Queued[] | undefined): void {
    const { writer, control, index, options, reports } = this.#engine;
    if (durably !== undefined) {
      const through = durably.reduce((events, ticket) => Math.max(events, ticket.through), 0);
      writer.whenDurable(through, (failure) => {
        for (const ticket of durably) this.#synced(ticket, failure);
      });
      return;
    }
    const { everyNEvents } = options.sync;
    const waiting = index.count - writer.durableEvents;
    if (waiting < everyNEvents) return;
    if (control.syncing === 'clean') {
      writer.requestSync();
      return;
    }
    // Who submits without a pause doesn't let that sync answer: the loss window stays bounded.
    if (waiting < behindMax * everyNEvents) return;
    try {
      writer.settle();
    } catch (cause) {
      reports.report(cause, 'a sync failed');
    }
  }

  #synced(ticket: Queued, failure: unknown): void {
    if (ticket.settled) return;
    if (failure === undefined) ticket.synced(undefined);
    else this.settleFailed(ticket, failure);
  }

  /**
   * Tells the machine of the queue's length when that means another level of pressure. While the
   * disk is full the level stays, and the length counts when the disk takes bytes again.
   */
  #tellPressure(): void {
    const { control, options } = this.#engine;
    if (!control.ready) return;
    const level = pressureLevel(this.#events, options.writer, control.diskFull);
    const known = control.diskFull ? control.queueLength === this.#events : true;
    if (known && level === control.pressure) return;
    control.send({ type: 'queue.changed', length: this.#events });
  }
}

/** A broken promise of our own code is not to be swallowed; the tickets have been told. */
function throwDefect(failure: unknown): void {
  if (failure === undefined || isBatpakError(failure)) return;
  if (failure instanceof TypeError || failure instanceof RangeError) return;
  throw failure;
}
