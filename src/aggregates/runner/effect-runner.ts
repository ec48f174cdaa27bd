import type { ParkedEvent } from '../../codec/cursor-state.ts';
import type { KeptCursor } from '../../delivery/cursor/kept-cursor.ts';
import { backOffMs } from '../../delivery/worker/back-off.ts';
import type { HandlerContext } from '../../delivery/worker/cursor-handler.ts';
import type { CursorWorker } from '../../delivery/worker/cursor-worker.ts';
import { failureKindOf } from '../../delivery/worker/failure-kind.ts';
import { ArgumentRangeError } from '../../model/errors/argument-error.ts';
import type { StoredEvent } from '../../model/event.ts';
import type { EffectHost } from '../repository/external-engine.ts';
import type { RunEffect } from '../stepping/effect.ts';
import { ActionHandler } from './action-handler.ts';
import { momentOf } from './action-moment.ts';
import { type EffectFailure, EffectWork } from './effect-work.ts';
import type { Implementations } from './implementations.ts';
import { effectRegion } from './pending-log.ts';
import { type EffectRunnerState, RunnerControl } from './runner-control.ts';
import type { ResolvedEffectOptions } from './runner-options.ts';

/** How a runner has ended. */
export interface EffectRunnerEnd {
  /** `stopped`: it was asked to, or the store was closed. `exhausted`: it gave up. */
  readonly state: 'stopped' | 'exhausted';
  /** What it gave up on. */
  readonly failure?: unknown;
}

/** The parts of a runner. */
export interface EffectRunnerParts {
  readonly host: EffectHost;
  readonly options: ResolvedEffectOptions;
  readonly implementations: Implementations;
  /** Where the log is read from at the next start. */
  readonly kept: KeptCursor;
  /** Name under which the worker keeps how far actions were run. */
  readonly workerName: string;
}

/** Events that are read, and timers that fire, before others have their turn. */
const sliceMax = 1024;
/** The position to read from is kept whenever it has moved so far. */
const keepEvery = 4096;
/** Failures that are remembered; the logger hears of all. */
const failuresMax = 1000;
/** The longest sleep: a clock that was put forward is noticed within this time. */
const sleepMsMax = 60_000;

/**
 * Runs the effects of one aggregate's machines: fires timers, runs promise actors and custom
 * actions, and brings results back. Made by `effects(…).start()`. Stop it before the store is
 * closed.
 */
export class EffectRunner implements AsyncDisposable {
  readonly #parts: EffectRunnerParts;
  readonly #control: RunnerControl;
  readonly #work: EffectWork;
  readonly #failures: EffectFailure[] = [];
  #worker: CursorWorker | undefined;
  #failure: unknown;
  #woken = false;
  /** Ends the sleep of the moment. */
  #wakeUp: () => void = () => undefined;
  readonly #restWaiters = new Set<() => void>();
  /** Resolves when the runner has ended, for whatever reason. */
  readonly ended: Promise<EffectRunnerEnd>;

  /** @internal */
  constructor(parts: EffectRunnerParts) {
    this.#parts = parts;
    const { host, options, implementations, kept } = parts;
    const { store } = host;
    this.#control = new RunnerControl({ maxFailures: options.maxFailures }, store.inspector);
    this.#work = new EffectWork({
      ...{ host, from: kept.position, actorsMax: options.concurrency },
      startActor: (actor, signal) =>
        implementations.runActor(actor, this.#idOf(actor.entity), signal),
      onArrived: () => this.#wake(),
      onLeft: (failure) => {
        if (this.#failures.length < failuresMax) this.#failures.push(failure);
        this.#tell(failure.cause, `what has happened could not be brought to '${failure.entity}'`);
      },
    });
    this.ended = this.#run();
  }

  /** What it is doing. */
  get state(): EffectRunnerState {
    return this.#control.state;
  }

  /** Events whose actions failed as often as they may, by their sequences. */
  get parked(): readonly ParkedEvent[] {
    return this.#worker?.parked ?? [];
  }

  /**
   * Timers and results that could not be brought to their aggregates, because the machine throws or
   * the history can't be folded. They stay as they are in the log, for the next start. At most
   * 1 000 are remembered.
   */
  get failures(): readonly EffectFailure[] {
    return this.#failures;
  }

  /** Timers that wait in all aggregates, as far as the log was read. */
  get waitingTimers(): number {
    return this.#work.timers;
  }

  /** Actors that run, or wait for their turn. */
  get runningActors(): number {
    return this.#work.actors;
  }

  /**
   * Has the actions of a parked event run again.
   *
   * @throws {ArgumentRangeError} unless it is parked
   */
  retryParked(sequence: number): void {
    this.#parking(sequence).retryParked(sequence);
  }

  /**
   * Forgets a parked event; durable on return.
   *
   * @throws {ArgumentRangeError} unless it is parked
   * @throws {DiskFullError} {@link StorageError} {@link CursorClosedError} it stays parked
   */
  dropParked(sequence: number): void {
    this.#parking(sequence).dropParked(sequence);
  }

  /**
   * Resolves when nothing is due or running: what was visible is read, actions were run or parked,
   * timers that are due have fired, actors have their results and those are stored; or when the
   * runner has ended. With `actors: false` it doesn't wait for actors that run. For tests.
   */
  async idle({ actors = true }: { readonly actors?: boolean } = {}): Promise<void> {
    this.#wake();
    while (!this.#control.ended) {
      await this.#worker?.idle();
      if (this.#isQuiet && (!actors || this.#work.actors === 0)) return;
      await new Promise<void>((resolve) => this.#restWaiters.add(resolve));
    }
  }

  /**
   * Asks it to end: actors are aborted and run again at the next start, an action that is running
   * is waited for, nothing else is begun. @returns how it has ended
   */
  stop(): Promise<EffectRunnerEnd> {
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

  /** Nothing is parked as long as no worker was started. */
  #parking(sequence: number): CursorWorker {
    if (this.#worker !== undefined) return this.#worker;
    throw new ArgumentRangeError('sequence', sequence, 'that of a parked event');
  }

  get #isQuiet(): boolean {
    const { nextSequence } = this.#parts.host.store;
    return (
      this.state === 'resting' &&
      !this.#woken &&
      this.#work.log.position >= nextSequence &&
      this.#worker?.state === 'idle' &&
      this.#worker.position >= nextSequence
    );
  }

  async #run(): Promise<EffectRunnerEnd> {
    const { host, options, kept } = this.#parts;
    const { signal } = options;
    const stopListening = host.store.onVisible(() => this.#wake());
    const onAbort = (): void => void this.stop();
    signal?.addEventListener('abort', onAbort);
    // Who has asked for the runner has it in hand before anything runs.
    await Promise.resolve();
    if (signal?.aborted === true) void this.stop();
    while (!this.#control.ended) await this.#step();
    stopListening();
    signal?.removeEventListener('abort', onAbort);
    this.#work.close();
    kept.close();
    this.#tellResting();
    const state = this.state === 'exhausted' ? 'exhausted' : 'stopped';
    return state === 'stopped' ? { state } : { state, failure: this.#failure };
  }

  #step(): void | Promise<void> {
    switch (this.state) {
      case 'reading':
        return this.#read();
      case 'settling':
        return this.#settle();
      case 'resting':
        return this.#rest();
      case 'waiting':
        return this.#waitAfterFailure();
      case 'stopping':
      case 'failing':
        return this.#end();
      case 'stopped':
      case 'exhausted':
        return undefined;
    }
  }

  async #read(): Promise<void> {
    this.#woken = false;
    try {
      while (!this.#work.log.read(sliceMax)) {
        await this.#soon();
        if (this.state !== 'reading') return;
      }
      this.#worker ??= await this.#startWorker();
      await this.#keepPosition(keepEvery);
    } catch (cause) {
      this.#failed(cause, 'a runner of effects could not read the log');
      return;
    }
    if (this.state === 'reading') this.#control.send({ type: 'log.read' });
  }

  async #startWorker(): Promise<CursorWorker> {
    const { host, options, kept, workerName } = this.#parts;
    const { store, definition } = host;
    const { maxTries, maxParked, backOff, concurrency } = options;
    const { position } = kept;
    await this.#savePosition(position);
    const handler = new ActionHandler({
      concurrency,
      whenDurable: (sequence) => store.whenDurable(sequence),
      startActor: (key) => {
        this.#work.askFor(key);
        this.#wake();
      },
      runAction: (event, effect, key, context) => this.#runAction(event, effect, key, context),
    });
    const worker = store.cursorWorker(effectRegion(definition.name), handler.handle, {
      ...{ name: workerName, from: position, backOff, maxTries, maxParked },
    });
    // Behind the worker's position nobody says any more that it is their turn.
    this.#work.askForStarted(worker.position);
    void worker.ended.then(({ state, failure }) => {
      if (state === 'exhausted' && this.#control.live) {
        this.#failure = failure;
        this.#control.send({ type: 'worker.exhausted' });
      } else if (this.#control.live) {
        // The store was closed.
        this.#control.send({ type: 'stop.requested' });
      }
      this.#wake();
    });
    return worker;
  }

  async #runAction(
    event: StoredEvent,
    effect: RunEffect,
    key: string,
    { signal, attempt }: HandlerContext,
  ): Promise<void> {
    const { host, implementations } = this.#parts;
    const call = { signal, key, id: this.#idOf(event.entity), attempt };
    await implementations.runAction(effect, call, () => momentOf(host, event));
  }

  async #settle(): Promise<void> {
    try {
      while (this.#work.settle(sliceMax)) {
        await this.#soon();
        if (this.state !== 'settling') return;
      }
    } catch (cause) {
      this.#failed(cause, 'a runner of effects could not write to the log');
      return;
    }
    this.#control.send({ type: 'work.done' });
  }

  async #rest(): Promise<void> {
    this.#tellResting();
    if (this.#woken) {
      this.#control.send({ type: 'work.arrived' });
      return;
    }
    const { store } = this.#parts.host;
    const waitUs = this.#work.untilDueUs;
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
      if (waitUs === undefined) return;
      const waitMs = Math.min(sleepMsMax, Math.max(0, Math.ceil(waitUs / 1000)));
      cancel = store.platform.timers.after(waitMs, resolve);
    });
    cancel();
    this.#wakeUp = () => undefined;
    if (this.state === 'resting') this.#control.send({ type: 'work.arrived' });
  }

  async #waitAfterFailure(): Promise<void> {
    const { host, options } = this.#parts;
    const { timers, random } = host.store.platform;
    const { failures, obstructions } = this.#control.context;
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      cancel = timers.after(backOffMs(failures + obstructions, options.backOff, random), resolve);
      this.#wakeUp = () => {
        if (this.state !== 'waiting') resolve();
      };
    });
    cancel();
    this.#wakeUp = () => undefined;
    if (this.state === 'waiting') this.#control.send({ type: 'delay.passed' });
  }

  async #end(): Promise<void> {
    this.#work.close();
    await this.#worker?.stop();
    try {
      if (!this.#parts.host.store.closed) await this.#keepPosition(1);
    } catch (cause) {
      // More is read at the next start, that is all.
      this.#tell(cause, 'a runner of effects could not keep its position');
    }
    this.#control.send({ type: 'worker.stopped' });
  }

  /** Keeps where to read from, when that is so much further than what is kept. */
  async #keepPosition(atLeast: number): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const position = Math.min(this.#work.log.watermark, worker.checkpointed);
    if (position < this.#parts.kept.position + atLeast) return;
    await this.#savePosition(position);
  }

  async #savePosition(position: number): Promise<void> {
    const { host, kept } = this.#parts;
    if (position > 0) await host.store.whenDurable(position - 1);
    kept.save(position, [], 0);
  }

  #failed(cause: unknown, what: string): void {
    if (this.#parts.host.store.closed) {
      void this.stop();
      return;
    }
    this.#failure = cause;
    this.#tell(cause, what);
    const obstructed = this.state === 'settling' && failureKindOf(cause) === 'obstructed';
    if (this.#control.live) {
      this.#control.send({ type: obstructed ? 'work.obstructed' : 'work.failed' });
    }
  }

  #tell(cause: unknown, what: string): void {
    const { store, definition } = this.#parts.host;
    store.deliveries.host.report(cause, `${what}: '${definition.name}'`);
  }

  #wake(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  #tellResting(): void {
    for (const tell of this.#restWaiters) tell();
    this.#restWaiters.clear();
  }

  #soon(): Promise<void> {
    return new Promise((resolve) => this.#parts.host.store.platform.timers.soon(resolve));
  }

  #idOf(entity: string): string {
    return entity.slice(this.#parts.host.definition.name.length + 1);
  }
}
