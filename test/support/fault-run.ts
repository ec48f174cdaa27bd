import {
  DiskFullError,
  isBatpakError,
  openStore,
  Region,
  StorageError,
  type Store,
  type StoreOptions,
  WriterDeadError,
} from 'batpak';
import { FaultPlan } from '../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { type MemoryPlatform, memoryPlatform } from '../../src/platform/memory-platform.ts';
import { SeededRandom } from '../../src/platform/random.ts';
import { type Ending, FaultLedger, fateAfter } from './fault-ledger.ts';

/** What a test may say of the stores of a {@link FaultRun}. */
export type RunOptions = Omit<StoreOptions, 'dataDir' | 'platform'>;

/** One write of a step: its events, and the call that gives its answer. */
export interface Attempt {
  readonly kinds: readonly number[];
  readonly call: (store: Store) => unknown;
}

const directory = '/store';
const firstKind = 0x1001;
/** How often a step tries to open the store. */
const openingsMax = 3;

/**
 * A store on a disk that fails as its plan says, through as many processes as it takes; keeps the
 * ledger of what the callers were told. `check` ends copies of it by a kill and by power loss.
 */
export class FaultRun {
  readonly files = new MemoryFiles();
  readonly plan = new FaultPlan(this.files);
  readonly ledger = new FaultLedger();
  readonly #options: RunOptions;
  readonly #seeds: readonly number[];
  #platform: MemoryPlatform<FaultPlan> | undefined;
  #store: Store | undefined;
  #processes = 0;
  #failure: Error | undefined;
  #checkedCall = Number.POSITIVE_INFINITY;
  #kinds = 0;

  /** `seeds`: of the pages and names that power loss leaves, a disk for each. */
  constructor(options: RunOptions, seeds: readonly number[]) {
    this.#options = options;
    this.#seeds = seeds;
    this.files.makeDirectory(directory);
    this.files.syncDirectory('/');
  }

  /** Checks the disk as soon as the step is over in which this call to the files was made. */
  checkAfter(nth: number): void {
    this.#checkedCall = nth;
  }

  /** Kinds for so many events. */
  kinds(count: number): readonly number[] {
    this.#kinds += count;
    return Array.from({ length: count }, (_, index) => firstKind + this.#kinds - count + index);
  }

  /** Makes the attempts in one turn of the event loop, and waits for their answers. */
  async step(...attempts: readonly Attempt[]): Promise<void> {
    const store = await this.#opened();
    if (store === undefined) return;
    for (const { kinds } of attempts) this.ledger.attempt(kinds);
    const answers = attempts.map(async ({ call }) => call(store));
    let dead = false;
    for (const [place, answer] of (await Promise.allSettled(answers)).entries()) {
      const kinds = attempts[place]?.kinds ?? [];
      if (answer.status === 'fulfilled') this.ledger.told(kinds, 'stored');
      else {
        const failure: unknown = answer.reason;
        if (!isBatpakError(failure)) throw failure;
        this.ledger.told(kinds, fateAfter(failure));
        dead ||= failure instanceof WriterDeadError;
      }
    }
    await turn();
    this.ledger.observe(store);
    this.#checkWhenDue();
    if (dead) await this.close();
  }

  /** Lets time pass, by which a store that has fallen idle is synced. */
  async idle(milliseconds: number): Promise<void> {
    const store = await this.#opened();
    if (store === undefined) return;
    this.#platform?.timers.advance(milliseconds);
    await turn();
    this.ledger.observe(store);
    this.#checkWhenDue();
  }

  /** Closes the store; the next step opens it again. */
  async close(): Promise<void> {
    const store = this.#store;
    if (store === undefined) return;
    this.#store = undefined;
    readAll(store);
    try {
      store.close();
    } catch (failure) {
      if (!isBatpakError(failure)) throw failure;
    }
    await turn();
    this.#checkWhenDue();
  }

  /** Ends the process without a word; the next step opens the store in a new one. */
  kill(): void {
    if (this.#store !== undefined) readAll(this.#store);
    this.#store = undefined;
  }

  /**
   * Looks at what a kill, and power loss, would leave at this moment; `finish` throws what is wrong
   * with that, and says `when` it was.
   */
  check(when: string): void {
    this.#check(`kill ${when}`, 'kill', this.files.clone());
    for (const seed of this.#seeds) {
      const left = this.files.afterPowerLoss(new SeededRandom(seed));
      this.#check(`power loss of seed ${seed} ${when}`, 'power loss', left);
    }
  }

  #checkWhenDue(): void {
    if (this.plan.operations.length < this.#checkedCall) return;
    this.#checkedCall = Number.POSITIVE_INFINITY;
    this.check('right after it');
  }

  #check(when: string, ending: Ending, files: MemoryFiles): void {
    try {
      checkDisk(this.ledger, files, ending, this.#options);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      // Inside a call to the files the store might take it for a failure of the disk.
      this.#failure ??= new Error(`${when}: ${message}`, { cause });
    }
  }

  /** Heals the disk, and looks at what the store shows, and at what it would leave. */
  async finish(): Promise<void> {
    this.plan.heal();
    const store = await this.#opened();
    if (store === undefined) throw new Error('no store opens on a disk that is well');
    verify(store);
    readAll(store);
    this.ledger.observe(store);
    this.check('at the end');
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The open store; `undefined` when it can't be opened. */
  async #opened(): Promise<Store | undefined> {
    for (let attempt = 1; this.#store === undefined; attempt += 1) {
      try {
        this.#store = this.#open();
        this.ledger.observeOpened(this.#store);
      } catch (failure) {
        if (!isBatpakError(failure)) throw failure;
        if (attempt === openingsMax) return undefined;
      }
      await turn();
    }
    return this.#store;
  }

  #open(): Store {
    this.#processes += 1;
    const process = { pid: this.#processes, running: new Map() };
    const seed = this.#processes;
    const nowUs = 1_735_689_600_000_000 + this.#processes * 1_000_000;
    this.#platform = memoryPlatform({ files: this.plan, seed, process, nowUs });
    return openStore({ dataDir: directory, platform: this.#platform, ...this.#options });
  }
}

/**
 * Opens what is left on a disk that is well, writes on, and ends that in both ways: what is durable
 * by then must outlive power loss, and a close must leave a clean end.
 */
function checkDisk(
  ledger: FaultLedger,
  files: MemoryFiles,
  ending: Ending,
  options: RunOptions,
): void {
  const store = openOn(files, 1000, options);
  ledger.compare(store, ending);
  verify(store);
  // Too large for what is left of most segments: the next one names the end of this one.
  const behind = 'x'.repeat(1400);
  const { sequence } = store.append('behind', firstKind - 1, behind, { durable: true });
  verify(store);
  if (ending === 'kill') {
    const left = openOn(files.afterPowerLoss(new SeededRandom(sequence)), 1001, options);
    verify(left);
    expectEvents(left, sequence + 1, 'unclean');
  }
  if (!store.close().clean) throw new Error('a store on a disk that is well closes cleanly');
  const again = openOn(files, 1002, options);
  verify(again);
  expectEvents(again, sequence + 1, 'clean');
  again.close();
}

function openOn(files: MemoryFiles, pid: number, options: RunOptions): Store {
  const process = { pid, running: new Map() };
  const platform = memoryPlatform({ files, seed: pid, process, nowUs: 1_800_000_000_000_000 });
  return openStore({ dataDir: directory, platform, ...options });
}

function expectEvents(store: Store, events: number, ending: string): void {
  const { eventCount, recovery } = store;
  if (eventCount === events && recovery.ending === ending) return;
  throw new Error(`${eventCount} events of ${events} after an end that was ${recovery.ending}`);
}

/** Reads every event from where the index says that it is. */
function readAll(store: Store): void {
  try {
    for (const event of store.events(Region.all())) event.payload;
  } catch (failure) {
    // A read may be what the plan lets fail. What must not be is another event, or damage.
    if (!(failure instanceof StorageError || failure instanceof DiskFullError)) throw failure;
  }
}

function verify(store: Store): void {
  const { ok, errors, gaps } = store.verify();
  if (!ok || gaps.length > 0) throw new Error(`verify: ${JSON.stringify({ errors, gaps })}`);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
