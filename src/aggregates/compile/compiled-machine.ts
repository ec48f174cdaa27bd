import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import { activeNodes, type HistoryValue } from '../stepping/xstate-adapter.ts';
import { type Guard, guardOf } from './guard.ts';
import { type Operation, operationOf } from './operation.ts';
import { operationsFor } from './operations-for.ts';
import { Branch, type Candidate, Place, type Plan, placeKey } from './place.ts';
import { Shadow } from './shadow.ts';

/** Places, branches and plans that are remembered for one machine, some 20 MB at most. */
const entriesMaxDefault = 50_000;

/**
 * A machine as tables: for each place and type of event the guards to ask, and for each choice of
 * transitions what is done and where it leads. Each entry is learned from XState, by its
 * {@link Shadow}, when a machine first comes to it; from then on XState is not asked again.
 */
export class CompiledMachine {
  readonly machine: AnyStateMachine;
  readonly #shadow: Shadow;
  readonly #operations: readonly Operation[];
  readonly #guards = new Map<AnyTransitionDefinition, Guard | undefined>();
  readonly #places = new Map<string, Place>();
  // A snapshot's list of active states is that of its place, so that the key is seldom needed.
  readonly #placesByNodes = new WeakMap<object, Place>();
  #entriesLeft: number;

  /** @throws {RangeError} when the machine can't be compiled, with the reason */
  constructor(machine: AnyStateMachine, entriesMax = entriesMaxDefault) {
    this.machine = machine;
    this.#shadow = new Shadow(machine);
    this.#operations = this.#shadow.actions.map((action) => operationOf(machine, action));
    for (const node of this.#shadow.nodes) {
      for (const transition of transitionsOf(node)) {
        this.#guards.set(transition, guardOf(machine, transition.guard));
      }
    }
    this.#entriesLeft = entriesMax;
  }

  /** The place of a snapshot; `undefined` when it is new and no more are remembered. */
  placeOf(snapshot: AnyMachineSnapshot): Place | undefined {
    const nodes = activeNodes(snapshot);
    const found = this.#placesByNodes.get(nodes);
    if (found !== undefined && found.historyValue === snapshot.historyValue) return found;
    const key = placeKey(snapshot.status, nodes, snapshot.historyValue);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.#entriesLeft <= 0) return undefined;
    const shadow = this.#shadow.shadowOf(snapshot);
    return this.#remember(key, [...nodes], snapshot.historyValue, shadow);
  }

  /** Start of the selection for a type of event. */
  branchFor(place: Place, eventType: string): Branch {
    const known = place.branches.get(eventType);
    if (known !== undefined) return known;
    const candidates = this.#shadow.candidates(place.shadow, eventType);
    const branch = new Branch(
      [],
      candidates.map((each) => this.#candidate(each, 0)),
      false,
    );
    if (this.#mayKeep()) place.branches.set(eventType, branch);
    return branch;
  }

  /** What follows when the guard of a candidate says yes. */
  choose(branch: Branch, index: number): Branch {
    const next = branch.choose(index);
    if (this.#mayKeep()) branch.chosen[index] = next;
    return next;
  }

  /** What is done at the end of a selection; `undefined` when nothing was chosen. */
  planOf(place: Place, branch: Branch): Plan | undefined {
    if (branch.plan !== undefined || branch.taken.length === 0) return branch.plan;
    const { taken, eventless } = branch;
    const { after, moved, entries } = this.#shadow.microstep(place.shadow, taken, eventless);
    const { root } = this.machine;
    const plan: Plan = {
      taken,
      operations: operationsFor(entries, root, (action) => this.#operation(action)),
      next: moved ? this.#placeOfShadow(after) : place,
      acts: taken.some(({ target, actions }) => target !== undefined || actions.length > 0),
      moves: moved,
    };
    if (this.#mayKeep()) branch.plan = plan;
    return plan;
  }

  #operation(action: number): Operation {
    const operation = this.#operations[action];
    if (operation === undefined) throw new RangeError(`no action ${action}`);
    return operation;
  }

  #candidate(transition: AnyTransitionDefinition, leaf: number): Candidate {
    return { transition, guard: this.#guards.get(transition), leaf };
  }

  #placeOfShadow(shadow: AnyMachineSnapshot): Place {
    const nodes = this.#shadow.nodesIn(shadow);
    const historyValue = this.#shadow.historyIn(shadow);
    const key = placeKey(shadow.status, nodes, historyValue);
    return this.#places.get(key) ?? this.#remember(key, nodes, historyValue, shadow);
  }

  #remember(
    key: string,
    nodes: readonly AnyStateNode[],
    historyValue: HistoryValue,
    shadow: AnyMachineSnapshot,
  ): Place {
    const place = new Place(nodes, historyValue, shadow, this.#mayKeep());
    place.eventless = this.#eventless(nodes);
    if (place.kept) {
      this.#places.set(key, place);
      this.#placesByNodes.set(nodes, place);
    }
    return place;
  }

  // For each active leaf XState asks the leaf and then what it lies in, up to the root.
  #eventless(nodes: readonly AnyStateNode[]): Branch | undefined {
    const candidates: Candidate[] = [];
    for (const [leaf, node] of nodes.entries()) {
      if (node.type !== 'atomic' && node.type !== 'final') continue;
      let each: AnyStateNode | undefined = node;
      while (each !== undefined) {
        for (const transition of each.always ?? []) {
          candidates.push(this.#candidate(transition, leaf));
        }
        each = each.parent;
      }
    }
    return candidates.length === 0 ? undefined : new Branch([], candidates, true);
  }

  #mayKeep(): boolean {
    if (this.#entriesLeft <= 0) return false;
    this.#entriesLeft -= 1;
    return true;
  }
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
}
