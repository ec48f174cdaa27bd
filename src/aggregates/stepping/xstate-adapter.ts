import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  and,
  createEmptyActor,
  createMachine,
  not,
  or,
  raise,
  type Snapshot,
} from 'xstate';
import { UnsupportedXStateError } from '../../model/errors/aggregate-errors.ts';
import { installedVersion } from '../../platform/package-version.ts';
import { steppedMachine } from './stepped-machine.ts';

/**
 * The one file that reaches into XState. A machine is stepped with one inert scope that is made
 * once: `transition` of XState makes an actor and a system for each call, which costs twice to
 * eight times as much. Which transitions were taken is told by the microstep inspection hook alone;
 * it is internal to XState, so a probe checks it when the first aggregate is defined.
 */

/** Version of the installed XState; it is in every stamp, as patch releases changed folds. */
export const xstateVersion: string = installedVersion('xstate');

/** A transition as XState selected it: what this library looks at. */
export interface TakenTransition {
  readonly target?: readonly unknown[] | undefined;
  readonly actions: readonly unknown[];
}

/** An action that a step asked for; assigns are applied already. */
export interface RequestedAction {
  readonly type: string;
  readonly params: unknown;
}

/** What a step did. */
export interface MachineStep {
  readonly snapshot: AnyMachineSnapshot;
  /** Transitions of the first microstep: none when nothing handled the event. */
  readonly taken: readonly TakenTransition[];
  readonly microsteps: number;
  readonly actions: readonly RequestedAction[];
}

/** An event as machines take it. */
export type MachineEvent = AnyEventObject;

/** What XState wants to have around it while it steps: an actor and its system. */
export type Scope = Parameters<AnyStateMachine['transition']>[2];

/** A microstep that XState took, as its inspection hook tells it. */
export interface Microstep {
  readonly type: string;
  /** What set it off: the event sent, or one of the internal queue. */
  readonly event: MachineEvent;
  readonly snapshot: AnyMachineSnapshot;
  /** Transitions that were selected for it, before conflicts were resolved. */
  readonly _transitions?: readonly TakenTransition[];
}

/** Who hears what happens in an {@link inertScope}. */
export interface ScopeWatcher {
  microstep(microstep: Microstep): void;
  action(action: RequestedAction): void;
}

/** A scope in which nothing runs: machines are stepped in it again and again. */
export function inertScope(watcher: ScopeWatcher): Scope {
  const self = createEmptyActor();
  const { system } = self;
  const watched = Object.assign(Object.create(system) as typeof system, {
    _sendInspectionEvent: (event: Microstep) => {
      if (event.type === '@xstate.microstep') watcher.microstep(event);
    },
  });
  const scope: unknown = {
    self,
    system: watched,
    id: '',
    sessionId: '',
    logger: () => undefined,
    defer: () => undefined,
    stopChild: () => undefined,
    emit: () => undefined,
    actionExecutor: ({ type, params }: RequestedAction) => watcher.action({ type, params }),
  };
  // The members are those of the scope that XState's own `transition` makes.
  return scope as Scope;
}

/** Steps machines purely, with a scope of its own. Not reentrant: a step can't begin in a step. */
export class MachineStepper {
  /** The machine that is stepped: it gives each start a context of its own. */
  readonly machine: AnyStateMachine;
  readonly scope: Scope;
  #taken: readonly TakenTransition[] | undefined;
  #microsteps = 0;
  #actions: RequestedAction[] = [];

  constructor(machine: AnyStateMachine) {
    this.machine = steppedMachine(machine);
    this.scope = inertScope({
      microstep: ({ _transitions }) => {
        this.#microsteps += 1;
        this.#taken ??= _transitions ?? [];
      },
      action: (action) => {
        this.#actions.push(action);
      },
    });
  }

  /** The state a machine starts in. A context factory that throws leaves status `error`. */
  start(input: unknown): MachineStep {
    this.#reset();
    const snapshot: AnyMachineSnapshot = this.machine.getInitialSnapshot(this.scope, input);
    return this.#result(snapshot);
  }

  /** The state after an event. What a guard or an assign throws is thrown. */
  step(snapshot: AnyMachineSnapshot, event: MachineEvent): MachineStep {
    this.#reset();
    return this.#result(this.machine.transition(snapshot, event, this.scope));
  }

  /** What can be stored of a snapshot, as XState itself takes it apart. */
  persist(snapshot: AnyMachineSnapshot): unknown {
    return this.machine.getPersistedSnapshot(snapshot);
  }

  /** A snapshot of what {@link persist} made, which it keeps parts of. */
  restore(persisted: unknown): AnyMachineSnapshot {
    // Whoever kept it answers for what it is.
    return this.machine.restoreSnapshot(persisted as Snapshot<unknown>, this.scope);
  }

  #reset(): void {
    this.#taken = undefined;
    this.#microsteps = 0;
    this.#actions = [];
  }

  #result(snapshot: AnyMachineSnapshot): MachineStep {
    return {
      snapshot,
      taken: this.#taken ?? [],
      microsteps: this.#microsteps,
      actions: this.#actions,
    };
  }
}

/** Why a machine handled an event with nothing. */
export interface Candidates {
  /** Whether an active state lists the event, by name or wildcard. */
  readonly listed: boolean;
  /** Names of the guards on those transitions, all of which said no. */
  readonly guards: readonly string[];
}

/** What the active states list for an event. */
export function candidatesFor(snapshot: AnyMachineSnapshot, eventType: string): Candidates {
  const guards: string[] = [];
  let listed = false;
  for (const node of snapshot._nodes) {
    for (const [descriptor, transitions] of node.transitions) {
      if (!descriptorMatches(descriptor, eventType)) continue;
      listed = true;
      for (const { guard } of transitions) {
        for (const name of guardNames(guard)) if (!guards.includes(name)) guards.push(name);
      }
    }
  }
  return { listed, guards };
}

/** Ids of the states that each history state remembers, sorted; `undefined` when there is none. */
export function historyOf(snapshot: AnyMachineSnapshot): Record<string, string[]> | undefined {
  const remembered = Object.entries(snapshot.historyValue);
  if (remembered.length === 0) return undefined;
  return Object.fromEntries(
    remembered.map(([id, nodes]) => [id, nodes.map((node: { id: string }) => node.id).sort()]),
  );
}

/**
 * Checks that the installed XState tells taken transitions as this file reads them.
 *
 * @throws {UnsupportedXStateError}
 */
export function probeXState(): void {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { go: { target: 'b' }, forbidden: {} } }, b: {} },
  });
  const stepper = new MachineStepper(machine);
  const { snapshot } = stepper.start(undefined);
  const count = (type: string): number => stepper.step(snapshot, { type }).taken.length;
  const sound =
    count('go') === 1 &&
    count('forbidden') === 1 &&
    count('other') === 0 &&
    stepper.step(snapshot, { type: 'go' }).taken[0]?.target !== undefined &&
    stepper.step(snapshot, { type: 'forbidden' }).taken[0]?.target === undefined;
  if (!sound) throw new UnsupportedXStateError(xstateVersion);
}

function descriptorMatches(descriptor: string, eventType: string): boolean {
  if (descriptor === eventType || descriptor === '*') return true;
  // A star that is not the last token matches nothing.
  if (descriptor.indexOf('*') !== descriptor.length - 1 || !descriptor.endsWith('.*')) return false;
  return eventType === descriptor.slice(0, -2) || eventType.startsWith(descriptor.slice(0, -1));
}

// Told apart by what they do, as a minified build renames them.
const guardKinds = (['and', 'or', 'not'] as const).map((kind) => {
  const example: unknown = { and: and([]), or: or([]), not: not(() => true) }[kind];
  const check: unknown =
    typeof example === 'function' && 'check' in example ? example.check : undefined;
  return { kind, check };
});

/** Names of a guard and, for `and`, `or` and `not`, of those inside it. */
function guardNames(guard: unknown): readonly string[] {
  if (guard === undefined) return [];
  if (typeof guard === 'string') return [guard];
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return [String(guard.type)];
  if (typeof guard !== 'function') return ['(anonymous)'];
  if ('guards' in guard && Array.isArray(guard.guards)) return guard.guards.flatMap(guardNames);
  return [guard.name === '' ? '(anonymous)' : guard.name];
}

/** A machine of a configuration that was put together, rather than written by someone. */
export function machineOf(config: object): AnyStateMachine {
  return createMachine(config);
}

/** The active states of a snapshot, in the order in which XState holds them. */
export function activeNodes(snapshot: AnyMachineSnapshot): readonly AnyStateNode[] {
  return snapshot._nodes;
}

/** States by history state, as a snapshot holds them. */
export type HistoryValue = Readonly<Record<string, readonly AnyStateNode[]>>;

/** What distinguishes a snapshot from others of its machine. */
export interface SnapshotParts {
  readonly status: string;
  readonly output: unknown;
  readonly context: unknown;
  readonly nodes: readonly AnyStateNode[];
  readonly value: unknown;
  readonly tags: ReadonlySet<string>;
  readonly children: unknown;
  readonly historyValue: HistoryValue;
}

/** A snapshot of the template's machine; the same object as XState would make of these parts. */
export function snapshotOf(template: AnyMachineSnapshot, parts: SnapshotParts): AnyMachineSnapshot {
  const { status, output, context, nodes, value, tags, children, historyValue } = parts;
  // The order of the keys is that of XState's own snapshots: the template is one.
  const snapshot: unknown = {
    ...template,
    status,
    output,
    error: undefined,
    context,
    _nodes: nodes,
    value,
    tags,
    children,
    historyValue,
  };
  return snapshot as AnyMachineSnapshot;
}

/** An action that XState itself resolves, such as `assign`. */
export interface BuiltinAction {
  readonly type: string;
  /** Of `assign`: a function of the whole context, or a record of functions and values. */
  readonly assignment?: unknown;
  /** Of `emit` and `raise`: an event, or a function that makes one. */
  readonly event?: unknown;
  /** Of `raise`. */
  readonly delay?: unknown;
  readonly id?: unknown;
  /** Of `cancel`: an id, or a function that tells it. */
  readonly sendId?: unknown;
  readonly resolve: (
    scope: Scope,
    snapshot: AnyMachineSnapshot,
    args: object,
    params: unknown,
    self: BuiltinAction,
    extra: { readonly internalQueue: MachineEvent[]; readonly deferredActorIds: undefined },
  ) => readonly [AnyMachineSnapshot, unknown, readonly unknown[] | undefined];
  readonly execute?: unknown;
}

/** The built-in action that an implementation is, or `undefined`. */
export function builtinOf(implementation: unknown): BuiltinAction | undefined {
  if (typeof implementation !== 'function' || !('resolve' in implementation)) return undefined;
  const builtin: unknown = implementation;
  // Functions with `resolve` are those that XState's action creators return.
  return builtin as BuiltinAction;
}

/** A guard that XState itself checks, such as `and`. */
export interface BuiltinGuard {
  readonly kind: 'and' | 'or' | 'not' | 'other';
  /** Of `and`, `or` and `not`. */
  readonly guards: readonly unknown[];
  check(snapshot: AnyMachineSnapshot, event: MachineEvent): boolean;
}

/** The built-in guard that an implementation is, or `undefined`. */
export function builtinGuardOf(implementation: unknown): BuiltinGuard | undefined {
  if (typeof implementation !== 'function' || !('check' in implementation)) return undefined;
  const { check } = implementation;
  if (typeof check !== 'function') return undefined;
  const guards: unknown = 'guards' in implementation ? implementation.guards : [];
  const known = guardKinds.find((each) => each.check === check)?.kind ?? 'other';
  return {
    kind: known,
    guards: Array.isArray(guards) ? guards : [],
    check: (snapshot, event) =>
      Boolean(check(snapshot, { context: snapshot.context, event }, implementation)),
  };
}

/** An action that raises an event. */
export function raiseOf(event: MachineEvent): unknown {
  return raise(event);
}
