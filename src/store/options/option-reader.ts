import type { Inspector } from '../../inspect/inspection.ts';
import type { ProjectionCache } from '../../model/cache.ts';
import { describeValue } from '../../model/describe-value.ts';
import { ConfigurationError } from '../../model/errors/lifecycle-errors.ts';
import { type Logger, quietLogger, silentLogger } from '../../model/logger.ts';
import type { Platform } from '../../model/platform.ts';
import { nodePlatform } from '../../platform/node-platform.ts';
import type { EventClock } from './event-clock.ts';

/** Takes options one by one out of what the caller passed, and knows which were not asked for. */
export class OptionReader {
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

/** The directory of the store, without a slash at its end. @throws {ConfigurationError} */
export function takeDirectory(top: OptionReader): string {
  const dataDir = top.take('dataDir');
  if (typeof dataDir !== 'string' || dataDir.length === 0 || dataDir.includes('\0')) {
    throw top.refuse('dataDir', dataDir, 'the path of a directory');
  }
  // The path is joined with names by a slash: one at its end is not wanted.
  return dataDir.length > 1 ? dataDir.replace(/\/+$/, '') || '/' : dataDir;
}

/** Where states of projections are kept. @throws {ConfigurationError} */
export function takeCache(top: OptionReader): 'memory' | 'none' | ProjectionCache {
  const cache = top.take('cache');
  if (cache === undefined || cache === 'memory') return 'memory';
  if (cache === 'none' || isCache(cache)) return cache;
  throw top.refuse('cache', cache, "'memory', 'none' or a cache, such as a FileCache");
}

/** The observer of the machines, or `undefined`. @throws {ConfigurationError} */
export function takeInspector(top: OptionReader): Inspector | undefined {
  const inspect = top.take('inspect');
  if (inspect === undefined) return undefined;
  if (isInspector(inspect)) return inspect;
  throw top.refuse('inspect', inspect, 'a function or an observer with next()');
}

/** The logger, made harmless; one that says nothing by default. @throws {ConfigurationError} */
export function takeLogger(top: OptionReader): Logger {
  const given = top.take('logger');
  if (given === undefined) return silentLogger;
  if (isLogger(given)) return quietLogger(given);
  throw top.refuse('logger', given, 'an object with warn() and error()');
}

/** The caller's own clock, or `undefined`. @throws {ConfigurationError} */
export function takeClock(top: OptionReader): EventClock | undefined {
  const given = top.take('clock');
  if (given === undefined) return undefined;
  if (isEventClock(given)) return given;
  throw top.refuse('clock', given, 'an object with nowUs()');
}

/** The outside world; the real one by default. @throws {ConfigurationError} */
export function takePlatform(top: OptionReader): Platform {
  const given = top.take('platform');
  if (given === undefined) return nodePlatform();
  if (isPlatform(given)) return given;
  throw top.refuse('platform', given, 'a platform, such as nodePlatform()');
}

function isInspector(value: unknown): value is Inspector {
  return typeof value === 'function' || hasMethods(value, ['next']);
}

function isEventClock(value: unknown): value is EventClock {
  return hasMethods(value, ['nowUs']);
}

function isLogger(value: unknown): value is Logger {
  return hasMethods(value, ['warn', 'error']);
}

function isPlatform(value: unknown): value is Platform {
  if (typeof value !== 'object' || value === null) return false;
  return ['files', 'clock', 'random', 'timers', 'process'].every((part) => part in value);
}

function isCache(value: unknown): value is ProjectionCache {
  if (!hasMethods(value, ['get', 'put', 'deletePrefix', 'sync', 'prefetch', 'close'])) return false;
  const capabilities: unknown = Reflect.get(Object(value), 'capabilities');
  return typeof capabilities === 'object' && capabilities !== null;
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const methods = new Map(names.map((name) => [name, Reflect.get(value, name) as unknown]));
  return [...methods.values()].every((method) => typeof method === 'function');
}
