import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createEmptyActor,
  createMachine,
  type Snapshot,
} from 'xstate';
import { UnsupportedXStateError } from '../model/errors/aggregate-errors.ts';
import { installedVersion } from '../platform/package-version.ts';

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

type Scope = Parameters<AnyStateMachine['transition']>[2];

interface Microstep {
  readonly type: string;
  readonly _transitions?: readonly TakenTransition[];
}

/** Steps machines purely, with a scope of its own. Not reentrant: a step can't begin in a step. */
export class MachineStepper {
  readonly #machine: AnyStateMachine;
  readonly #scope: Scope;
  #taken: readonly TakenTransition[] | undefined;
  #microsteps = 0;
  #actions: RequestedAction[] = [];

  constructor(machine: AnyStateMachine) {
    this.#machine = withOwnContext(machine);
    this.#scope = this.#makeScope();
  }

  /** The state a machine starts in. A context factory that throws leaves status `error`. */
  start(input: unknown): MachineStep {
    this.#reset();
    const snapshot: AnyMachineSnapshot = this.#machine.getInitialSnapshot(this.#scope, input);
    return this.#result(snapshot);
  }

  /** The state after an event. What a guard or an assign throws is thrown. */
  step(snapshot: AnyMachineSnapshot, event: MachineEvent): MachineStep {
    this.#reset();
    return this.#result(this.#machine.transition(snapshot, event, this.#scope));
  }

  /** What can be stored of a snapshot, as XState itself takes it apart. */
  persist(snapshot: AnyMachineSnapshot): unknown {
    return this.#machine.getPersistedSnapshot(snapshot);
  }

  /** A snapshot of what {@link persist} made, which it keeps parts of. */
  restore(persisted: unknown): AnyMachineSnapshot {
    // Whoever kept it answers for what it is.
    return this.#machine.restoreSnapshot(persisted as Snapshot<unknown>, this.#scope);
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

  #makeScope(): Scope {
    const self = createEmptyActor();
    const { system } = self;
    const watched = Object.assign(Object.create(system) as typeof system, {
      _sendInspectionEvent: (event: Microstep) => {
        if (event.type !== '@xstate.microstep') return;
        this.#microsteps += 1;
        this.#taken ??= event._transitions ?? [];
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
      actionExecutor: (action: { type: string; params: unknown }) => {
        this.#actions.push({ type: action.type, params: action.params });
      },
    };
    // The members are those of the scope that XState's own `transition` makes.
    return scope as Scope;
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

// A context given as an object is shared by all instances: an assign that mutates it, at whatever
// depth, would change them all. The machine that is stepped gives each start its own.
function withOwnContext(machine: AnyStateMachine): AnyStateMachine {
  const context: unknown = machine.config.context;
  if (typeof context !== 'object' || context === null) return machine;
  const own = { ...machine.config, context: () => structuredClone(context) };
  return createMachine(own, machine.implementations);
}

function descriptorMatches(descriptor: string, eventType: string): boolean {
  if (descriptor === eventType || descriptor === '*') return true;
  if (!descriptor.endsWith('.*')) return false;
  return eventType === descriptor.slice(0, -2) || eventType.startsWith(descriptor.slice(0, -1));
}

/** Names of a guard and, for `and`, `or` and `not`, of those inside it. */
function guardNames(guard: unknown): readonly string[] {
  if (guard === undefined) return [];
  if (typeof guard === 'string') return [guard];
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return [String(guard.type)];
  if (typeof guard !== 'function') return ['(anonymous)'];
  if ('guards' in guard && Array.isArray(guard.guards)) return guard.guards.flatMap(guardNames);
  return [guard.name === '' ? '(anonymous)' : guard.name];
}
