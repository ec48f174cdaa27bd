import { Region } from 'batpak';
import type { FileHandle, FileStatus, Files, OpenMode } from '../../src/model/files.ts';
import { FaultPlan } from '../../src/platform/fault-plan.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import type { ReadOnlyOptions } from '../../src/store/read/read-only-options.ts';
import type { ReadOnlyStore } from '../../src/store/read/read-only-store.ts';
import type { StoreReads } from '../../src/store/store-reads.ts';
import type { StoreHost } from './store-host.ts';

/** Files that can be exchanged for others, as when a disk is put back from a backup. */
class ExchangedFiles implements Files {
  files: Files;

  constructor(files: Files) {
    this.files = files;
  }

  absolute(path: string): string {
    return this.files.absolute(path);
  }
  makeDirectory(path: string): void {
    this.files.makeDirectory(path);
  }
  list(directory: string): string[] {
    return this.files.list(directory);
  }
  stat(path: string): FileStatus | undefined {
    return this.files.stat(path);
  }
  open(path: string, mode: OpenMode): FileHandle {
    return this.files.open(path, mode);
  }
  rename(from: string, to: string): void {
    this.files.rename(from, to);
  }
  link(existing: string, name: string): void {
    this.files.link(existing, name);
  }
  remove(path: string): void {
    this.files.remove(path);
  }
  syncDirectory(directory: string): void {
    this.files.syncDirectory(directory);
  }
}

/** A process that follows the store of a host, whose disk it may see exchanged under its hands. */
export class FollowerHost {
  readonly #files: ExchangedFiles;
  /** The files as the follower sees them: counts what it does and fails when told to. */
  readonly plan: FaultPlan;
  readonly directory: string;

  constructor({ files, directory }: StoreHost) {
    this.#files = new ExchangedFiles(files);
    this.plan = new FaultPlan(this.#files);
    this.directory = directory;
  }

  /** Opens the store for reading. */
  open(options: Pick<ReadOnlyOptions, 'fdBudget' | 'cache'> = {}): ReadOnlyStore {
    const platform = memoryPlatform({ files: this.plan, seed: 77 });
    return openReadOnly({ dataDir: this.directory, platform, ...options });
  }

  /** Lets it see the disk of another host from now on. */
  moveTo({ files }: StoreHost): void {
    this.#files.files = files;
  }
}

/** Everything that a store shows of its events, to compare two that must show the same. */
export function shownBy(store: StoreReads): unknown[] {
  return [...store.events(Region.all())].map((event) => ({
    ...JSON.parse(JSON.stringify(event, bigintAsText)),
    byId: store.get(event.eventId)?.sequence,
    byScope: [...store.byScope(event.scope)].some(({ sequence }) => sequence === event.sequence),
    head: store.head(event.entity),
    entryId: [...store.query(Region.entity(event.entity))].some(
      ({ eventId }) => eventId === event.eventId,
    ),
  }));
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
