import { type AnyStateMachine, type AnyStateNode, createEmptyActor, createMachine } from 'xstate';

/** The actions that stand for an invoked actor in a machine that is stepped. */
export const actorActions = { start: 'batpak.start', stop: 'batpak.stop' } as const;

// Who asks an input for `self` gets an actor that does nothing: there is no live machine.
const nobody = createEmptyActor();

/**
 * The machine that is stepped in the place of another. It goes through the same states, with two
 * differences. A context that was given as an object is copied at each start: an assign that
 * mutates it would change all instances else. And an invoked actor is two actions, which ask for
 * its start and its stop: no snapshot holds an actor, so that each can be kept and compared.
 */
export function steppedMachine(machine: AnyStateMachine): AnyStateMachine {
  const context: unknown = machine.config.context;
  const shared = typeof context === 'object' && context !== null;
  const invokes = anyInvokes(machine.root);
  if (!shared && !invokes) return machine;
  const config = invokes ? withoutInvokes(machine.root) : machine.config;
  const own = shared ? { ...config, context: () => structuredClone(context) } : config;
  return createMachine(own, machine.implementations);
}

function anyInvokes(node: AnyStateNode): boolean {
  return node.invoke.length > 0 || Object.values<AnyStateNode>(node.states).some(anyInvokes);
}

function withoutInvokes(node: AnyStateNode): object {
  const { invoke: _, states, entry, exit, on, ...rest } = node.config;
  const done: Record<string, unknown> = {};
  for (const { id, onDone, onError } of node.invoke) {
    if (onDone !== undefined) done[doneType(id)] = onDone;
    if (onError !== undefined) done[errorType(id)] = onError;
  }
  const children = Object.entries<AnyStateNode>(node.states);
  return {
    ...rest,
    ...(states === undefined
      ? {}
      : {
          states: Object.fromEntries(children.map(([key, child]) => [key, withoutInvokes(child)])),
        }),
    // XState starts actors behind the entry actions, and stops them behind the exit actions.
    entry: [...listOf(entry), ...node.invoke.map(startOf)],
    exit: [
      ...listOf(exit),
      ...node.invoke.map(({ id }) => ({ type: actorActions.stop, params: { id } })),
    ],
    on: { ...Object(on), ...done },
  };
}

/** Type of the event by which an actor tells its output. */
export function doneType(actorId: string): string {
  return `xstate.done.actor.${actorId}`;
}

/** Type of the event by which an actor tells that it failed. */
export function errorType(actorId: string): string {
  return `xstate.error.actor.${actorId}`;
}

function startOf({ id, src, input }: AnyStateNode['invoke'][number]): object {
  return {
    type: actorActions.start,
    params: ({ context, event }: { context: unknown; event: unknown }) => ({
      id,
      src,
      input: typeof input === 'function' ? input({ context, event, self: nobody } as never) : input,
    }),
  };
}

function listOf(actions: unknown): readonly unknown[] {
  if (actions === undefined) return [];
  return Array.isArray(actions) ? actions : [actions];
}
