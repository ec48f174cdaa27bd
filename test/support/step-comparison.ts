import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import { initialTransition, transition } from 'xstate';
import { CompiledStepper } from '../../src/aggregates/compile/compiled-stepper.ts';
import { activeNodes, MachineStepper } from '../../src/aggregates/stepping/xstate-adapter.ts';

interface AnyEvent {
  readonly type: string;
}

/** All that two snapshots of a machine can differ in, keys in the order in which they stand. */
export function factsOfSnapshot(snapshot: AnyMachineSnapshot, events: readonly AnyEvent[]): string {
  const history = Object.entries<readonly AnyStateNode[]>(snapshot.historyValue);
  return JSON.stringify({
    keys: Object.keys(snapshot),
    status: snapshot.status,
    value: snapshot.value,
    context: snapshot.context,
    output: snapshot.output ?? null,
    error: snapshot.error ?? null,
    nodes: activeNodes(snapshot).map(({ id }) => id),
    tags: [...snapshot.tags],
    children: snapshot.children,
    history: history.map(([id, nodes]) => [id, nodes.map((node) => node.id)]),
    can: events.map((event) => answerOf(() => snapshot.can(event))),
  });
}

/**
 * Steps a machine through events with XState's own `transition`, with a run of the compiled
 * machine, and with single compiled steps from XState's snapshots. Throws at the first difference.
 * How many steps were compared.
 */
export function compareSteps(machine: AnyStateMachine, events: readonly AnyEvent[]): number {
  // XState shares a context that is an object; so that all begin with the same, it is made here.
  const plain = new MachineStepper(machine);
  const stepper = new CompiledStepper(plain.machine);
  let [expected] = initialTransition(plain.machine);
  if (expected.status === 'error') return 0;
  const run = stepper.run(expected);
  const asked = [...new Map(events.map((event) => [event.type, event])).values()].slice(0, 3);
  let compared = 0;
  for (const event of events) {
    if (expected.status !== 'active') return compared;
    const before = expected;
    const now = answerOf(() => {
      const [snapshot, actions] = transition(plain.machine, before, event);
      const { taken, microsteps } = plain.step(before, event);
      expected = snapshot;
      return told(snapshot, actions, taken, microsteps, asked);
    });
    const ran = answerOf(() => {
      run.step(event);
      return told(run.snapshot(), run.actions, run.taken, run.microsteps, asked);
    });
    const stepped = answerOf(() => {
      const { snapshot, actions, taken, microsteps } = stepper.step(before, event);
      return told(snapshot, actions, taken, microsteps, asked);
    });
    const what = `event ${compared} (${JSON.stringify(event)})`;
    if (now !== ran) throw new Error(`run differs at ${what}:\n${now}\n${ran}`);
    if (now !== stepped) throw new Error(`step differs at ${what}:\n${now}\n${stepped}`);
    if (now.startsWith('threw')) return compared;
    compared += 1;
  }
  return compared;
}

function told(
  snapshot: AnyMachineSnapshot,
  actions: readonly { type: string; params?: unknown }[],
  taken: readonly { target?: readonly unknown[] | undefined; actions: readonly unknown[] }[],
  microsteps: number,
  asked: readonly AnyEvent[],
): string {
  const facts = factsOfSnapshot(snapshot, asked);
  const step = JSON.stringify({
    actions: actions.map(({ type, params }) => [type, params ?? null]),
    taken: taken.map(({ target, actions: own }) => [target?.length ?? null, own.length]),
    microsteps,
  });
  return `${facts} ${step}`;
}

function answerOf<T>(ask: () => T): T | string {
  try {
    return ask();
  } catch (cause) {
    return `threw ${String(cause)}`;
  }
}
