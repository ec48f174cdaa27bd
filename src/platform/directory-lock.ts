/**
 * One writer per directory, by means of files alone.
 *
 * Files. `LOCK` names the holder. `LOCK.<nonce>` is the claim of a process that is acquiring: its
 * identity, written and synced before any other name leads to it, so that a lock is read whole or
 * not at all. `LOCK.after.<nonce>` is the claim to take over from the lock or claim that bears the
 * nonce. Every nonce is drawn anew and never used again.
 *
 * Acquiring. Link the claim to `LOCK`, which fails when that name is taken. Then follow the chain:
 * `LOCK`, the claim after its nonce, the claim after that one's, to the last. If one of them may
 * live, the directory is locked. If all are gone, link the claim after the last, follow the chain
 * again, and if it still ends with the own claim, rename the own claim over `LOCK`.
 *
 * Invariants, as long as nobody forces the lock:
 *
 * 1. A lock is removed only by its living holder, and replaced only by the one whose claim ends
 *    its chain. Replacing is one rename: there is no moment without a `LOCK` for a third to use.
 * 2. Only one claim can come after a nonce, because a link takes a free name only. It is removed by
 *    its owner, once `LOCK` is its own or it has given up, or, when the owner is dead, by the next
 *    holder, whose chain it is not in.
 * 3. A nonce that has left `LOCK` never comes back. So whoever links a claim after a nonce that
 *    was taken over meanwhile finds the chain to end elsewhere, and gives up.
 * 4. A taker that dies leaves its claim in the chain, where the next one claims after it.
 *
 * From 1 to 3: of all that judge a lock stale, one replaces it. The read back of the nonce after
 * that, and `verify` at each sync, guard against what is outside the protocol: an operator who
 * removes files, or `force`.
 */
import { assert } from '../model/assert.ts';
import { BatpakError } from '../model/errors/batpak-error.ts';
import { type LockHolder, StoreLockedError } from '../model/errors/lifecycle-errors.ts';
import type { Files } from '../model/files.ts';
import type { Platform, ProcessIdentity } from '../model/platform.ts';
import { formatNonce, type LockFileContent, readLockFile, writeLockFile } from './lock-file.ts';
import { livenessOf } from './lock-liveness.ts';
import { systemCodeOf, translateSystemError } from './system-error.ts';

/** How {@link acquireDirectoryLock} treats a lock that is there. */
export interface DirectoryLockOptions {
  /**
   * Takes over whatever lock is there; whoever asks for this vouches that its holder writes no
   * more. Only a living process that is itself taking over still refuses. @default false
   */
  readonly force?: boolean;
}

/** The right to be the only writer of a directory. */
export interface DirectoryLock {
  /** This process, as the lock file names it. */
  readonly holder: LockHolder;
  /**
   * Reads the lock file again.
   *
   * @throws {StoreLockedError} when it isn't this lock's any more: stop writing.
   * @throws {StorageError} when it can't be read.
   */
  verify(): void;
  /**
   * Removes the lock file, if it is still this lock's. A second call does nothing.
   *
   * @throws {StorageError} when that fails; it can be called again.
   */
  release(): void;
}

/**
 * Makes this process the one writer of a directory, which must exist.
 *
 * A lock whose holder is proven gone is taken over: in the same boot and pid namespace of this
 * host its process has ended, or the host has booted since.
 *
 * @throws {StoreLockedError} when the directory is held, also by this very process.
 * @throws {StorageError} when a file can't be made or read, such as without write permission.
 * @throws {DiskFullError} when there is no room for the lock file.
 */
export function acquireDirectoryLock(
  directory: string,
  platform: Pick<Platform, 'files' | 'random' | 'process'>,
  options: DirectoryLockOptions = {},
): DirectoryLock {
  const nonce = new Uint8Array(16);
  platform.random.fill(nonce, 0, nonce.length);
  const { pid, startTime, bootId, pidNamespace, hostname } = platform.process;
  const holder = { pid, startTime, bootId, pidNamespace, hostname, nonce: formatNonce(nonce) };
  const lockFiles = new LockFiles(platform.files, directory);
  new Acquisition(lockFiles, holder, platform.process, options.force ?? false).run();
  return new HeldLock(lockFiles, holder);
}

// Each attempt fails only because another process got further; a few of them are a crowd.
const attemptsMax = 32;
// One more claim than takers that died one after the other, each within its few microseconds.
const chainMax = 32;

class Acquisition {
  readonly #lockFiles: LockFiles;
  readonly #holder: LockHolder;
  readonly #self: ProcessIdentity;
  readonly #force: boolean;
  readonly #claim: string;

  constructor(lockFiles: LockFiles, holder: LockHolder, self: ProcessIdentity, force: boolean) {
    this.#lockFiles = lockFiles;
    this.#holder = holder;
    this.#self = self;
    this.#force = force;
    this.#claim = lockFiles.claim(holder.nonce);
  }

  run(): void {
    const { lock } = this.#lockFiles;
    try {
      this.#enter();
      const found = this.#lockFiles.read(lock);
      if (!isHeldBy(found, this.#holder)) throw this.#locked(found, 'it was taken over at once.');
    } catch (failure) {
      this.#lockFiles.tryTo(() => this.#lockFiles.removeIfOf(lock, this.#holder));
      throw failure;
    } finally {
      this.#lockFiles.tryTo(() => this.#lockFiles.remove(this.#claim));
    }
    this.#lockFiles.tryTo(() => this.#sweep());
  }

  #enter(): void {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      // Missing at first, and again when a new holder took it, half-written, for a dead one's.
      if (this.#lockFiles.read(this.#claim) === 'missing') {
        this.#lockFiles.write(this.#claim, this.#holder);
      }
      if (this.#lockFiles.link(this.#claim, this.#lockFiles.lock)) return;
      const chain = this.#lockFiles.chain();
      const blocking = chain.find((claim, index) => this.#blocks(claim, index));
      if (blocking !== undefined) throw this.#locked(blocking.content, this.#explain(blocking));
      if (this.#takeOver(chain)) return;
    }
    throw this.#locked('missing', 'others keep taking it. Try again.');
  }

  /** Takes over from the last of the chain; false when the chain has changed meanwhile. */
  #takeOver(chain: readonly Claim[]): boolean {
    const last = chain.at(-1);
    if (last === undefined) return false;
    const successor = this.#lockFiles.successor(last);
    if (!this.#lockFiles.link(this.#claim, successor)) return false;
    try {
      // The chain that leads here is the one judged above, or a part of it: see invariant 2.
      const end = this.#lockFiles.chain().at(-1);
      if (end === undefined || !isHeldBy(end.content, this.#holder)) return false;
      this.#lockFiles.rename(this.#claim, this.#lockFiles.lock);
      return true;
    } finally {
      this.#lockFiles.tryTo(() => this.#lockFiles.remove(successor));
    }
  }

  #blocks({ content }: Claim, index: number): boolean {
    const liveness = typeof content === 'string' ? 'unknown' : livenessOf(content, this.#self);
    if (liveness === 'gone') return false;
    // A living process in the middle of a takeover is about to rename: not even force may cross it.
    return !this.#force || (index > 0 && liveness === 'alive');
  }

  /**
   * Removes the claims that dead processes left; none of them is in the chain of a lock we hold.
   * A claim that can't be read is half-written; if its writer lives, it writes it again.
   */
  #sweep(): void {
    for (const { path, content } of this.#lockFiles.claims()) {
      if (typeof content !== 'string' && livenessOf(content, this.#self) !== 'gone') continue;
      this.#lockFiles.remove(path);
    }
  }

  #locked(content: LockFileContent, detail: string): StoreLockedError {
    return lockedError(this.#lockFiles, content, detail);
  }

  #explain({ path, content }: Claim): string {
    const vouch = "If nobody writes there, open it with lock: 'force'.";
    if (typeof content === 'string') return `${path} can't be read as a lock. ${vouch}`;
    const liveness = livenessOf(content, this.#self);
    if (liveness === 'unknown') return `whether it still runs can't be told from here. ${vouch}`;
    return content.pid === this.#self.pid ? 'this process has it open.' : 'it still runs.';
  }
}

class HeldLock implements DirectoryLock {
  readonly holder: LockHolder;
  readonly #lockFiles: LockFiles;
  /** Of the lock file when it was last read and found to be this lock's. */
  #stamp: string | undefined;
  #released = false;

  constructor(lockFiles: LockFiles, holder: LockHolder) {
    this.holder = holder;
    this.#lockFiles = lockFiles;
  }

  verify(): void {
    assert(!this.#released, 'a lock is verified before it is released');
    // One call instead of four, at each sync. Taken before reading: a change in between shows then.
    const stamp = this.#lockFiles.stampOf(this.#lockFiles.lock);
    if (stamp !== undefined && stamp === this.#stamp) return;
    const found = this.#lockFiles.read(this.#lockFiles.lock);
    if (isHeldBy(found, this.holder)) {
      this.#stamp = stamp;
      return;
    }
    const detail = found === 'missing' ? 'its lock file was removed.' : 'it was taken over.';
    throw lockedError(this.#lockFiles, found, detail);
  }

  release(): void {
    if (this.#released) return;
    this.#lockFiles.removeIfOf(this.#lockFiles.lock, this.holder);
    this.#released = true;
  }
}

/** A file of the chain, and what is in it. */
interface Claim {
  readonly path: string;
  readonly content: Exclude<LockFileContent, 'missing'>;
}

const claimName = /^LOCK\.([0-9a-f]{32}|after\.([0-9a-f]{32}|unreadable))$/;

/** The lock files of one directory. Failures of the system come out as `StorageError`. */
class LockFiles {
  readonly directory: string;
  readonly lock: string;
  readonly #files: Files;

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.directory = directory;
    this.lock = `${directory}/LOCK`;
  }

  /** The stamp of a file; `undefined` when there is none. */
  stampOf(path: string): string | undefined {
    try {
      return this.#files.stat(path)?.stamp;
    } catch (cause) {
      throw translateSystemError('stat', path, cause);
    }
  }

  claim(nonce: string): string {
    return `${this.lock}.${nonce}`;
  }

  successor({ content }: Claim): string {
    return `${this.lock}.after.${typeof content === 'string' ? content : content.nonce}`;
  }

  /** The claims in the directory, whosever they are. */
  claims(): Claim[] {
    const names = this.#translating('list', this.directory, () => this.#files.list(this.directory));
    const claims: Claim[] = [];
    for (const name of names) {
      if (!claimName.test(name)) continue;
      const path = `${this.directory}/${name}`;
      const content = this.read(path);
      if (content !== 'missing') claims.push({ path, content });
    }
    return claims;
  }

  /** The lock and the claims that follow it; empty when there is no lock. */
  chain(): Claim[] {
    const chain: Claim[] = [];
    let path = this.lock;
    while (chain.length < chainMax) {
      const content = this.read(path);
      if (content === 'missing') break;
      const claim = { path, content };
      chain.push(claim);
      // After an unreadable claim the name would be that after an unreadable lock: the same one.
      if (content === 'unreadable' && chain.length > 1) break;
      path = this.successor(claim);
    }
    return chain;
  }

  read(path: string): LockFileContent {
    return this.#translating('read', path, () => readLockFile(this.#files, path));
  }

  write(path: string, holder: LockHolder): void {
    this.#translating('write', path, () => writeLockFile(this.#files, path, holder));
  }

  /** Gives a claim a further name; false when that is taken, or a new holder swept the claim. */
  link(claim: string, name: string): boolean {
    return this.#translating('link', name, () => {
      try {
        this.#files.link(claim, name);
        return true;
      } catch (cause) {
        const code = systemCodeOf(cause);
        if (code === 'EEXIST' || code === 'ENOENT') return false;
        throw cause;
      }
    });
  }

  rename(from: string, to: string): void {
    this.#translating('rename', to, () => this.#files.rename(from, to));
  }

  remove(path: string): void {
    this.#translating('remove', path, () => this.#files.remove(path));
  }

  removeIfOf(path: string, holder: LockHolder): void {
    if (isHeldBy(this.read(path), holder)) this.remove(path);
  }

  /** Runs what only tidies up: a claim that stays behind is in nobody's way. */
  tryTo(tidy: () => void): void {
    try {
      tidy();
    } catch (failure) {
      if (!(failure instanceof BatpakError)) throw failure;
    }
  }

  #translating<T>(operation: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw translateSystemError(operation, path, cause);
    }
  }
}

function isHeldBy(content: LockFileContent, holder: LockHolder): boolean {
  return typeof content !== 'string' && content.nonce === holder.nonce;
}

function lockedError(
  { directory }: LockFiles,
  content: LockFileContent,
  detail: string,
): StoreLockedError {
  return new StoreLockedError(directory, typeof content === 'string' ? undefined : content, detail);
}
