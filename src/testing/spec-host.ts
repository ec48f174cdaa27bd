import { ManualClock } from '../platform/clock.ts';
import { MemoryFiles } from '../platform/memory-files.ts';
import { memoryPlatform } from '../platform/memory-platform.ts';
import { ManualTimers } from '../platform/timers.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';

const dataDir = '/store';
const firstDayUs = 1_735_689_600_000_000;

/** How a process comes to its end: in order, killed, or with the power gone after a sync. */
export type Ending = 'close' | 'crash' | 'power loss';

/** What a host begins with. */
export interface SpecHostOptions {
  /** @default an empty disk */
  readonly files?: MemoryFiles;
  /** @default 2025-01-01T00:00:00Z */
  readonly nowUs?: number | undefined;
  /** Processes that have run on it. @default 0 */
  readonly processesBefore?: number;
}

/** A host in memory with one store, which goes through what a store may go through. */
export class SpecHost {
  readonly #clock: ManualClock;
  #files: MemoryFiles;
  #processes: number;
  #store: Store;

  constructor(options: SpecHostOptions = {}) {
    this.#files = options.files ?? emptyDisk();
    this.#clock = new ManualClock(options.nowUs ?? firstDayUs);
    this.#processes = options.processesBefore ?? 0;
    this.#store = this.#open();
  }

  /** The store as the process of now has it open. */
  get store(): Store {
    return this.#store;
  }

  /** Ends the process, and opens the store in another one. */
  restart(ending: Ending): void {
    if (ending === 'close') this.#store.close();
    if (ending === 'crash') this.#files = this.#files.clone();
    if (ending === 'power loss') {
      this.#store.sync();
      this.#files = this.#files.afterPowerLoss();
    }
    this.#store = this.#open();
  }

  /** A host with a copy of the disk, as a crash would leave it. */
  copy(): SpecHost {
    return new SpecHost({
      files: this.#files.clone(),
      nowUs: this.#clock.nowUs(),
      processesBefore: this.#processes,
    });
  }

  #open(): Store {
    this.#processes += 1;
    // Each process is alone on its host: those before it are dead.
    const process = { pid: this.#processes, startTime: `start-${this.#processes}` };
    const platform = memoryPlatform({ files: this.#files, seed: this.#processes, process });
    const timers = new ManualTimers(this.#clock);
    return openStore({ dataDir, platform: { ...platform, clock: this.#clock, timers } });
  }
}

function emptyDisk(): MemoryFiles {
  const files = new MemoryFiles();
  files.makeDirectory(dataDir);
  files.syncDirectory('/');
  return files;
}
