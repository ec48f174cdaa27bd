import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  ContextFrom,
  OutputFrom,
  SnapshotFrom,
  StateValueFrom,
} from 'xstate';

/** What every state of an aggregate has, whatever its status. */
export interface AggregateStateBase<Machine extends AnyStateMachine> {
  /** XState's state value: a text, or an object by region or nesting. */
  readonly value: StateValueFrom<Machine>;
  readonly context: Readonly<ContextFrom<Machine>>;
  readonly tags: readonly string[];
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

/** The state as callers see it. */
export function stateOf<Machine extends AnyStateMachine>(
  snapshot: AnyMachineSnapshot,
): AggregateState<Machine>;
// The snapshot is one of the machine whose type the caller names.
export function stateOf(snapshot: AnyMachineSnapshot): AggregateState {
  const { status, value, context, output, error } = snapshot;
  const base = {
    value,
    context,
    tags: [...snapshot.tags],
    matches: (wanted: never) => snapshot.matches(wanted),
    hasTag: (tag: string) => snapshot.hasTag(tag),
    // XState's own `can` knows nothing of the status: a machine that has ended takes no event.
    can: (event: never) => status === 'active' && snapshot.can(event),
  };
  if (status === 'done') return Object.freeze({ ...base, status, output });
  if (status === 'error') return Object.freeze({ ...base, status, error });
  return Object.freeze({ ...base, status: 'active' });
}
