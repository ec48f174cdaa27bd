import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import { assert, defined } from '../../model/assert.ts';
import {
  activeNodes,
  type HistoryValue,
  inertScope,
  type MachineEvent,
  type Microstep,
  machineOf,
  type RequestedAction,
  type Scope,
  snapshotOf,
} from '../stepping/xstate-adapter.ts';
import { configOfShadow, planEventType, type ShadowMarks } from './shadow-config.ts';

/** What a microstep does, in the order in which XState does it. */
export type Entry =
  /** An action of the machine, by its number in {@link Shadow.actions}. */
  | { readonly kind: 'action'; readonly action: number }
  /** The internal queue gets the done event of a state; its output is that of the final state. */
  | { readonly kind: 'done'; readonly of: AnyStateNode; readonly final: AnyStateNode | undefined }
  /** The machine is done, by the done event of this state. */
  | { readonly kind: 'finish'; readonly of: AnyStateNode; readonly final: AnyStateNode | undefined }
  /** The output of a final state is computed for an event that nobody takes any more. */
  | { readonly kind: 'output'; readonly final: AnyStateNode };

/** A microstep, whatever context and event it is taken with. */
export interface ShadowStep {
  /** The shadow's snapshot afterwards. */
  readonly after: AnyMachineSnapshot;
  /** Whether active states or what history states remember became others. */
  readonly moved: boolean;
  readonly entries: readonly Entry[];
}

type Asked = 'nothing' | 'candidates' | 'transitions' | 'eventless';

/**
 * A machine of the same shape as another, whose guards answer as they are told and whose actions
 * only leave a mark. What XState makes of it is what XState makes of the machine, but for context
 * and event: so a plan is learned from XState itself, whatever release is installed.
 *
 * A state of the shadow has the id `n` and its number in document order.
 */
export class Shadow implements ShadowMarks {
  readonly #shadow: AnyStateMachine;
  readonly #scope: Scope;
  readonly #template: AnyMachineSnapshot;
  /** The machine's states in document order. */
  readonly nodes: readonly AnyStateNode[];
  readonly #shadowNodes: readonly AnyStateNode[];
  readonly actions: unknown[] = [];
  #asked: Asked = 'nothing';
  #wanted: ReadonlySet<AnyTransitionDefinition> = new Set();
  #considered: AnyTransitionDefinition[] = [];
  #log: Mark[] = [];
  #queued: MachineEvent[] = [];
  #after: Microstep | undefined;

  /** @throws {RangeError} when the machine has states that can't be told apart */
  constructor(machine: AnyStateMachine) {
    this.nodes = nodesOf(machine.root);
    if (this.nodes.some(({ order }, index) => order !== index)) {
      throw new RangeError('two of its states have the same id');
    }
    this.#shadow = machineOf(configOfShadow(machine, this));
    this.#shadowNodes = nodesOf(this.#shadow.root);
    const alike = this.nodes.every(({ key, type }, index) => {
      const shadow = this.#shadowNodes[index];
      return shadow !== undefined && shadow.type === type && (index === 0 || shadow.key === key);
    });
    if (!alike) throw new RangeError('its states are not in document order');
    this.#scope = inertScope({
      microstep: (microstep) => this.#sawMicrostep(microstep),
      action: (action) => this.#sawAction(action),
    });
    this.#template = this.#shadow.getInitialSnapshot(this.#scope);
  }

  /** The shadow's snapshot in the place of one of the machine. */
  shadowOf(snapshot: AnyMachineSnapshot): AnyMachineSnapshot {
    const { value, historyValue } = snapshot;
    const nodes = activeNodes(snapshot).map((node) => this.#shadowNode(node));
    const history: Record<string, readonly AnyStateNode[]> = {};
    for (const [id, remembered] of Object.entries<readonly AnyStateNode[]>(historyValue)) {
      const node = defined(
        this.nodes.find((each) => each.id === id),
        'a history state is a state of the machine',
      );
      history[`n${node.order}`] = remembered.map((each) => this.#shadowNode(each));
    }
    return snapshotOf(this.#template, {
      status: 'active',
      output: undefined,
      context: {},
      nodes,
      value,
      tags: new Set(),
      children: {},
      historyValue: history,
    });
  }

  /** The machine's active states in a snapshot of the shadow, in XState's order. */
  nodesIn(shadow: AnyMachineSnapshot): readonly AnyStateNode[] {
    return activeNodes(shadow).map((node) => this.#node(node.order));
  }

  /** What the machine's history states remember in a snapshot of the shadow. */
  historyIn(shadow: AnyMachineSnapshot): HistoryValue {
    const history: Record<string, readonly AnyStateNode[]> = {};
    const remembered: Readonly<Record<string, readonly AnyStateNode[]>> = shadow.historyValue;
    for (const [id, nodes] of Object.entries(remembered)) {
      history[this.#nodeOfId(id).id] = nodes.map((node) => this.#node(node.order));
    }
    return history;
  }

  /** Transitions for an event, in the order in which XState asks their guards if all say no. */
  candidates(shadow: AnyMachineSnapshot, eventType: string): readonly AnyTransitionDefinition[] {
    this.#considered = [];
    this.#asked = 'candidates';
    this.#shadow.getTransitionData(shadow, { type: eventType });
    this.#asked = 'nothing';
    return this.#considered;
  }

  /** The microstep that takes these transitions, as XState selected them. */
  microstep(
    shadow: AnyMachineSnapshot,
    chosen: readonly AnyTransitionDefinition[],
    eventless: boolean,
  ): ShadowStep {
    this.#log = [];
    this.#queued = [];
    this.#after = undefined;
    this.#wanted = new Set(chosen);
    this.#asked = eventless ? 'eventless' : 'transitions';
    this.#shadow.transition(shadow, { type: planEventType }, this.#scope);
    this.#asked = 'nothing';
    const { snapshot, _transitions: taken = [] } = this.#taken();
    assert(eventless || taken.length === this.#wanted.size, 'all were taken', { taken });
    return {
      after: snapshot,
      moved: snapshot !== shadow,
      entries: snapshot.status === 'active' ? this.#entriesQueued() : this.#entriesLogged(),
    };
  }

  /** Leaves the mark of an action: a `raise`, whose place in the queue tells the order. */
  numberAction(action: unknown): number {
    return this.actions.push(action) - 1;
  }

  /** Answers for the guard of a transition that an event selects. */
  considers(transition: AnyTransitionDefinition): boolean {
    if (this.#asked === 'candidates') this.#considered.push(transition);
    return false;
  }

  /** Answers for the guard of a transition that is to be taken. */
  wants(transition: AnyTransitionDefinition, eventless: boolean): boolean {
    const asked = eventless ? 'eventless' : 'transitions';
    return this.#asked === asked && this.#wanted.has(transition);
  }

  /** Leaves the mark of a final state's output; it is the number of the state. */
  sawOutput(final: AnyStateNode): number {
    this.#log.push({ output: final });
    return final.order;
  }

  /** Leaves the mark of the machine's output. */
  sawMachineOutput(event: MachineEvent): undefined {
    this.#log.push({ finish: event });
  }

  // A method of its own, as the compiler doesn't see that stepping sets the field.
  #taken(): Microstep {
    return defined(this.#after, 'the transitions were taken');
  }

  #sawMicrostep(microstep: Microstep): void {
    if (this.#after !== undefined) {
      this.#queued.push(microstep.event);
      return;
    }
    // Before eventless transitions comes the microstep of the event that selected nothing.
    if (this.#asked === 'eventless' && microstep._transitions?.length === 0) return;
    this.#after = microstep;
    this.#asked = 'nothing';
  }

  #sawAction({ params }: RequestedAction): void {
    if (this.#after !== undefined) return;
    const mark = markOf(params);
    if (mark !== undefined) this.#log.push({ action: mark });
  }

  #entriesQueued(): Entry[] {
    return this.#queued.map((event): Entry => {
      const action = markOf({ event });
      if (action !== undefined) return { kind: 'action', action };
      return { kind: 'done', ...this.#doneOf(event) };
    });
  }

  #entriesLogged(): Entry[] {
    const entries: Entry[] = [];
    for (const mark of this.#log) {
      if ('action' in mark) {
        entries.push({ kind: 'action', action: mark.action });
      } else if ('output' in mark) {
        entries.push({ kind: 'output', final: mark.output });
      } else {
        const { of, final } = this.#doneOf(mark.finish);
        // That output was computed for the machine's own, which is to do it again.
        if (final !== undefined) entries.pop();
        entries.push({ kind: 'finish', of, final });
      }
    }
    return entries;
  }

  #doneOf(event: MachineEvent): { of: AnyStateNode; final: AnyStateNode | undefined } {
    const of = this.#nodeOfId(event.type.slice(doneEventStart.length));
    const output: unknown = event['output'];
    return { of, final: typeof output === 'number' ? this.#node(output) : undefined };
  }

  #nodeOfId(id: string): AnyStateNode {
    return this.#node(Number(id.slice(1)));
  }

  #node(order: number): AnyStateNode {
    return defined(this.nodes[order], 'states and their shadows have the same numbers');
  }

  #shadowNode({ order }: AnyStateNode): AnyStateNode {
    return defined(this.#shadowNodes[order], 'every state has a shadow');
  }
}

type Mark =
  | { readonly action: number }
  | { readonly output: AnyStateNode }
  | { readonly finish: MachineEvent };

/** Begins the type of the event by which a state tells that it is done. */
export const doneEventStart = 'xstate.done.state.';

function markOf(params: unknown): number | undefined {
  if (typeof params !== 'object' || params === null || !('event' in params)) return undefined;
  const { event } = params;
  if (typeof event !== 'object' || event === null || !('mark' in event)) return undefined;
  return typeof event.mark === 'number' ? event.mark : undefined;
}

function nodesOf(root: AnyStateNode): AnyStateNode[] {
  const nodes = [root];
  for (const child of Object.values<AnyStateNode>(root.states)) nodes.push(...nodesOf(child));
  return nodes;
}
