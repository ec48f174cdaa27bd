import fc from 'fast-check';
import type { AnyStateMachine } from 'xstate';
import { and, createMachine, fromPromise } from 'xstate';
import {
  type ActionSpec,
  actionKinds,
  actionOf,
  type GeneratedContext,
  type GuardKind,
  type GuardSpec,
  guardOf,
  namedActions,
  namedGuards,
} from './generated-parts.ts';

/** A machine as plain data: fast-check shrinks it, and prints it when a property fails. */
export interface MachineSpec {
  readonly root: StateSpec;
  /** What the first context counts from. */
  readonly n: number;
}

interface StateSpec {
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'shallow' | 'deep';
  readonly children: readonly StateSpec[];
  readonly initial: number;
  readonly entry: readonly ActionSpec[];
  readonly exit: readonly ActionSpec[];
  readonly initialActions: readonly ActionSpec[];
  readonly on: readonly TransitionSpec[];
  readonly always: readonly TransitionSpec[];
  readonly done: readonly TransitionSpec[];
  readonly after: readonly TransitionSpec[];
  /** Of an invoked actor: what follows its output, and whether its failure is taken. */
  readonly invoke: { readonly done: TransitionSpec; readonly failed: boolean } | undefined;
  readonly tagged: boolean;
  readonly output: number;
  /** Of a history state, its default: one of its siblings, or none. */
  readonly fallback: number | undefined;
}

interface TransitionSpec {
  readonly descriptor: string;
  /** Numbers of states, taken modulo how many there are. */
  readonly target: readonly number[] | undefined;
  readonly reenter: boolean;
  readonly guard: GuardSpec | undefined;
  readonly actions: readonly ActionSpec[];
}

/** Types of the events that are sent to generated machines; `r.` are also raised. */
export const generatedTypes = ['a', 'b', 'x.one', 'x.two', 'r.1', 'r.2', 'other'] as const;

/** An event of a generated machine. */
export interface GeneratedEvent {
  readonly type: string;
  readonly n: number;
}

/** Any event of a generated machine. */
export const generatedEvent: fc.Arbitrary<GeneratedEvent> = fc.record({
  type: fc.constantFrom(...generatedTypes),
  n: fc.integer({ min: 0, max: 5 }),
});

/** What comes from outside of a generated machine, of one of its states by number. */
export const generatedExternal: fc.Arbitrary<{ what: string; state: number; n: number }> =
  fc.record({
    what: fc.constantFrom('after', 'after', 'done', 'done', 'error'),
    state: fc.nat(40),
    n: fc.integer({ min: 0, max: 5 }),
  });

/** The machine event that it is. */
export function externalOfSpec(
  { root }: MachineSpec,
  { what, state, n }: { what: string; state: number; n: number },
): GeneratedEvent {
  const id = `s${state % new Numbering(root).specs.length}`;
  if (what === 'after') return { type: `xstate.after.10.${id}`, n };
  return { type: `xstate.${what}.actor.0.${id}`, n };
}

/** Any machine: nested, parallel, with history, guards, actions, final states and all the rest. */
export const machineSpec: fc.Arbitrary<MachineSpec> = fc.record({
  root: stateSpec(3, true),
  n: fc.integer({ min: 0, max: 3 }),
});

/** The machine that a spec describes. */
export function machineOfSpec(spec: MachineSpec): AnyStateMachine {
  const states = new Numbering(spec.root);
  const config = configOf(spec.root, states);
  return createMachine(
    { ...config, context: () => ({ n: spec.n, fuel: 6, log: [] }) },
    {
      guards: namedGuards,
      actions: namedActions,
      delays: { later: ({ context }: { context: { n: number } }) => context.n * 100 } as never,
      actors: { work: fromPromise(() => Promise.resolve(1)) },
    },
  );
}

function stateSpec(depth: number, root: boolean): fc.Arbitrary<StateSpec> {
  const actions = fc.array(actionSpec(), { maxLength: 2 });
  const kinds = ['compound', 'parallel'] as const;
  const leaves = ['atomic', 'atomic', 'atomic', 'final', 'shallow', 'deep'] as const;
  const kind: fc.Arbitrary<StateSpec['kind']> = root
    ? fc.constantFrom('compound', 'compound', 'parallel')
    : depth === 0
      ? fc.constantFrom(...leaves)
      : fc.constantFrom(...leaves, ...kinds, ...kinds, ...kinds);
  return kind.chain((chosen) =>
    fc.record({
      kind: fc.constant(chosen),
      children:
        chosen === 'compound' || chosen === 'parallel'
          ? fc.array(stateSpec(depth - 1, false), { minLength: 1, maxLength: 3 })
          : fc.constant([]),
      initial: fc.nat(2),
      entry: actions,
      exit: actions,
      initialActions: actions,
      on: fc.array(transitionSpec(), { maxLength: 4 }),
      always: fc.array(transitionSpec(), { maxLength: 1 }),
      done: fc.array(transitionSpec(), { maxLength: 1 }),
      after: fc.array(transitionSpec(), { maxLength: 1 }),
      invoke: fc.option(fc.record({ done: transitionSpec(), failed: fc.boolean() }), {
        nil: undefined,
        freq: 2,
      }),
      tagged: fc.boolean(),
      output: fc.nat(3),
      fallback: fc.option(fc.nat(3), { nil: undefined }),
    }),
  );
}

function transitionSpec(): fc.Arbitrary<TransitionSpec> {
  return fc.record({
    descriptor: fc.constantFrom(...generatedTypes.slice(0, -1), 'x.*', '*', 'a.*', 'r.*'),
    target: fc.oneof(
      { weight: 3, arbitrary: fc.array(fc.nat(40), { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.array(fc.nat(40), { minLength: 2, maxLength: 2 }) },
    ),
    reenter: fc.boolean(),
    guard: fc.option(guardSpec(2), { nil: undefined, freq: 3 }),
    actions: fc.array(actionSpec(), { maxLength: 2 }),
  });
}

function guardSpec(depth: number): fc.Arbitrary<GuardSpec> {
  const plain = fc.record({
    kind: fc.constantFrom<GuardKind[]>('inline', 'named', 'params', 'computed', 'composed'),
    n: fc.integer({ min: 0, max: 3 }),
  });
  const throwing = fc.record({ kind: fc.constant('throwing' as const), n: fc.nat(3) });
  const active = fc.record({ kind: fc.constant('in' as const), state: fc.nat(40) });
  const weighted = [
    { weight: 12, arbitrary: plain },
    { weight: 2, arbitrary: active },
    { weight: 1, arbitrary: throwing },
  ] as const;
  if (depth === 0) return fc.oneof(...weighted);
  const inner = fc.array(guardSpec(depth - 1), { minLength: 1, maxLength: 2 });
  const composed = fc.record({ kind: fc.constantFrom('and', 'or', 'not'), of: inner });
  return fc.oneof(...weighted, { weight: 5, arbitrary: composed });
}

function actionSpec(): fc.Arbitrary<ActionSpec> {
  return fc.record({
    kind: fc.oneof(
      { weight: 60, arbitrary: fc.constantFrom(...actionKinds.slice(0, -1)) },
      { weight: 1, arbitrary: fc.constant('throwing' as const) },
    ),
    n: fc.integer({ min: 0, max: 5 }),
  });
}

/** Numbers of the states in document order, and how they lie in each other. */
class Numbering {
  readonly specs: StateSpec[] = [];
  readonly #parents: (number | undefined)[] = [];

  constructor(root: StateSpec) {
    this.#add(root, undefined);
  }

  id(spec: StateSpec): string {
    return `s${this.specs.indexOf(spec)}`;
  }

  /** Targets that XState can be in together: the second only in another region. */
  targets(numbers: readonly number[] | undefined): string[] | undefined {
    if (numbers === undefined) return undefined;
    const [first = 0, second] = numbers.map((number) => number % this.specs.length);
    if (second === undefined || !this.#areBeside(first, second)) return [`#s${first}`];
    return [`#s${first}`, `#s${second}`];
  }

  state(number: number): string {
    return `#s${number % this.specs.length}`;
  }

  #add(spec: StateSpec, parent: number | undefined): void {
    const number = this.specs.push(spec) - 1;
    this.#parents.push(parent);
    for (const child of spec.children) this.#add(child, number);
  }

  #areBeside(first: number, second: number): boolean {
    const above = this.#path(first);
    const other = this.#path(second);
    const common = above.filter((number) => other.includes(number));
    const meeting = common[0];
    if (meeting === undefined || meeting === first || meeting === second) return false;
    return this.specs[meeting]?.kind === 'parallel';
  }

  #path(number: number): number[] {
    const path: number[] = [];
    let each: number | undefined = number;
    while (each !== undefined) {
      path.push(each);
      each = this.#parents[each];
    }
    return path;
  }
}

function configOf(spec: StateSpec, states: Numbering): object {
  const id = states.id(spec);
  const actionsOf = (specs: readonly ActionSpec[], what: string) =>
    specs.map((action, index) => actionOf(action, `${id}.${what}${index}`));
  if (spec.kind === 'shallow' || spec.kind === 'deep') return { ...historyOf(spec), id };
  const transition = (each: TransitionSpec, internal: boolean) =>
    transitionOf(each, states, actionsOf(each.actions, `on.${each.descriptor}`), internal);
  const on: Record<string, object[]> = {};
  for (const each of spec.on) {
    const internal = each.descriptor.includes('*') || each.descriptor.startsWith('r.');
    on[each.descriptor] = [...(on[each.descriptor] ?? []), transition(each, internal)];
  }
  const children = childrenOf(spec, states);
  const keys = Object.keys(children).filter((key) => !key.startsWith('h'));
  const initial = keys[spec.initial % keys.length];
  return {
    id,
    on,
    entry: actionsOf(spec.entry, 'entry'),
    exit: actionsOf(spec.exit, 'exit'),
    always: spec.always.map((each) => transition(each, true)),
    ...effectsOf(spec, transition),
    ...(spec.kind === 'final' || spec.kind === 'parallel' ? { type: spec.kind } : {}),
    ...(spec.tagged ? { tags: [`tag ${id}`, 'tag'] } : {}),
    ...outputOf(spec, id),
    ...(spec.kind === 'compound'
      ? { initial: { target: initial, actions: actionsOf(spec.initialActions, 'initial') } }
      : {}),
    ...(spec.children.length > 0
      ? { states: children, onDone: spec.done.map((each) => transition(each, true)) }
      : {}),
  };
}

function effectsOf(
  { kind, after, invoke }: StateSpec,
  transition: (spec: TransitionSpec, internal: boolean) => object,
): object {
  if (kind === 'final') return {};
  return {
    after: Object.fromEntries(after.map((each) => [10, transition(each, false)])),
    ...(invoke === undefined
      ? {}
      : {
          invoke: {
            src: 'work',
            input: ({ context }: { context: GeneratedContext }) => context.log.length,
            onDone: transition(invoke.done, false),
            ...(invoke.failed ? { onError: { actions: 'note' } } : {}),
          },
        }),
  };
}

/** States by key. History states are no states to begin in: there is always one that is. */
function childrenOf(spec: StateSpec, states: Numbering): Record<string, object> {
  const entries = spec.children.map((child, index): [string, object] => {
    const isHistory = child.kind === 'shallow' || child.kind === 'deep';
    const config = configOf(child, states);
    if (!isHistory) return [`k${index}`, config];
    const target = child.fallback === undefined ? undefined : siblingOf(spec, child.fallback);
    return [`h${index}`, { ...config, ...(target === undefined ? {} : { target }) }];
  });
  if (entries.length > 0 && entries.every(([key]) => key.startsWith('h'))) {
    entries.push(['k', {}]);
  }
  return Object.fromEntries(entries);
}

function siblingOf(spec: StateSpec, number: number): string | undefined {
  const index = number % spec.children.length;
  const kind = spec.children[index]?.kind;
  return kind === 'shallow' || kind === 'deep' ? undefined : `k${index}`;
}

function historyOf(spec: StateSpec): object {
  return { type: 'history', history: spec.kind };
}

function outputOf(spec: StateSpec, id: string): object {
  if (spec.output === 0) return {};
  if (spec.output === 1) return { output: `output of ${id}` };
  return {
    output: ({ context, event }: { context: GeneratedContext; event: object }) => [
      id,
      context.log.length,
      event,
    ],
  };
}

function transitionOf(
  spec: TransitionSpec,
  states: Numbering,
  actions: readonly unknown[],
  internal: boolean,
): object {
  const target = states.targets(spec.target);
  const own =
    spec.guard === undefined ? undefined : guardOf(spec.guard, (number) => states.state(number));
  const guard = internal ? (own === undefined ? 'hasFuel' : and([own as never, 'hasFuel'])) : own;
  return {
    ...(target === undefined ? {} : { target }),
    ...(spec.reenter ? { reenter: true } : {}),
    ...(guard === undefined ? {} : { guard }),
    actions: [internal ? 'burn' : 'refuel', ...actions],
  };
}
