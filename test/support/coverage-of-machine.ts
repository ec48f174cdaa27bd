import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  createActor,
  type EventFromLogic,
  type EventObject,
  type InputFrom,
  type InspectionEvent,
  type StateValue,
  transition,
} from 'xstate';
import { getShortestPaths } from 'xstate/graph';

/** How a machine is walked. */
export interface Walk<Machine extends AnyStateMachine> {
  /** At least one event of every type; several where a guard tells them apart. */
  readonly events: readonly EventFromLogic<Machine>[];
  readonly input?: InputFrom<Machine>;
  /** What makes two snapshots the same place. Default: state value and context. */
  readonly identify?: (snapshot: AnyMachineSnapshot) => unknown;
}

/** One event sent at one place of the machine. */
export interface Probe {
  /** State value and event, for a failure's message. */
  readonly name: string;
  /** Whether an active state lists the event, with a guard or without. */
  readonly listed: boolean;
  readonly before: AnyMachineSnapshot;
  readonly after: AnyMachineSnapshot;
}

/** Every state of the machine, by its path: `ready.writing.idle`. In document order. */
export function statesOf(machine: AnyStateMachine): string[] {
  return nodesBelow(machine.root).map(pathOf);
}

/**
 * Every edge of the machine, in document order: `idle + write.started → flushing`, with the guard
 * in brackets behind the event, `always` for an eventless one and `(stays)` for no target.
 */
export function edgesOf(machine: AnyStateMachine): string[] {
  return [machine.root, ...nodesBelow(machine.root)].flatMap(transitionsOf).map(edgeName);
}

/**
 * Goes to every place of the machine on a shortest path, sends every event there, and remembers
 * which states were entered and which edges were taken.
 */
export class CoverageOfMachine<Machine extends AnyStateMachine> {
  readonly #machine: Machine;
  readonly #walk: Walk<Machine>;
  readonly #states = new Set<string>();
  readonly #edges = new Set<string>();
  /** Edges that didn't lead where they say. */
  readonly #astray: string[] = [];
  readonly probes: readonly Probe[];

  constructor(machine: Machine, walk: Walk<Machine>) {
    this.#machine = machine;
    this.#walk = walk;
    this.probes = this.#paths().flatMap((path) =>
      walk.events.map((event) => this.#probe(path, event)),
    );
  }

  /** Names of the states that were never entered. */
  missingStates(): string[] {
    return statesOf(this.#machine).filter((name) => !this.#states.has(name));
  }

  /** Names of the edges that were never taken, and of those that led elsewhere. */
  missingEdges(): string[] {
    const missing = edgesOf(this.#machine).filter((name) => !this.#edges.has(name));
    return [...missing, ...this.#astray.map((name) => `${name}, but was not there afterwards`)];
  }

  /** Events that no active state lists, and that still changed something. */
  disobedient(): string[] {
    return this.probes
      .filter((probe) => !probe.listed && hasChanged(probe))
      .map(({ name }) => name);
  }

  #paths(): EventObject[][] {
    const identify = this.#walk.identify ?? placeOf;
    const paths = getShortestPaths<AnyStateMachine>(this.#machine, {
      events: this.#walk.events,
      serializeState: (snapshot) => JSON.stringify(identify(snapshot)),
      // Far more places than any machine here has: an endless one fails instead of hanging.
      limit: 20_000,
      ...(this.#walk.input === undefined ? {} : { input: this.#walk.input }),
    });
    return paths.map(({ steps }) =>
      steps.map((step) => step.event).filter((event) => event.type !== 'xstate.init'),
    );
  }

  #probe(path: readonly EventObject[], event: EventObject): Probe {
    const actor = createActor<AnyStateMachine>(this.#machine, {
      inspect: (inspected) => this.#record(inspected),
      ...(this.#walk.input === undefined ? {} : { input: this.#walk.input }),
    });
    actor.start();
    this.#enter(actor.getSnapshot().value);
    for (const step of path) actor.send(step);
    const before = actor.getSnapshot();
    // An actor that is done ignores every event; the machine itself must do so too.
    const isActive = before.status === 'active';
    if (isActive) actor.send(event);
    const after = isActive
      ? actor.getSnapshot()
      : transition<AnyStateMachine>(this.#machine, before, event)[0];
    return {
      name: `${JSON.stringify(placeOf(before))} + ${JSON.stringify(event)}`,
      listed: this.#lists(before.value, event.type),
      before,
      after,
    };
  }

  #record(inspected: InspectionEvent): void {
    if (inspected.type !== '@xstate.microstep') return;
    const { value } = inspected.snapshot as AnyMachineSnapshot;
    const active = this.#enter(value);
    for (const taken of inspected._transitions) {
      const name = edgeName(taken);
      this.#edges.add(name);
      const arrived = (taken.target ?? [taken.source]).every(
        (node: AnyStateNode) => node.parent === undefined || active.includes(pathOf(node)),
      );
      if (!arrived) this.#astray.push(name);
    }
  }

  #enter(value: StateValue): string[] {
    const active = activeStates(value);
    for (const name of active) this.#states.add(name);
    return active;
  }

  #lists(value: StateValue, eventType: string): boolean {
    const active = new Set(activeStates(value));
    return [this.#machine.root, ...nodesBelow(this.#machine.root)].some(
      (node: AnyStateNode) =>
        node.transitions.has(eventType) && (node.parent === undefined || active.has(pathOf(node))),
    );
  }
}

function hasChanged({ before, after }: Probe): boolean {
  return JSON.stringify(placeOf(before)) !== JSON.stringify(placeOf(after));
}

function placeOf(snapshot: AnyMachineSnapshot): unknown {
  return { value: snapshot.value, context: snapshot.context, status: snapshot.status };
}

/** Paths of all states in a state value, compound ones included. */
function activeStates(value: StateValue, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value];
  return Object.entries(value).flatMap(([key, inner]) => [
    prefix + key,
    ...(inner === undefined ? [] : activeStates(inner, `${prefix}${key}.`)),
  ]);
}

function nodesBelow(node: AnyStateNode): AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states).flatMap((child) => [child, ...nodesBelow(child)]);
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...node.transitions.values(), node.always ?? []].flat();
}

function pathOf(node: AnyStateNode): string {
  return node.path.join('.');
}

/** Name of an edge, as {@link edgesOf} lists it. */
export function edgeName({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const event = eventType === '' ? 'always' : eventType;
  const brackets = guard === undefined ? '' : ` [${guardName(guard)}]`;
  const end = target === undefined ? '(stays)' : target.map(pathOf).join(', ');
  return `${pathOf(source)} + ${event}${brackets} → ${end}`;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  return String(guard);
}
