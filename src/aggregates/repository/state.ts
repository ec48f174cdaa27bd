import type {
  AnyStateMachine,
  ContextFrom,
  OutputFrom,
  SnapshotFrom,
  StateValueFrom,
} from 'xstate';
import type { PendingEffects } from '../effects/pending.ts';
import type { FoldReport } from '../fold/fold-report.ts';
import type { BegunState } from '../fold/state-cache.ts';

/** What every state of an aggregate has, whatever its status. */
export interface AggregateStateBase<Machine extends AnyStateMachine> {
  /** XState's state value: a text, or an object by region or nesting. Frozen, as the context is. */
  readonly value: StateValueFrom<Machine>;
  readonly context: Readonly<ContextFrom<Machine>>;
  readonly tags: readonly string[];
  /** Clock of the entity's last event in it: what `expected` takes. */
  readonly clock: number;
  /** What of the history was skipped, and what has changed since it was stored. */
  readonly report: FoldReport;
  /** Timers that wait and actors that run. What makes them do so is `effects`. */
  readonly pending: PendingEffects;
  /** Whether the machine is in this state or one inside it, as XState's `matches`. */
  matches(value: Parameters<SnapshotFrom<Machine>['matches']>[0]): boolean;
  /** Whether an active state bears the tag. */
  hasTag(tag: string): boolean;
  /** Whether the machine would accept this event now; guards are evaluated. */
  can(event: Parameters<SnapshotFrom<Machine>['can']>[0]): boolean;
}

/** Where an aggregate stands. Read-only: it changes by sending events to its repository. */
export type AggregateState<Machine extends AnyStateMachine = AnyStateMachine> =
  | (AggregateStateBase<Machine> & { readonly status: 'active' })
  | (AggregateStateBase<Machine> & {
      readonly status: 'done';
      readonly output: OutputFrom<Machine>;
    })
  | (AggregateStateBase<Machine> & { readonly status: 'error'; readonly error: unknown });

/** The state as callers see it. What is in it must be frozen: it is kept too. */
export function stateOf<Machine extends AnyStateMachine>(
  folded: BegunState,
): AggregateState<Machine>;
// The snapshot is one of the machine whose type the caller names.
export function stateOf({ snapshot, clock, report, pending }: BegunState): AggregateState {
  const { status, value, context, tags, output, error } = snapshot;
  const base = {
    value,
    context,
    tags: tags.size === 0 ? noTags : Object.freeze([...tags]),
    clock,
    report,
    pending,
    matches: (wanted: never) => snapshot.matches(wanted),
    hasTag: (tag: string) => snapshot.hasTag(tag),
    // XState's own `can` knows nothing of the status: a machine that has ended takes no event.
    can: (event: never) => status === 'active' && snapshot.can(event),
  };
  // By far the most are active. A spread into an object that is frozen costs a microsecond.
  if (status === 'done') return Object.freeze({ ...base, status, output });
  if (status === 'error') return Object.freeze({ ...base, status, error });
  return Object.freeze(Object.assign(base, { status: 'active' as const }));
}

const noTags: readonly string[] = Object.freeze([]);
