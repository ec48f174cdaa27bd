import type { ParkedEvent } from '../../codec/cursor-state.ts';
import { Restarts } from '../../log/restarts.ts';
import { ArgumentRangeError } from '../../model/errors/argument-error.ts';
import type { IndexEntry } from '../../model/event.ts';
import { Region } from '../../model/region.ts';
import type { CursorRecovery } from '../cursor/kept-cursor.ts';
import type { WritingHost } from '../delivery-host.ts';
import type { BeginReading, RegionReader } from '../region-reader.ts';
import { backOffMs } from './back-off.ts';
import type { CursorHandler, WorkerEnd } from './cursor-handler.ts';
import { failureKindOf } from './failure-kind.ts';
import { ParkedEvents } from './parked-events.ts';
import type { PositionKeeper } from './position-keeper.ts';
import { WorkerControl, type WorkerState } from './worker-control.ts';
import type { ResolvedWorkerOptions } from './worker-options.ts';

/** The parts of a worker. */
export interface WorkerParts {
  readonly host: WritingHost;
  readonly name: string | undefined;
  readonly recovered: CursorRecovery | undefined;
  readonly reader: RegionReader<IndexEntry>;
  /** Reads the events of a region, for those that are tried again. */
  readonly begin: BeginReading<IndexEntry>;
  readonly keeper: PositionKeeper;
  readonly handler: CursorHandler<IndexEntry>;
  readonly options: ResolvedWorkerOptions;
  readonly signal: AbortSignal | undefined;
}

/** A position is kept after so many events were looked at, though none was of the region. */
const passedMax = 65_536;

/**
 * Hands the events of a region to a handler, in order and at least once, for as long as it lives:
 * one batch at a time, its position kept after each. Made by `cursorWorker` and `react`; what it
 * does after a failure is told by the machine `cursor-worker`.
 *
 * An event that fails again and again is parked: it is left aside and listed in `parked`, and the
 * worker goes on behind it. Stop it before the store is closed.
 */
export class CursorWorker implements AsyncDisposable {
  readonly #parts: WorkerParts;
  readonly #control: WorkerControl;
  readonly #restarts: Restarts;
  readonly #parked: ParkedEvents;
  readonly #abort = new AbortController();
  readonly #idleWaiters = new Set<() => void>();
  /** Ends the waiting of the moment. */
  #wake: () => void = () => undefined;
  #hand: readonly IndexEntry[] = [];
  /** Where the events in hand begin; of a parked event that is tried again, nowhere. */
  #handFrom: number | undefined;
  /** What is below this sequence was written when the handler was through. */
  #written = 0;
  #failure: unknown;
  /** Resolves when the worker has ended, for whatever reason. */
  readonly ended: Promise<WorkerEnd>;

  /** @internal */
  constructor(parts: WorkerParts) {
    this.#parts = parts;
    const { maxTries, maxParked, restartPolicy } = parts.options;
    this.#control = new WorkerControl({ maxTries, maxParked }, parts.host.inspect);
    this.#restarts = new Restarts(restartPolicy);
    this.#parked = new ParkedEvents(parts.keeper.parked);
    this.ended = this.#run();
  }

  /** The name under which its position is kept, or `undefined`. */
  get name(): string | undefined {
    return this.#parts.name;
  }

  /** What was found of it on the disk; `undefined` without a name. */
  get recovered(): CursorRecovery | undefined {
    return this.#parts.recovered;
  }

  /** What it is doing. */
  get state(): WorkerState {
    return this.#control.state;
  }

  /** The sequence that is looked at next. */
  get position(): number {
    return this.#parts.reader.position;
  }

  /** The position that was kept last. */
  get checkpointed(): number {
    return this.#parts.keeper.position;
  }

  /** The events that were parked, by their sequences. */
  get parked(): readonly ParkedEvent[] {
    return this.#parked.list;
  }

  /**
   * Has a parked event handed out again, by itself, before anything else: when the handler is
   * through with it, it is parked no more.
   *
   * @throws {ArgumentRangeError} unless an event of this sequence is parked
   */
  retryParked(sequence: number): void {
    this.#requireParked(sequence);
    this.#parked.retry(sequence);
    if (this.state === 'idle') this.#wake();
  }

  /**
   * Forgets a parked event; durable on return for a worker with a name.
   *
   * @throws {ArgumentRangeError} unless an event of this sequence is parked
   * @throws {DiskFullError} {@link StorageError} {@link CursorClosedError} it stays parked
   */
  dropParked(sequence: number): void {
    this.#requireParked(sequence);
    const { keeper } = this.#parts;
    keeper.save(keeper.position, this.#parked.without(sequence), 0);
    this.#parked.drop(sequence);
  }

  /**
   * Resolves when every event that was visible when it was called is handled or parked, or the
   * worker has ended. For tests: more may have come meanwhile.
   */
  async idle(): Promise<void> {
    if (this.#isIdle || this.#control.ended) return;
    await new Promise<void>((resolve) => this.#idleWaiters.add(resolve));
  }

  /**
   * Asks it to end: the handler that is running is waited for, and what it has done is kept; no
   * other event is handed out. @returns how it has ended
   */
  stop(): Promise<WorkerEnd> {
    if (this.#control.can({ type: 'stop.requested' })) {
      this.#control.send({ type: 'stop.requested' });
      this.#wake();
    }
    return this.ended;
  }

  /** Stops it, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #isIdle(): boolean {
    const { source } = this.#parts.host;
    const done = this.position >= source.nextSequence && !this.#parked.hasRetries;
    return this.state === 'idle' && done;
  }

  async #run(): Promise<WorkerEnd> {
    const { host, signal, keeper } = this.#parts;
    const stopListening = host.source.onVisible(() => this.#look());
    const onAbort = (): void => this.#interrupt();
    signal?.addEventListener('abort', onAbort);
    // Who has asked for the worker has it in hand before its handler is called.
    await Promise.resolve();
    if (signal?.aborted === true) this.#interrupt();
    while (!this.#control.ended) await this.#step();
    stopListening();
    signal?.removeEventListener('abort', onAbort);
    keeper.close();
    this.#tellIdle();
    const state = this.state === 'exhausted' ? 'exhausted' : 'stopped';
    return state === 'stopped' ? { state } : { state, failure: this.#failure };
  }

  #step(): void | Promise<void> {
    switch (this.state) {
      case 'polling':
        return this.#poll();
      case 'handling':
        return this.#handle();
      case 'parking':
        return this.#park();
      case 'checkpointing':
        return this.#checkpoint();
      case 'idle':
        return this.#waitForEvents();
      case 'backing off':
        return this.#waitAfterFailure();
      case 'restarting':
        return this.#restart();
      case 'stopped':
      case 'exhausted':
        return undefined;
    }
  }

  #poll(): void {
    const { reader, keeper, options } = this.#parts;
    try {
      if (this.#takeRetry()) return;
      const { singlyThrough } = this.#control.context;
      const singly = singlyThrough !== null && reader.position <= singlyThrough;
      this.#handFrom = reader.position;
      this.#hand = reader.take(singly ? 1 : options.batchSize);
    } catch (cause) {
      this.#fail(cause, 'a worker could not read its events');
      return;
    }
    if (this.#hand.length > 0) this.#control.send({ type: 'batch.read' });
    else if (reader.position - keeper.position < passedMax) {
      this.#control.send({ type: 'events.exhausted' });
    } else this.#control.send({ type: 'events.passed' });
  }

  /** Takes a parked event that is to be tried again in hand. */
  #takeRetry(): boolean {
    const sequence = this.#parked.nextRetry();
    if (sequence === undefined) return false;
    const { host, begin } = this.#parts;
    const { value } = begin(
      host.source,
      Region.all(),
      sequence === 0 ? undefined : sequence - 1,
    ).next();
    this.#handFrom = undefined;
    // It may be gone from the log; then there is nothing to try.
    this.#hand = value?.sequence === sequence ? [value] : [];
    if (this.#hand.length === 0) this.#parked.drop(sequence);
    this.#control.send({ type: this.#hand.length === 0 ? 'events.passed' : 'batch.read' });
    return true;
  }

  async #handle(): Promise<void> {
    const { host, handler } = this.#parts;
    const attempt = this.#control.context.failures + 1;
    try {
      await handler(this.#hand, { signal: this.#abort.signal, attempt });
    } catch (cause) {
      this.#handlerFailed(cause);
      return;
    }
    this.#written = host.source.nextSequence;
    const [first] = this.#hand;
    if (this.#handFrom === undefined && first !== undefined) this.#parked.drop(first.sequence);
    this.#control.send({ type: 'batch.handled' });
  }

  #handlerFailed(cause: unknown): void {
    const { reader } = this.#parts;
    const again = this.#handFrom === undefined;
    if (this.#handFrom !== undefined) reader.seek(this.#handFrom);
    if (failureKindOf(cause) !== 'event') {
      // It was not tried, so to speak: it is still to be tried again.
      for (const { sequence } of again ? this.#hand : []) this.#parked.retry(sequence);
      this.#fail(cause, 'a worker could not go on');
      return;
    }
    this.#failure = cause;
    this.#tell(cause, 'the handler of a worker failed');
    const last = this.#hand.at(-1);
    const lastSequence = last?.sequence ?? 0;
    if (again) this.#parked.triedAgain(lastSequence, cause);
    this.#written = 0;
    const parked = this.#parked.list.length;
    const events = this.#hand.length;
    this.#control.send({ type: 'handler.failed', events, lastSequence, parked, again });
  }

  #park(): void {
    const { host, reader, options } = this.#parts;
    const [event] = this.#hand;
    if (event !== undefined) {
      const parkedAtUs = host.platform.clock.nowUs();
      this.#parked.park(event.sequence, options.maxTries, parkedAtUs, this.#failure);
      reader.seek(event.sequence + 1);
      const facts = { worker: this.name, sequence: event.sequence, tries: options.maxTries };
      host.logger.warn(facts, 'a worker has parked an event that its handler fails on');
    }
    this.#control.send({ type: 'event.parked' });
  }

  async #checkpoint(): Promise<void> {
    const { host, reader, keeper } = this.#parts;
    const { position } = reader;
    const needed = this.name === undefined ? 0 : Math.max(position, this.#written);
    try {
      // Off the event loop, so that keeping the position finds nothing to sync.
      const durable = (host.source.durableThrough() ?? -1) + 1;
      if (durable < needed) await host.whenDurable(needed - 1);
      keeper.save(position, this.#parked.list, this.#written);
    } catch (cause) {
      this.#fail(cause, 'a worker could not keep its position');
      return;
    }
    this.#control.send({ type: 'checkpoint.written' });
    // A backlog is worked off without a pause: others have their turn between two batches.
    await new Promise<void>((resolve) => host.platform.timers.soon(resolve));
  }

  async #waitForEvents(): Promise<void> {
    if (this.#isIdle) {
      this.#tellIdle();
      await this.#untilWoken();
    }
    if (this.state === 'idle') this.#control.send({ type: 'events.arrived' });
  }

  async #waitAfterFailure(): Promise<void> {
    const { timers, random } = this.#parts.host.platform;
    const delayMs = backOffMs(this.#control.context.failures, this.#parts.options.backOff, random);
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      cancel = timers.after(delayMs, resolve);
      this.#wake = resolve;
    });
    cancel();
    this.#wake = () => undefined;
    if (this.state === 'backing off') this.#control.send({ type: 'delay.passed' });
  }

  #restart(): void {
    const { host, reader, keeper } = this.#parts;
    if (!this.#restarts.allows(host.platform.clock.elapsedMs())) {
      this.#control.send({ type: 'restart.denied' });
      return;
    }
    reader.seek(keeper.position);
    this.#parked.reset(keeper.parked);
    this.#restarts.finished();
    this.#control.send({ type: 'restart.allowed' });
  }

  /** Something failed that is no event's fault. */
  #fail(cause: unknown, what: string): void {
    const { source } = this.#parts.host;
    if (source.closed) {
      // Nothing is wrong with a store that was closed, and nothing more can be done with it.
      this.#interrupt();
      if (!this.#control.ended) this.#control.send({ type: 'work.failed' });
      return;
    }
    this.#failure = cause;
    this.#tell(cause, what);
    const obstructed = failureKindOf(cause) === 'obstructed';
    const type = obstructed && this.state !== 'polling' ? 'work.obstructed' : 'work.failed';
    this.#control.send({ type });
  }

  #tell(cause: unknown, what: string): void {
    const { report } = this.#parts.host;
    report(cause, this.name === undefined ? what : `${what}: '${this.name}'`);
  }

  /** Ends as soon as possible: the handler is told so by its signal. */
  #interrupt(): void {
    if (this.#control.can({ type: 'stop.requested' })) {
      this.#control.send({ type: 'stop.requested' });
    }
    this.#abort.abort();
    this.#wake();
  }

  /** There may be more events, or the store was closed. */
  #look(): void {
    if (this.#parts.host.source.closed) this.#interrupt();
    else if (this.state === 'idle') this.#wake();
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #tellIdle(): void {
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }

  #requireParked(sequence: number): void {
    if (this.#parked.has(sequence)) return;
    throw new ArgumentRangeError('sequence', sequence, 'that of a parked event');
  }
}
