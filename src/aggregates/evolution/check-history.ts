import type { AnyStateMachine } from 'xstate';
import {
  HistoryRefusedError,
  MachineDefectError,
  ReplayDivergedError,
} from '../../model/errors/aggregate-errors.ts';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import {
  FutureEventVersionError,
  UpcastFailedError,
} from '../../model/errors/event-version-errors.ts';
import type { StoredEvent } from '../../model/event.ts';
import { Region } from '../../model/region.ts';
import type { ReadOnlyStore } from '../../store/read/read-only-store.ts';
import type { Store } from '../../store/store.ts';
import { StoreReads } from '../../store/store-reads.ts';
import { CompiledStepper } from '../compile/compiled-stepper.ts';
import { AggregateDefinition, type EventMap } from '../definition/definition.ts';
import { AggregateFold } from '../fold/fold.ts';

/** Findings that are listed at most; all are counted. */
const findingsMax = 1000;

/** A place in a history that the definition of today does not read as it was. */
export type HistoryFinding =
  | {
      /** The machine of today refuses the event, or the definition doesn't know it. */
      readonly type: 'refused';
      readonly entity: string;
      readonly sequence: number;
      readonly eventType: string;
      readonly fromVersion: number;
      readonly toVersion: number;
      /** Whether `load` skips it, because of `onRefused: 'skip'`; otherwise it throws. */
      readonly skipped: boolean;
    }
  | {
      /**
       * The state value is another than it was. `changed` by a new version of the definition, which
       * `load` only reports; `diverged` under the same version, where it throws.
       */
      readonly type: 'changed' | 'diverged';
      readonly entity: string;
      readonly sequence: number;
      /** As stored: the state value in canonical JSON, or the checksum of the whole state. */
      readonly expected: string;
      readonly actual: string;
    }
  | {
      /** The machine or an upcast throws, or nothing makes today's version of the payload. */
      readonly type: 'failed';
      readonly entity: string;
      readonly sequence: number;
      readonly message: string;
    };

/** What {@link checkHistory} found: plain data, fit for JSON. */
export interface HistoryCheck {
  /** Whether nothing was found but what `onRefused: 'skip'` is meant for. */
  readonly ok: boolean;
  readonly aggregates: number;
  /** Events of aggregates and foreign ones, all that were read. */
  readonly events: number;
  /** In the order of sequences; the first 1 000. */
  readonly findings: readonly HistoryFinding[];
  /** How many there are. */
  readonly findingsTotal: number;
}

/**
 * Folds every aggregate of the definition in the store, and lists what would be refused and what
 * would differ. Run it with the new version of a definition before that is deployed: on a copy of
 * the data, beside the writer with `openReadOnly`, or on a log kept as a fixture. Writes nothing,
 * and keeps the state of each aggregate in memory while it runs.
 *
 * ```ts
 * const { ok, findings } = checkHistory(ticket, openReadOnly({ dataDir: './data' }));
 * ```
 *
 * @throws {ArgumentTypeError}
 * @throws {CorruptSegmentError} when a record on the disk is not what was written
 */
export function checkHistory<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  store: Store | ReadOnlyStore,
): HistoryCheck {
  if (!(definition instanceof AggregateDefinition)) {
    throw new ArgumentTypeError('definition', definition, 'what defineAggregate returned');
  }
  if (!(store instanceof StoreReads)) {
    throw new ArgumentTypeError('store', store, 'an open Store or ReadOnlyStore');
  }
  const stepper = new CompiledStepper(definition.machine);
  const histories = new Map<string, CheckedHistory>();
  const findings = new Findings();
  let events = 0;
  for (const event of store.events(Region.namespace(definition.name).withLane(0))) {
    const { entity } = event;
    // The namespace also holds the entity that is called as the aggregate is.
    if (entity === definition.name) continue;
    events += 1;
    let history = histories.get(entity);
    if (history === undefined) {
      history = new CheckedHistory(new AggregateFold(definition, stepper, entity), findings);
      histories.set(entity, history);
    }
    history.take(event);
  }
  for (const history of histories.values()) history.end();
  return { ...findings.summary(), aggregates: histories.size, events };
}

class Findings {
  readonly #found: HistoryFinding[] = [];
  #total = 0;
  #skipped = 0;

  add(finding: HistoryFinding): void {
    this.#total += 1;
    if (finding.type === 'refused' && finding.skipped) this.#skipped += 1;
    if (this.#found.length < findingsMax) this.#found.push(finding);
  }

  summary(): Pick<HistoryCheck, 'ok' | 'findings' | 'findingsTotal'> {
    const findings = this.#found.sort((left, right) => left.sequence - right.sequence);
    return { ok: this.#total === this.#skipped, findings, findingsTotal: this.#total };
  }
}

/** The fold of one aggregate, up to the first event from which on it says nothing any more. */
class CheckedHistory {
  readonly #fold: AggregateFold;
  readonly #findings: Findings;
  #ended = false;
  #skipped = 0;
  #changed = 0;

  constructor(fold: AggregateFold, findings: Findings) {
    this.#fold = fold;
    this.#findings = findings;
  }

  take(event: StoredEvent): void {
    if (this.#ended) return;
    const { entity, sequence } = event;
    this.#attempt(entity, sequence, () => this.#fold.take(event));
    const { report, skipped, change } = this.#fold;
    if (skipped !== undefined && report.refused.count > this.#skipped) {
      this.#skipped = report.refused.count;
      this.#findings.add(refusal(skipped, true));
    }
    if (change !== undefined && report.changed.count > this.#changed) {
      this.#changed = report.changed.count;
      this.#findings.add({ type: 'changed', entity, ...change });
    }
  }

  /** Compares the checksum of the last state. */
  end(): void {
    if (this.#ended) return;
    this.#attempt('', 0, () => this.#fold.result());
  }

  #attempt(entity: string, sequence: number, call: () => unknown): void {
    try {
      call();
    } catch (cause) {
      if (cause instanceof HistoryRefusedError) {
        // The fold stands where it stood, as it would have skipped the event.
        this.#findings.add(refusal(cause, false));
        return;
      }
      this.#ended = true;
      if (cause instanceof ReplayDivergedError) {
        const { expected, actual } = cause;
        const at = { entity: cause.entity, sequence: cause.sequence };
        this.#findings.add({ type: 'diverged', ...at, expected, actual });
      } else if (isFailure(cause)) {
        this.#findings.add({ type: 'failed', entity, sequence, message: cause.message });
      } else {
        throw cause;
      }
    }
  }
}

function isFailure(cause: unknown): cause is Error {
  return (
    cause instanceof MachineDefectError ||
    cause instanceof FutureEventVersionError ||
    cause instanceof UpcastFailedError
  );
}

function refusal(error: HistoryRefusedError, skipped: boolean): HistoryFinding {
  const { entity, sequence, eventType, fromVersion, toVersion } = error;
  return { type: 'refused', entity, sequence, eventType, fromVersion, toVersion, skipped };
}
