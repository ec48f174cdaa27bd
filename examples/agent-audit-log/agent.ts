import { allow, type CommandContext, defineAggregate, defineEvent, defineGate, deny } from 'batpak';
import { assign, fromPromise, setup } from 'xstate';

/** What an agent asks for, and why. */
export interface Call {
  readonly tool: 'read' | 'write';
  readonly path: string;
  readonly reason: string;
}

const machine = setup({
  types: {} as {
    context: { readonly calls: number; readonly last: string };
    events: ({ type: 'called' } & Call) | { type: 'finished'; summary: string };
  },
  actors: {
    tool: fromPromise<string, Pick<Call, 'tool' | 'path'>>(() =>
      Promise.reject(new Error('no tools were given')),
    ),
  },
  actions: {
    count: assign({ calls: ({ context }) => context.calls + 1 }),
    keep: assign((_, params: { last: string }) => params),
  },
}).createMachine({
  id: 'agent',
  context: { calls: 0, last: '' },
  initial: 'thinking',
  states: {
    thinking: {
      on: {
        called: { target: 'waiting', actions: { type: 'count' } },
        finished: { target: 'finished' },
      },
    },
    waiting: {
      invoke: {
        src: 'tool',
        input: ({ event }) =>
          event.type === 'called'
            ? { tool: event.tool, path: event.path }
            : { tool: 'read', path: '' },
        onDone: {
          target: 'thinking',
          actions: { type: 'keep', params: ({ event }) => ({ last: event.output }) },
        },
        onError: { target: 'thinking', actions: { type: 'keep', params: { last: 'it failed' } } },
      },
    },
    finished: { type: 'final' },
  },
});

export const agent = defineAggregate({
  name: 'agent',
  version: 1,
  machine,
  events: {
    called: defineEvent<Call>({ name: 'agent.called' }),
    finished: defineEvent<{ summary: string }>({ name: 'agent.finished' }),
  },
});

/** A command of an agent, as gates see it. */
type Command = { readonly type: string } & Partial<Call>;

export const withReason = defineGate({
  name: 'with-reason',
  version: 1,
  description: 'Nothing is done without a reason.',
  evaluate: (_: CommandContext, { type, reason }: Command) =>
    type !== 'called' || reason
      ? allow()
      : deny({ code: 'NO_REASON', reason: 'the agent did not say why' }),
});

export const noSecrets = defineGate({
  name: 'no-secrets',
  version: 2,
  description: 'What lies under /secrets is read and written by people.',
  evaluate: (_: CommandContext, { path = '' }: Command) =>
    path.startsWith('/secrets/')
      ? deny({ code: 'SECRET', reason: `${path} is not for agents`, facts: { path } })
      : allow(),
});
