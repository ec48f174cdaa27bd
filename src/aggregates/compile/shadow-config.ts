import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { type MachineEvent, raiseOf } from '../stepping/xstate-adapter.ts';

/** Type of the event on which a shadow takes what it is told to; no machine's event has it. */
export const planEventType = '\u0000plan';

/** Who answers for the guards of a shadow, and sees the marks that its actions leave. */
export interface ShadowMarks {
  numberAction(action: unknown): number;
  considers(transition: AnyTransitionDefinition): boolean;
  wants(transition: AnyTransitionDefinition, eventless: boolean): boolean;
  sawOutput(final: AnyStateNode): number;
  sawMachineOutput(event: MachineEvent): undefined;
}

/** Configuration of a machine of the same shape, whose guards and actions are marks. */
export function configOfShadow(machine: AnyStateMachine, marks: ShadowMarks): object {
  return new ShadowConfig(machine, marks).of(machine.root);
}

class ShadowConfig {
  readonly #machine: AnyStateMachine;
  readonly #marks: ShadowMarks;

  constructor(machine: AnyStateMachine, marks: ShadowMarks) {
    this.#machine = machine;
    this.#marks = marks;
  }

  of(node: AnyStateNode): object {
    const { type, order, history } = node;
    const children = Object.entries<AnyStateNode>(node.states);
    return {
      id: `n${order}`,
      type,
      ...(type === 'history' ? { history, target: this.#historyTarget(node) } : {}),
      ...(children.length === 0
        ? {}
        : { states: Object.fromEntries(children.map(([key, child]) => [key, this.of(child)])) }),
      ...this.#initial(node),
      entry: this.#actions(node.entry),
      exit: this.#actions(node.exit),
      on: this.#on(node),
      always: (node.always ?? []).map((transition) => this.#taken(transition, true)),
      ...this.#output(node),
    };
  }

  #actions(actions: readonly unknown[]): unknown[] {
    return actions.map((action) =>
      raiseOf({ type: 'mark', mark: this.#marks.numberAction(action) }),
    );
  }

  #initial(node: AnyStateNode): object {
    if (node.config.initial === undefined) return {};
    const { target, actions } = node.initial;
    return { initial: { target: target[0]?.key, actions: this.#actions(actions) } };
  }

  // Under each descriptor stand guards alone, to hear in which order they are asked; under the
  // event that takes transitions stand all of the state's.
  #on(node: AnyStateNode): object {
    const asked: [string, unknown][] = [];
    const taken: unknown[] = [];
    for (const [descriptor, transitions] of node.transitions) {
      const guards = transitions.map((transition: AnyTransitionDefinition) => ({
        guard: () => this.#marks.considers(transition),
      }));
      asked.push([descriptor, guards]);
      for (const transition of transitions) taken.push(this.#taken(transition, false));
    }
    return Object.fromEntries([...asked, [planEventType, taken]]);
  }

  #taken(transition: AnyTransitionDefinition, eventless: boolean): object {
    const target: readonly AnyStateNode[] | undefined = transition.target;
    return {
      target: target?.map(({ order }) => `#n${order}`),
      reenter: transition.reenter,
      actions: this.#actions(transition.actions),
      guard: () => this.#marks.wants(transition, eventless),
    };
  }

  // Every final state has an output here, so that its done event tells which state was entered; and
  // the machine has one, to hear when it is done.
  #output(node: AnyStateNode): object {
    if (node.parent === undefined) {
      return {
        output: ({ event }: { event: MachineEvent }) => this.#marks.sawMachineOutput(event),
      };
    }
    return node.type === 'final' ? { output: () => this.#marks.sawOutput(node) } : {};
  }

  #historyTarget(node: AnyStateNode): unknown {
    const target: unknown = Reflect.get(node.config, 'target');
    if (target === undefined) return undefined;
    const targets: readonly unknown[] = Array.isArray(target) ? target : [target];
    return targets.map((each) => {
      if (typeof each !== 'string') throw new RangeError(`history '${node.id}' names no state`);
      // A path from the parent is the same here; an id is not.
      return each.startsWith('#') ? `#n${this.#machine.getStateNodeById(each).order}` : each;
    });
  }
}
