import type { AnyStateMachine } from 'xstate';
import { VisibilityFenceActiveError } from '../../model/errors/fence-errors.ts';
import type { Store } from '../../store/store.ts';
import type { CommandJudge } from '../command/command-judge.ts';
import {
  discardedRecord,
  externalRecords,
  keyOfWrite,
  type PlannedRecord,
} from '../command/records.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import {
  type DiscardReason,
  type ExternalEvent,
  machineEventOf,
} from '../effects/external-event.ts';
import { type PendingEffects, pendingWithout } from '../effects/pending.ts';
import type { SteadyTime } from '../effects/steady-time.ts';
import type { AggregateReader } from '../fold/aggregate-reader.ts';
import { type BegunState, begun } from '../fold/state-cache.ts';
import type { AggregateEngine } from './aggregate-engine.ts';

/** What runs the effects of a repository works with. */
export interface EffectHost {
  readonly store: Store;
  readonly definition: AnyAggregateDefinition & { readonly machine: AnyStateMachine };
  readonly reader: AggregateReader;
  readonly time: SteadyTime;
  readonly external: ExternalEngine;
}

/**
 * What became of a timer that is due, or of a result. `taken`: the machine has taken it.
 * `discarded`: it has not, and that is stored. `gone`: nobody waits for it, and nothing is stored.
 */
export type ExternalOutcome = 'taken' | 'discarded' | 'gone';

/**
 * Brings to aggregates what has happened outside: exactly once, as what they wait for is folded
 * from the log, and what is stored of it ends the waiting.
 */
export class ExternalEngine {
  readonly #host: Omit<EffectHost, 'external'> & { readonly judge: CommandJudge };
  readonly #engine: AggregateEngine;

  constructor(
    host: Omit<EffectHost, 'external'> & { readonly judge: CommandJudge },
    engine: AggregateEngine,
  ) {
    this.#host = host;
    this.#engine = engine;
  }

  /**
   * Written when it returns, as `send`. When it throws, nothing is stored, and it can be tried
   * again.
   *
   * @throws {VisibilityFenceActiveError} {@link MachineDefectError} {@link HistoryRefusedError}
   * @throws {BatpakError} what `append` of the store throws
   */
  settle(entity: string, external: ExternalEvent): ExternalOutcome {
    const { store, reader } = this.#host;
    if (store.fenced) throw new VisibilityFenceActiveError('settle');
    if (store.findByKey(keyOfWrite(external)) !== undefined) return 'gone';
    const current = begun(reader.current(entity));
    if (current === undefined) return 'gone';
    try {
      return this.#settle(entity, external, current);
    } catch (cause) {
      reader.drop(entity);
      throw cause;
    }
  }

  #settle(entity: string, external: ExternalEvent, current: BegunState): ExternalOutcome {
    const { definition, reader, judge, time } = this.#host;
    const pending = pendingWithoutKey(current.pending, external);
    if (pending === undefined) {
      // What an actor brought about although it was stopped is worth knowing, what it failed to
      // do is not: it was told to end.
      if (external.of !== 'done') return 'gone';
      return this.#discard(entity, external, 'stopped', current);
    }
    const { snapshot, clock, report } = current;
    const event = definition.evolution.outsideOf(machineEventOf(external));
    const verdict = judge.judgeEvent(snapshot, event, entity);
    if (!verdict.accepted) {
      if (verdict.touched) reader.drop(entity);
      return this.#discard(entity, external, 'refused', { ...current, pending });
    }
    const context = { time, pending };
    const records = externalRecords(definition, external, verdict, context);
    this.#write(entity, external, records, {
      ...{ snapshot: verdict.snapshot, clock, report, pending },
    });
    return 'taken';
  }

  #discard(
    entity: string,
    external: ExternalEvent,
    reason: DiscardReason,
    after: BegunState,
  ): ExternalOutcome {
    const { definition } = this.#host;
    const record = discardedRecord(definition, external, reason, after.snapshot);
    this.#write(entity, external, [record], after);
    return 'discarded';
  }

  /** `after`: the state behind the records, at the clock before them. */
  #write(
    entity: string,
    { key }: ExternalEvent,
    records: readonly PlannedRecord[],
    after: BegunState,
  ): void {
    const { store, definition } = this.#host;
    const { clock, pending } = after;
    const scope = definition.scopeOf(entity.slice(definition.name.length + 1));
    const causationId = key.slice(0, key.indexOf(':'));
    const correlationId = store.get(causationId)?.correlationId ?? causationId;
    const cause = { causationId, correlationId };
    this.#engine.write([
      {
        planned: { entity, scope, clock, records, decision: undefined, cause },
        pending,
        after: { ...after, clock: clock + records.length },
        settle: () => undefined,
      },
    ]);
  }
}

/** What is waited for then; `undefined` when this very timer or actor is not waited for now. */
function pendingWithoutKey(
  pending: PendingEffects,
  { of, key, id }: ExternalEvent,
): PendingEffects | undefined {
  const { timers, actors } = pending;
  const items: readonly { readonly key: string }[] = of === 'timer' ? timers : actors;
  if (!items.some((item) => item.key === key)) return undefined;
  return pendingWithout(pending, { of: of === 'timer' ? 'timer' : 'actor', key, id });
}
