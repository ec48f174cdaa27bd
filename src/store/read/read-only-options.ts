import type { ProjectionCache } from '../../model/cache.ts';
import type { Logger } from '../../model/logger.ts';
import type { Platform } from '../../model/platform.ts';
import {
  OptionReader,
  takeCache,
  takeDirectory,
  takeLogger,
  takePlatform,
} from '../options/option-reader.ts';
import { type IdempotencyOptions, takeKeyRetention } from '../options/options.ts';

/** What `openReadOnly` takes. A wrong value or an unknown key is a `ConfigurationError`. */
export interface ReadOnlyOptions {
  /** Directory of the store. It must be there; nothing is made or changed in it. */
  readonly dataDir: string;
  /** Most segment files kept open for reading, 1 to 65 536. @default 64 */
  readonly fdBudget?: number;
  /** How long idempotency keys are found: as the writer of the store has it. */
  readonly idempotency?: IdempotencyOptions;
  /**
   * Where projections keep their states: as of `openStore`, but one of its own, neither that of the
   * store's writer nor that of another reader. It is closed with the store. @default 'memory'
   */
  readonly cache?: 'memory' | 'none' | ProjectionCache;
  /** Where warnings go, shaped like pino. @default nowhere */
  readonly logger?: Logger;
  /** The outside world, for tests. @default nodePlatform() */
  readonly platform?: Platform;
}

/** Options with every default filled in. */
export type ResolvedReadOnlyOptions = Required<Omit<ReadOnlyOptions, 'idempotency'>> & {
  readonly idempotency: Required<IdempotencyOptions>;
};

/** Checks the options and fills in the defaults. @throws {ConfigurationError} */
export function resolveReadOnlyOptions(options: ReadOnlyOptions): ResolvedReadOnlyOptions {
  const top = new OptionReader('', options);
  const resolved = Object.freeze({
    dataDir: takeDirectory(top),
    fdBudget: top.integer('fdBudget', 64, 1, 65_536),
    idempotency: takeKeyRetention(top),
    cache: takeCache(top),
    logger: takeLogger(top),
    platform: takePlatform(top),
  });
  top.refuseUnknown();
  return resolved;
}
