import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { AssertionFailure, defined } from '../../model/assert.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import {
  type MachineEvent,
  type MachineStepper,
  type RequestedAction,
  type Scope,
  snapshotOf,
  type TakenTransition,
} from '../stepping/xstate-adapter.ts';
import type { CompiledMachine } from './compiled-machine.ts';
import type { GuardSubject } from './guard.ts';
import type { OperationSubject } from './operation.ts';
import type { Branch, Place, Plan } from './place.ts';

const nothing: readonly never[] = [];
const noChildren: Readonly<Record<string, never>> = Object.freeze({});

/**
 * A machine on its way from event to event. Where the machine is compiled, a step works on a place
 * and a context, and no snapshot is made until it is asked for; where not, XState steps.
 *
 * After a step that threw, the run is of no more use.
 */
export class MachineRun implements OperationSubject, GuardSubject {
  readonly machine: AnyStateMachine;
  readonly scope: Scope;
  readonly #stepper: MachineStepper;
  readonly #compiled: CompiledMachine | undefined;
  readonly #template: AnyMachineSnapshot;
  /** `undefined` while XState steps: then {@link #snapshot} is what there is. */
  #place: Place | undefined;
  #snapshot: AnyMachineSnapshot | undefined;
  /** Place of {@link #snapshot}. */
  #snapshotPlace: Place | undefined;
  #placeBefore: Place | undefined;
  #contextBefore: unknown;
  #snapshotBefore: AnyMachineSnapshot | undefined;
  context: unknown;
  status: 'active' | 'done' = 'active';
  output: unknown;
  children: unknown = noChildren;
  changed = false;
  readonly queue: MachineEvent[] = [];
  readonly spawn = (): never => {
    throw new Error('it spawned an actor');
  };
  /** Transitions of the last step's first microstep: none when nothing handled the event. */
  taken: readonly TakenTransition[] = nothing;
  /** Whether one of them has a target or actions: the machine accepted the event. */
  acted = false;
  /** Microsteps of the last step. */
  microsteps = 0;
  /** What the last step asked for, in order. */
  actions: RequestedAction[] = [];

  constructor(
    stepper: MachineStepper,
    compiled: CompiledMachine | undefined,
    snapshot: AnyMachineSnapshot,
  ) {
    this.machine = stepper.machine;
    this.scope = stepper.scope;
    this.#stepper = stepper;
    this.#compiled = compiled;
    this.#template = snapshot;
    this.moveTo(snapshot);
  }

  /** Goes on from a snapshot. */
  moveTo(snapshot: AnyMachineSnapshot): void {
    this.#snapshot = snapshot;
    this.#place = undefined;
    const { status, context, children } = snapshot;
    if (this.#compiled === undefined || status !== 'active') return;
    for (const _ in children) return;
    const place = this.#compiled.placeOf(snapshot);
    if (place === undefined) return;
    this.#place = place;
    this.#snapshotPlace = place;
    this.context = context;
    this.children = noChildren;
    this.status = 'active';
    this.output = undefined;
  }

  /** Takes the next event. What a guard or an assign throws is thrown. */
  step(event: MachineEvent): void {
    this.taken = nothing;
    this.acted = false;
    this.#placeBefore = this.#place;
    this.#contextBefore = this.context;
    this.#snapshotBefore = this.#place === undefined ? this.#snapshot : undefined;
    if (this.actions.length > 0) this.actions = [];
    const place = this.#place;
    if (place === undefined || !place.kept || this.status !== 'active' || isSpecial(event.type)) {
      this.#stepByXState(event);
      return;
    }
    this.microsteps = 1;
    const plan = this.#planFor(place, event);
    let now = place;
    if (plan !== undefined) {
      this.taken = plan.taken;
      this.acted = plan.acts;
      this.#perform(plan, event);
      now = plan.next;
    }
    if (now.eventless !== undefined || this.queue.length > 0) this.#settle(event);
  }

  /** Is where it was before the last step, whose event is skipped. */
  undo(): void {
    const place = this.#placeBefore;
    if (place === undefined) {
      this.moveTo(defined(this.#snapshotBefore, 'a step was taken'));
      return;
    }
    // Only an active machine without actors is ever in a place.
    this.#place = place;
    this.context = this.#contextBefore;
    this.status = 'active';
    this.output = undefined;
    this.children = noChildren;
  }

  /** The state now. */
  snapshot(): AnyMachineSnapshot {
    const place = this.#place;
    const made = this.#snapshot;
    if (place === undefined) return defined(made, 'XState has stepped to a snapshot');
    if (
      made !== undefined &&
      made.context === this.context &&
      made.status === this.status &&
      this.#snapshotPlace === place
    ) {
      return made;
    }
    const snapshot = snapshotOf(this.#template, {
      status: this.status,
      output: this.output,
      context: this.context,
      nodes: place.nodes,
      value: place.value,
      tags: new Set(place.tags),
      children: this.children,
      historyValue: place.historyValue,
    });
    this.#snapshot = snapshot;
    this.#snapshotPlace = place;
    return snapshot;
  }

  /** Canonical JSON of the state value now, in UTF-8. */
  get valueBytes(): Uint8Array {
    const place = this.#place;
    if (place !== undefined) return place.valueBytes;
    return new TextEncoder().encode(canonicalJson(this.snapshot().value));
  }

  /** Whether the machine takes no more events: it is done, has failed or was stopped. */
  get ended(): 'done' | 'failed' | undefined {
    if (this.#place !== undefined) return this.status === 'active' ? undefined : 'done';
    const { status } = this.snapshot();
    return status === 'active' ? undefined : status === 'done' ? 'done' : 'failed';
  }

  /** Whether the machine has actors of its own. */
  get hasChildren(): boolean {
    if (this.#place !== undefined && this.children === noChildren) return false;
    return Object.keys(this.snapshot().children).length > 0;
  }

  request(action: RequestedAction): void {
    this.actions.push(action);
  }

  #stepByXState(event: MachineEvent): void {
    const step = this.#stepper.step(this.snapshot(), event);
    const { taken } = step;
    this.taken = taken;
    this.acted = taken.some(({ target, actions }) => target !== undefined || actions.length > 0);
    this.microsteps = step.microsteps;
    this.actions = [...step.actions];
    this.moveTo(step.snapshot);
  }

  /** Takes eventless transitions and raised events until nothing is left to take. */
  #settle(event: MachineEvent): void {
    const compiled = defined(this.#compiled, 'the machine is compiled');
    let current = event;
    let asksEventless = true;
    while (this.status === 'active') {
      const place = defined(this.#place, 'the machine is in a place');
      const { eventless } = place;
      let plan: Plan | undefined;
      if (asksEventless && eventless !== undefined) {
        plan = compiled.planOf(place, this.#selectEventless(compiled, eventless, current));
      }
      if (plan !== undefined) {
        // An eventless step that changed nothing is not asked again, or it would go on for ever.
        asksEventless = this.#perform(plan, current);
      } else {
        const raised = this.queue.shift();
        if (raised === undefined) return;
        current = raised;
        asksEventless = true;
        plan = this.#planFor(place, current);
        if (plan !== undefined) this.#perform(plan, current);
      }
      this.microsteps += 1;
    }
    // What was raised on the way to the end is taken by nobody.
    this.queue.length = 0;
  }

  #planFor(place: Place, event: MachineEvent): Plan | undefined {
    const compiled = this.#compiled;
    if (compiled === undefined) throw new AssertionFailure('the machine is compiled', {});
    const start = place.branches.get(event.type) ?? compiled.branchFor(place, event.type);
    if (start.candidates.length === 0) return undefined;
    const branch = this.#select(compiled, start, event);
    return branch.plan ?? compiled.planOf(place, branch);
  }

  #select(compiled: CompiledMachine, start: Branch, event: MachineEvent): Branch {
    try {
      return this.#selectEventless(compiled, start, event);
    } catch (cause) {
      // XState tells which guard it was that threw: so it is asked, and throws.
      this.machine.getTransitionData(this.snapshot(), event);
      throw cause;
    }
  }

  #selectEventless(compiled: CompiledMachine, start: Branch, event: MachineEvent): Branch {
    let branch = start;
    let index = 0;
    while (index < branch.candidates.length) {
      const guard = branch.candidates[index]?.guard;
      if (guard === undefined || guard(this, event)) {
        branch = branch.chosen[index] ?? compiled.choose(branch, index);
        index = 0;
      } else {
        index += 1;
      }
    }
    return branch;
  }

  /** Does what a plan says. Whether XState would have made another snapshot. */
  #perform({ operations, next, moves }: Plan, event: MachineEvent): boolean {
    this.changed = moves;
    for (const operation of operations) operation.perform(this, event);
    this.#place = next;
    return this.changed;
  }
}

/** Events that XState's step treats by their type. */
function isSpecial(type: string): boolean {
  // Most types begin with another letter than x.
  if (type.charCodeAt(0) !== 120) return false;
  return type === 'xstate.stop' || type === 'xstate.init' || type.startsWith('xstate.error.actor');
}
