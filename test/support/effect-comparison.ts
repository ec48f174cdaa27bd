import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  initialTransition,
  transition,
} from 'xstate';
import { CompiledStepper } from '../../src/aggregates/compile/compiled-stepper.ts';

interface AnyAction {
  readonly type: string;
  readonly params?: unknown;
}

/**
 * Steps a machine with its actors by XState's own `transition`, and the machine that is stepped in
 * its place. Throws where they go apart, or ask for other effects. How many steps were compared.
 */
export function compareEffects(
  machine: AnyStateMachine,
  events: readonly { readonly type: string }[],
): number {
  const stepper = new CompiledStepper(machine);
  let [expected, wanted] = initialTransition(machine) as [AnyMachineSnapshot, AnyAction[]];
  if (expected.status === 'error') return 0;
  const started = stepper.start(undefined);
  let { snapshot } = started;
  same('start', told(expected, wanted), told(snapshot, started.actions));
  let compared = 0;
  for (const event of events) {
    if (snapshot.status !== 'active') return compared;
    const what = `event ${compared} (${JSON.stringify(event)})`;
    const before = { expected, snapshot };
    const own = answerOf(() => {
      [expected, wanted] = transition(machine, before.expected, event);
      return told(expected, wanted);
    });
    const stepped = answerOf(() => {
      const step = stepper.step(before.snapshot, event);
      ({ snapshot } = step);
      return told(snapshot, step.actions);
    });
    same(what, own, stepped);
    if (own.startsWith('threw')) return compared;
    compared += 1;
  }
  return compared;
}

function same(what: string, own: string, stepped: string): void {
  if (own !== stepped) throw new Error(`differs at ${what}:\n${own}\n${stepped}`);
}

function told(snapshot: AnyMachineSnapshot, actions: readonly AnyAction[]): string {
  const { value, context, status, output, historyValue } = snapshot;
  const history = Object.entries<readonly AnyStateNode[]>(historyValue);
  const facts = { value, context, status, output: output ?? null };
  const remembered = history.map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
  // A machine that has failed stops its actors; here that follows from its status.
  const asked = status === 'error' ? [] : actions.map(effectOf).filter((each) => each !== '');
  // Actors are started before or after timers are set: they have nothing to do with each other.
  const effects = asked.filter((each) => !each.startsWith('actor'));
  const actors = asked.filter((each) => each.startsWith('actor')).sort();
  return JSON.stringify([facts, remembered, effects, actors]);
}

function effectOf({ type, params }: AnyAction): string {
  const { id, src, input }: { id?: string; src?: string; input?: unknown } = Object(params);
  if (type === 'xstate.spawnChild' || type === 'batpak.start') {
    return `actor ${id} of ${src}: ${JSON.stringify(input)}`;
  }
  if (type === 'xstate.stopChild' || type === 'batpak.stop') return `actor ${id} stops`;
  return `${type} ${JSON.stringify(params ?? null)}`;
}

function answerOf(ask: () => string): string {
  try {
    return ask();
  } catch (cause) {
    return `threw ${String(cause)}`;
  }
}
