import { openStore, type Receipt, type Store, type StoreOptions } from 'batpak';
import { ManualClock } from '../../src/platform/clock.ts';
import { FaultPlan } from '../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import type { SeededRandom } from '../../src/platform/random.ts';
import { ManualTimers } from '../../src/platform/timers.ts';

/** A kind for events that need no name. */
export const someKind = 0x1abc;

/** What a test may say when it opens a store of a {@link StoreHost}. */
export type HostOptions = Omit<StoreOptions, 'dataDir' | 'platform'>;

/**
 * A host in memory with the directory of one store, which processes open one after the other.
 * The directory is there, and its name is durable, before the first of them.
 */
export class StoreHost {
  readonly directory = '/store';
  readonly files: MemoryFiles;
  /** The files as stores see them: counts what they do and fails when told to. */
  readonly plan: FaultPlan;
  readonly clock = new ManualClock(1_735_689_600_000_000);
  readonly timers = new ManualTimers(this.clock);
  readonly #running = new Map<number, string>();
  #processes: number;

  constructor(files = new MemoryFiles(), processesBefore = 0) {
    this.files = files;
    this.plan = new FaultPlan(files);
    this.#processes = processesBefore;
    files.makeDirectory(this.directory);
    files.syncDirectory('/');
  }

  /** Opens the store in a new process. */
  open(options: HostOptions = {}): Store {
    this.#processes += 1;
    const pid = this.#processes;
    const process = { pid, startTime: `start-${pid}`, running: this.#running };
    const platform = memoryPlatform({ files: this.plan, seed: pid, process });
    return openStore({
      dataDir: this.directory,
      platform: { ...platform, clock: this.clock, timers: this.timers },
      ...options,
    });
  }

  /** The host as it is when every process on it is killed now. */
  killed(): StoreHost {
    return new StoreHost(this.files.clone(), this.#processes);
  }

  /** The host as it comes up when the power fails now. */
  afterPowerLoss(random?: SeededRandom): StoreHost {
    return new StoreHost(this.files.afterPowerLoss(random), this.#processes);
  }

  /** Names of the segment files, sorted. */
  segmentNames(): string[] {
    return this.files
      .list(this.directory)
      .filter((name) => name.endsWith('.fbat'))
      .sort();
  }

  /** What a file of the store's directory holds. */
  read(name: string): Uint8Array {
    const handle = this.files.open(`${this.directory}/${name}`, 'read');
    const bytes = new Uint8Array(handle.size());
    handle.read(bytes, 0, bytes.length, 0);
    handle.close();
    return bytes;
  }

  /** Puts other bytes into a file of the store's directory, which is made when it is missing. */
  replace(name: string, bytes: Uint8Array): void {
    const path = `${this.directory}/${name}`;
    const handle = this.files.open(path, this.files.stat(path) === undefined ? 'create' : 'write');
    handle.truncate(0);
    handle.write(bytes, 0, bytes.length, 0);
    handle.close();
  }

  /** Changes the bits of `mask` in one byte. Doing it twice changes nothing. */
  flip(name: string, offset: number, mask = 0xff): void {
    const handle = this.files.open(`${this.directory}/${name}`, 'write');
    const byte = new Uint8Array(1);
    handle.read(byte, 0, 1, offset);
    byte[0] = (byte[0] ?? 0) ^ mask;
    handle.write(byte, 0, 1, offset);
    handle.close();
  }

  /** Every file of the store's directory and what it holds, in hexadecimal. */
  content(): Record<string, string> {
    return contentOf(this.files, this.directory);
  }
}

function contentOf(files: MemoryFiles, directory: string): Record<string, string> {
  const content: Record<string, string> = {};
  for (const name of files.list(directory).sort()) {
    const path = `${directory}/${name}`;
    if (files.stat(path)?.type === 'directory') {
      Object.assign(content, contentOf(files, path));
      continue;
    }
    const handle = files.open(path, 'read');
    const bytes = new Uint8Array(handle.size());
    handle.read(bytes, 0, bytes.length, 0);
    handle.close();
    content[path] = Buffer.from(bytes).toString('hex');
  }
  return content;
}

/** Appends so many events, whose payloads count from 0, to the entity. */
export function appendSome(store: Store, count: number, entity = 'order:1'): Receipt[] {
  return Array.from({ length: count }, (_, index) => store.append(entity, someKind, { index }));
}

/** What the call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('expected the call to throw');
}
