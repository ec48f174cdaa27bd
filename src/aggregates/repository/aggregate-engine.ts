import type { AnyStateMachine } from 'xstate';
import { defined } from '../../model/assert.ts';
import { IdempotencyConflictError, LimitExceededError } from '../../model/errors/write-errors.ts';
import type { Receipt } from '../../model/receipt.ts';
import type { Store } from '../../store/store.ts';
import type { CommandJudge, CommandRequest, RefusalFacts } from '../command/command-judge.ts';
import type {
  Accepted,
  Decision,
  DecisionOfAll,
  RefusalReason,
  Refused,
} from '../command/decision.ts';
import {
  type PlannedCommand,
  type PlannedRecord,
  recordsOf,
  writeRecords,
} from '../command/records.ts';
import { earlierReceipt } from '../command/retry.ts';
import type { SendItem, SendOptions } from '../command/send-options.ts';
import type { AnyAggregateDefinition } from '../definition/definition.ts';
import { type PendingEffects, pendingAfter } from '../effects/pending.ts';
import type { SteadyTime } from '../effects/steady-time.ts';
import type { AggregateReader } from '../fold/aggregate-reader.ts';
import { type BegunState, begun, type FoldedState } from '../fold/state-cache.ts';
import { stateOf } from './state.ts';

/** A command that may be written. */
export interface StagedCommand {
  readonly planned: PlannedCommand;
  /** What the aggregate waited for before it. */
  readonly pending: PendingEffects;
  /** State after it; what it waits for then is known when the records have their ids. */
  readonly after: BegunState;
  /** Tells the gates, if there are any, what became of it. */
  readonly settle: (how: 'committed' | 'failed') => void;
}

/**
 * Runs the aggregates of one definition in one store: pure step, append with the expected clock,
 * swap of the kept state. The machine is never a live actor, which would change its state before
 * the append succeeds. Invariant: a kept state is what a fold of the log would give.
 */
export class AggregateEngine {
  readonly #store: Store;
  readonly #definition: AnyAggregateDefinition;
  readonly #reader: AggregateReader;
  readonly #judge: CommandJudge;
  readonly #time: SteadyTime;

  constructor(
    store: Store,
    definition: AnyAggregateDefinition,
    reader: AggregateReader,
    judge: CommandJudge,
    time: SteadyTime,
  ) {
    this.#store = store;
    this.#definition = definition;
    this.#reader = reader;
    this.#judge = judge;
    this.#time = time;
  }

  send(id: string, command: { readonly type: string }, options: SendOptions): Decision {
    return this.#run(this.#judge.request(id, command, options));
  }

  create(id: string, input: unknown, options: SendOptions): Decision {
    return this.#run(this.#judge.creation(id, input, options));
  }

  sendAll(items: readonly SendItem[]): DecisionOfAll {
    const { batchItemsMax } = this.#store;
    if (items.length > batchItemsMax) {
      throw new LimitExceededError('batch.maxSize', batchItemsMax, items.length);
    }
    const requests = items.map(({ id, command, ...options }) =>
      this.#judge.request(id, command, options),
    );
    const earlier = this.#earlierOfAll(requests);
    if (earlier !== undefined) {
      const decisions = requests.map(({ entity }, index) =>
        this.#replayed(entity, defined(earlier[index], 'every command has its receipt')),
      );
      return { accepted: true, decisions, replayed: true };
    }
    const [first] = requests;
    if (first === undefined) return { accepted: true, decisions: [], replayed: false };
    if (this.#store.fenced) return { ...this.#refused(first, 'fenced', {}), index: 0 };
    return this.#guarded(requests, () => this.#stageAll(requests));
  }

  #run(request: CommandRequest): Decision {
    const earlier = this.#earlier(request);
    if (earlier !== undefined) return this.#replayed(request.entity, earlier);
    if (this.#store.fenced) return this.#refused(request, 'fenced', {});
    const current = this.#reader.current(request.entity);
    return this.#guarded([request], () => {
      const answer = this.#stage(request, current);
      if (!('planned' in answer)) return answer;
      return defined(this.write([answer])[0], 'a written command has its decision');
    });
  }

  /** Stages each command against what those before it lead to, and writes them as a whole. */
  #stageAll(requests: readonly CommandRequest[]): DecisionOfAll {
    const states = new Map<string, FoldedState>();
    const staged: StagedCommand[] = [];
    try {
      for (const [index, request] of requests.entries()) {
        const { entity } = request;
        const answer = this.#stage(request, states.get(entity) ?? this.#reader.current(entity));
        if (!('planned' in answer)) {
          settleAll(staged, 'failed');
          return { ...answer, index };
        }
        states.set(entity, answer.after);
        staged.push(answer);
      }
    } catch (cause) {
      settleAll(staged, 'failed');
      throw cause;
    }
    return { accepted: true, decisions: this.write(staged), replayed: false };
  }

  #stage(request: CommandRequest, current: FoldedState): StagedCommand | Refused<AnyStateMachine> {
    const { id, entity } = request;
    const verdict = this.#judge.judge(request, current);
    if (!verdict.accepted) return this.#refused(request, verdict.reason, verdict.facts);
    const { snapshot, written, allowed } = verdict;
    const settle = (how: 'committed' | 'failed'): void => allowed?.settle(how);
    try {
      const { clock, report, pending } = current;
      const records = recordsOf(this.#definition, written, { time: this.#time, pending });
      const scope = this.#definition.scopeOf(id);
      const planned = { entity, scope, clock, records, decision: allowed?.decision };
      const after = { snapshot, clock: clock + records.length, report };
      return {
        planned,
        pending,
        after: { ...after, pending: provisional(pending, records) },
        settle,
      };
    } catch (cause) {
      settle('failed');
      throw cause;
    }
  }

  /** Writes commands as a whole, and only then swaps the kept states. */
  write(staged: readonly StagedCommand[]): Accepted<AnyStateMachine>[] {
    const written = this.#append(staged);
    const pendings = new Map<string, PendingEffects>();
    return staged.map(({ planned, pending, after: { snapshot, clock: last, report } }, command) => {
      const receipts = defined(written[command], 'every command has its receipts');
      const { entity, records } = planned;
      const waiting = pendingBehind(pendings.get(entity) ?? pending, records, receipts);
      pendings.set(entity, waiting);
      const after: BegunState = { snapshot, clock: last, report, pending: waiting };
      this.#reader.keep(entity, after);
      this.#reader.freeze(after.snapshot);
      const main = records.findIndex(({ main: isMain }) => isMain);
      const receipt = defined(receipts[main], 'every record has a receipt');
      const { clock, sequence } = receipt;
      // What is discarded has led to no state: no snapshot can be kept behind it.
      if (records[main]?.role !== 'discarded') {
        this.#reader.checkpoint(entity, planned.clock, { ...after, clock, sequence });
      }
      return {
        accepted: true,
        state: stateOf(after),
        receipt,
        emitted: receipts.filter((_, position) => records[position]?.role === 'emitted'),
        replayed: false,
      };
    });
  }

  #append(staged: readonly StagedCommand[]): readonly (readonly Receipt[])[] {
    let how: 'committed' | 'failed' = 'failed';
    try {
      const planned = staged.map((command) => command.planned);
      const written = writeRecords(this.#store, planned);
      how = 'committed';
      return written;
    } finally {
      settleAll(staged, how);
    }
  }

  /** Runs what steps the machine; what is kept of an entity is dropped when it throws. */
  #guarded<Answer>(requests: readonly CommandRequest[], decide: () => Answer): Answer {
    try {
      return decide();
    } catch (cause) {
      for (const { entity } of requests) this.#reader.drop(entity);
      throw cause;
    }
  }

  #earlier({ entity, fingerprint, options }: CommandRequest): Receipt | undefined {
    return earlierReceipt(this.#store, entity, options.idempotencyKey, fingerprint);
  }

  /** The receipts of a call that was stored before: every command has a key, and all are known. */
  #earlierOfAll(requests: readonly CommandRequest[]): readonly Receipt[] | undefined {
    const receipts: Receipt[] = [];
    let known: { readonly key: string; readonly sequence: number } | undefined;
    for (const request of requests) {
      const receipt = this.#earlier(request);
      if (receipt === undefined) continue;
      receipts.push(receipt);
      known = { key: request.options.idempotencyKey ?? '', sequence: receipt.sequence };
    }
    if (known === undefined) return undefined;
    if (receipts.length === requests.length) return receipts;
    throw new IdempotencyConflictError(known.key, 'batch', known.sequence);
  }

  #replayed(entity: string, receipt: Receipt): Accepted<AnyStateMachine> {
    const current = begun(this.#reader.current(entity));
    const state = defined(current, 'a stored command has led to a state');
    this.#reader.freeze(state.snapshot);
    return { accepted: true, state: stateOf(state), receipt, emitted: [], replayed: true };
  }

  #refused(
    { entity, command }: CommandRequest,
    reason: RefusalReason,
    facts: RefusalFacts,
  ): Refused<AnyStateMachine> {
    const current = begun(this.#reader.current(entity));
    if (current !== undefined) this.#reader.freeze(current.snapshot);
    const state = current === undefined ? undefined : stateOf(current);
    return { accepted: false, reason, event: command, state, ...facts };
  }
}

/** What is waited for after the records, before they have ids. */
function provisional(pending: PendingEffects, records: readonly PlannedRecord[]): PendingEffects {
  let after = pending;
  for (const { effects } of records) {
    if (effects.length > 0) after = pendingAfter(after, effects, '');
  }
  return after;
}

function pendingBehind(
  pending: PendingEffects,
  records: readonly PlannedRecord[],
  receipts: readonly Receipt[],
): PendingEffects {
  let after = pending;
  for (let index = 0; index < records.length; index += 1) {
    const effects = records[index]?.effects ?? [];
    if (effects.length === 0) continue;
    const { eventId } = defined(receipts[index], 'every record has a receipt');
    after = pendingAfter(after, effects, eventId);
  }
  return after;
}

function settleAll(staged: readonly StagedCommand[], how: 'committed' | 'failed'): void {
  for (const { settle } of staged) settle(how);
}
