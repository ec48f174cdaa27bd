import type { Inspector } from '../inspect/inspection.ts';
import { describeValue } from '../model/describe-value.ts';
import { ConfigurationError } from '../model/errors/lifecycle-errors.ts';
import type { SyncMode } from '../model/files.ts';
import { type Logger, quietLogger, silentLogger } from '../model/logger.ts';
import type { Platform } from '../model/platform.ts';
import { nodePlatform } from '../platform/node-platform.ts';

const MiB = 1024 * 1024;

/** What `openStore` takes. A wrong value or an unknown key is a {@link ConfigurationError}. */
export interface StoreOptions {
  /** Directory of the store; made, with its parents, when it is missing. One process at a time. */
  readonly dataDir: string;
  /** Bytes from which a segment file is full, 1 to 4 026 531 840. @default 256 MiB */
  readonly segmentMaxBytes?: number;
  /** Most segment files kept open for reading, 1 to 65 536. @default 64 */
  readonly fdBudget?: number;
  /** Largest payload and extensions of one append, in bytes, 1 to 64 MiB. @default 16 MiB */
  readonly singleAppendMaxBytes?: number;
  readonly batch?: BatchOptions;
  readonly sync?: SyncOptions;
  /**
   * Whether events carry a blake3 hash linked to the entity's event before. Fixed when the store is
   * made: later openings must say the same or nothing. @default true
   */
  readonly hashChain?: boolean;
  /**
   * Watches the store's machines: an XState inspection observer, as `createActor` takes it. Its
   * first exception detaches it with a warning.
   */
  readonly inspect?: Inspector;
  /** Where warnings go, shaped like pino. @default nowhere */
  readonly logger?: Logger;
  /** `force` takes the directory even from a holder that may live. @default 'respect' */
  readonly lock?: 'respect' | 'force';
  /** The outside world, for tests. @default nodePlatform() */
  readonly platform?: Platform;
}

/** Limits of one atomic batch. */
export interface BatchOptions {
  /** Most items, 1 to 4 096. @default 256 */
  readonly maxSize?: number;
  /** Most bytes of payloads and extensions together, 1 to 16 MiB. @default 1 MiB */
  readonly maxBytes?: number;
}

/** When written events are synced to the disk by themselves: whichever comes first. */
export interface SyncOptions {
  /** After so many events, 1 to 2^32 - 1; 0 means 1: every append is durable. @default 1000 */
  readonly everyNEvents?: number;
  /** `all` is fsync, `data` is fdatasync. @default 'all' */
  readonly mode?: SyncMode;
  /** At the latest so many milliseconds after a write, 1 to 3 600 000. @default 1000 */
  readonly maxDelayMs?: number;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly dataDir: string;
  readonly segmentMaxBytes: number;
  readonly fdBudget: number;
  readonly singleAppendMaxBytes: number;
  readonly batch: Readonly<Required<BatchOptions>>;
  readonly sync: Readonly<Required<SyncOptions>>;
  /** `undefined`: as the store was made, or `true` for a new one. */
  readonly hashChain: boolean | undefined;
  readonly inspect: Inspector | undefined;
  readonly logger: Logger;
  readonly lock: 'respect' | 'force';
  readonly platform: Platform;
}

/** Offsets are 32 bits; this leaves room for the largest group after a segment's last frame. */
const segmentMaxBytesMax = 3840 * MiB;

/** Checks the options and fills in the defaults. @throws {ConfigurationError} */
export function resolveOptions(options: StoreOptions): ResolvedOptions {
  const top = new OptionReader('', options);
  const batch = top.group('batch');
  const sync = top.group('sync');
  const resolved: ResolvedOptions = Object.freeze({
    dataDir: directory(top),
    segmentMaxBytes: top.integer('segmentMaxBytes', 256 * MiB, 1, segmentMaxBytesMax),
    fdBudget: top.integer('fdBudget', 64, 1, 65_536),
    singleAppendMaxBytes: top.integer('singleAppendMaxBytes', 16 * MiB, 1, 64 * MiB),
    batch: Object.freeze({
      maxSize: batch.integer('maxSize', 256, 1, 4096),
      maxBytes: batch.integer('maxBytes', MiB, 1, 16 * MiB),
    }),
    sync: Object.freeze({
      everyNEvents: sync.integer('everyNEvents', 1000, 0, 0xffff_ffff) || 1,
      mode: sync.choice('mode', 'all', ['all', 'data'] as const),
      maxDelayMs: sync.integer('maxDelayMs', 1000, 1, 3_600_000),
    }),
    hashChain: top.optionalBoolean('hashChain'),
    inspect: inspector(top),
    logger: logger(top),
    lock: top.choice('lock', 'respect', ['respect', 'force'] as const),
    platform: platform(top),
  });
  for (const reader of [top, batch, sync]) reader.refuseUnknown();
  return resolved;
}

function directory(top: OptionReader): string {
  const dataDir = top.take('dataDir');
  if (typeof dataDir !== 'string' || dataDir.length === 0 || dataDir.includes('\0')) {
    throw top.refuse('dataDir', dataDir, 'the path of a directory');
  }
  // The path is joined with names by a slash: one at its end is not wanted.
  return dataDir.length > 1 ? dataDir.replace(/\/+$/, '') || '/' : dataDir;
}

function inspector(top: OptionReader): Inspector | undefined {
  const inspect = top.take('inspect');
  if (inspect === undefined) return undefined;
  if (isInspector(inspect)) return inspect;
  throw top.refuse('inspect', inspect, 'a function or an observer with next()');
}

function logger(top: OptionReader): Logger {
  const given = top.take('logger');
  if (given === undefined) return silentLogger;
  if (isLogger(given)) return quietLogger(given);
  throw top.refuse('logger', given, 'an object with warn() and error()');
}

function platform(top: OptionReader): Platform {
  const given = top.take('platform');
  if (given === undefined) return nodePlatform();
  if (isPlatform(given)) return given;
  throw top.refuse('platform', given, 'a platform, such as nodePlatform()');
}

/** Takes options one by one out of what the caller passed, and knows which were not asked for. */
class OptionReader {
  readonly #prefix: string;
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #known = new Set<string>();

  constructor(name: string, given: unknown) {
    this.#prefix = name === '' ? '' : `${name}.`;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new ConfigurationError(name || 'options', given, 'an object', describeValue(given));
    }
    this.#given = new Map(Object.entries(given));
  }

  take(key: string): unknown {
    this.#known.add(key);
    return this.#given.get(key);
  }

  /** The options in an object of their own. */
  group(key: string): OptionReader {
    const value = this.take(key);
    return new OptionReader(key, value === undefined ? {} : value);
  }

  integer(key: string, byDefault: number, min: number, max: number): number {
    const value = this.take(key);
    if (value === undefined) return byDefault;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    throw this.refuse(key, value, `an integer ${min}..${max}`);
  }

  choice<Choice extends string>(
    key: string,
    byDefault: Choice,
    choices: readonly Choice[],
  ): Choice {
    const value = this.take(key);
    if (value === undefined) return byDefault;
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    throw this.refuse(key, value, choices.map((one) => `'${one}'`).join(' or '));
  }

  optionalBoolean(key: string): boolean | undefined {
    const value = this.take(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.refuse(key, value, 'true or false');
  }

  refuseUnknown(): void {
    for (const [key, value] of this.#given) {
      if (this.#known.has(key)) continue;
      const known = [...this.#known].map((one) => this.#prefix + one).join(', ');
      throw new ConfigurationError(
        this.#prefix + key,
        value,
        `one of ${known}`,
        'an unknown option',
      );
    }
  }

  refuse(key: string, value: unknown, expected: string): ConfigurationError {
    return new ConfigurationError(this.#prefix + key, value, expected, describeValue(value));
  }
}

function isInspector(value: unknown): value is Inspector {
  return typeof value === 'function' || hasMethods(value, ['next']);
}

function isLogger(value: unknown): value is Logger {
  return hasMethods(value, ['warn', 'error']);
}

function isPlatform(value: unknown): value is Platform {
  if (typeof value !== 'object' || value === null) return false;
  return ['files', 'clock', 'random', 'timers', 'process'].every((part) => part in value);
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const methods = new Map(names.map((name) => [name, Reflect.get(value, name) as unknown]));
  return [...methods.values()].every((method) => typeof method === 'function');
}
