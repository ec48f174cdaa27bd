import type { AnyStateMachine } from 'xstate';
import { hashOf } from '../../codec/hash-chain.ts';
import { beginningOf } from '../../delivery/cursor/cursor-options.ts';
import { EffectsRunningError } from '../../model/errors/aggregate-errors.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../../model/errors/argument-error.ts';
import { CursorOpenError } from '../../model/errors/delivery-errors.ts';
import type { EventMap } from '../definition/definition.ts';
import { Repository } from '../repository/repository.ts';
import { EffectRunner } from './effect-runner.ts';
import { Implementations } from './implementations.ts';
import { effectRegion } from './pending-log.ts';
import {
  type EffectOptions,
  type ResolvedEffectOptions,
  resolveEffectOptions,
} from './runner-options.ts';

/** Where effects begin to be run when they never were. */
export interface EffectStart {
  /**
   * `beginning`: all that the log asks for. `now`: only what is asked for from now on; timers and
   * actors from before stay as they are. Without a meaning once a runner has been started.
   */
  readonly from: 'beginning' | 'now';
}

/** The effects of a repository's aggregates, which nobody runs yet. */
export class Effects<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> {
  readonly #repository: Repository<Machine, Events>;
  readonly #options: ResolvedEffectOptions;

  /** @internal */
  constructor(repository: Repository<Machine, Events>, options: ResolvedEffectOptions) {
    this.#repository = repository;
    this.#options = options;
  }

  /**
   * Begins to run them, and goes on where the last runner stopped or was killed.
   *
   * @throws {EffectsRunningError} while another runner of these aggregates runs
   * @throws {CorruptCursorError} {@link UnsupportedVersionError} when its files can't be read
   * @throws {StorageError} {@link StoreClosedError} {@link ArgumentTypeError}
   * @throws {ArgumentRangeError}
   */
  start(start: EffectStart): EffectRunner {
    checkStart(start);
    const { effectHost: host } = this.#repository;
    const { store, definition } = host;
    const { named } = store.deliveries;
    const name = nameOf(definition.name);
    const from = beginningOf(store, start.from);
    let kept: ReturnType<typeof named.open>;
    try {
      kept = named.open(`${name}.log`, effectRegion(definition.name), from);
    } catch (cause) {
      if (cause instanceof CursorOpenError) throw new EffectsRunningError(definition.name);
      throw cause;
    }
    return new EffectRunner({
      ...{ host, kept, options: this.#options, workerName: `${name}.run` },
      implementations: new Implementations(definition.machine, this.#options),
    });
  }
}

/**
 * Runs what the machines of a repository ask for besides their states: `after` and delayed `raise`
 * as durable timers, invoked promise actors and custom actions at least once, once their cause is
 * durable. Nothing is run before `start`. See `docs/effects.md`.
 *
 * ```ts
 * const runner = effects(orders, { actors: { charge } }).start({ from: 'beginning' });
 * await runner.stop();
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function effects<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  repository: Repository<Machine, Events>,
  options: NoInfer<EffectOptions<Machine>> = {},
): Effects<Machine, Events> {
  if (!(repository instanceof Repository)) {
    throw new ArgumentTypeError('repository', repository, 'a Repository that takes commands');
  }
  const { machine } = repository.effectHost.definition;
  return new Effects(repository, resolveEffectOptions(machine, options));
}

function checkStart(start: unknown): void {
  if (typeof start !== 'object' || start === null) {
    throw new ArgumentTypeError('start', start, "{ from: 'beginning' } or { from: 'now' }");
  }
  checkKeys('start', start, ['from']);
  const { from }: { from?: unknown } = start;
  if (from !== 'beginning' && from !== 'now') {
    throw new ArgumentRangeError('from', from, "'beginning' or 'now'");
  }
}

/** Longest name of an aggregate that stands in the names of cursors as it is, in UTF-16 units. */
const plainNameMax = 16;

/** The common part of the names of its cursors. */
function nameOf(aggregate: string): string {
  if (aggregate.length <= plainNameMax) return `effects.${aggregate}`;
  const bytes = new TextEncoder().encode(aggregate);
  return `effects.${Buffer.from(hashOf(bytes, 0, bytes.length)).toString('hex', 0, 16)}`;
}
