import { type FollowOptions, LogFollower } from '../../recovery/follow/follow.ts';
import {
  type ReadOnlyOptions,
  type ResolvedReadOnlyOptions,
  resolveReadOnlyOptions,
} from './read-only-options.ts';
import { ReadOnlyStore } from './read-only-store.ts';

/**
 * Opens the store in a directory for reading only, also beside a process that writes to it. It
 * takes no lock, writes nothing but to a cache that it was given, and sees what was written when it
 * is opened; `refresh` takes up what was written since.
 *
 * ```ts
 * const store = openReadOnly({ dataDir: './data' });
 * const { events } = store.refresh();
 * ```
 *
 * @throws {ConfigurationError} when an option is wrong or unknown
 * @throws {StorageError} when the directory is missing or can't be read
 * @throws {CorruptSegmentError} when bytes are not what was written; an end that is not whole yet
 * is not damage here, as a writer may be at it
 * @throws {UnsupportedVersionError} when a segment is of another format version
 */
export function openReadOnly(options: ReadOnlyOptions): ReadOnlyStore {
  const resolved = resolveReadOnlyOptions(options);
  const { platform } = resolved;
  const begunMs = platform.clock.elapsedMs();
  const directory = platform.files.absolute(resolved.dataDir);
  const follower = new LogFollower(platform.files, directory, followOptions(resolved));
  return new ReadOnlyStore(resolved, follower, platform.clock.elapsedMs() - begunMs);
}

function followOptions({ logger, idempotency }: ResolvedReadOnlyOptions): FollowOptions {
  const { maxKeys } = idempotency;
  const overflowed = (): void =>
    logger.warn(
      { maxKeys },
      'there are more idempotency keys than maxKeys: old ones are not found',
    );
  const rebuilt = (): void =>
    logger.warn({}, 'a page of the index was damaged, and was made anew from the events');
  return { retention: { ...idempotency, overflowed }, image: true, rebuilt };
}
