import type { AnyStateMachine } from 'xstate';
import type { EventMap } from '../aggregates/definition/definition.ts';
import {
  type ActorError,
  type ExternalEvent,
  machineEventOf,
} from '../aggregates/effects/external-event.ts';
import type { ExternalOutcome } from '../aggregates/repository/external-engine.ts';
import type { Repository } from '../aggregates/repository/repository.ts';
import { actorErrorOf } from '../aggregates/runner/actor-result.ts';
import type { MachineEvent } from '../aggregates/stepping/xstate-adapter.ts';

type Told =
  | { readonly of: 'timer'; readonly id: string; readonly event: MachineEvent }
  | { readonly of: 'done'; readonly id: string; readonly output?: unknown }
  | { readonly of: 'failed'; readonly id: string; readonly error: ActorError };

/** What happens outside of an aggregate: made by `timerFires`, `actorDone` and `actorFails`. */
export class Happening {
  readonly #told: Told;
  /** The machine event that it is. */
  readonly event: MachineEvent;

  /** @internal */
  constructor(told: Told) {
    this.#told = told;
    this.event = machineEventOf({ ...told, key: '' });
  }

  /** Type of the machine event. */
  get type(): string {
    return this.event.type;
  }

  /** Has it happen to an aggregate. `gone`: that waits for no such timer or actor. @internal */
  settle<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
    repository: Repository<Machine, Events>,
    id: string,
  ): ExternalOutcome {
    const { external, definition } = repository.effectHost;
    const { timers = [], actors = [] } = repository.load(id)?.pending ?? {};
    const told = this.#told;
    const waiting: readonly { readonly id: string; readonly key: string }[] =
      told.of === 'timer' ? timers : actors;
    const found = waiting.find((each) => each.id === told.id);
    if (found === undefined) return 'gone';
    const happened: ExternalEvent = { ...told, key: found.key };
    return external.settle(definition.entityOf(id), happened);
  }
}

/**
 * A timer fires, however much time has passed: that of an `after`, whose id is such as
 * `xstate.after.1000.order.paying`, or of a delayed `raise`, of which `event` is needed too.
 */
export function timerFires(id: string, event: { readonly type: string } = { type: id }): Happening {
  return new Happening({ of: 'timer', id, event });
}

/** An actor is done: the id is that of its `invoke`. */
export function actorDone(id: string, output?: unknown): Happening {
  return new Happening({ of: 'done', id, ...(output === undefined ? {} : { output }) });
}

/** An actor fails with what it throws. */
export function actorFails(id: string, thrown: unknown): Happening {
  return new Happening({ of: 'failed', id, error: actorErrorOf(thrown) });
}
