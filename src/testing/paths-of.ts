import type { AnyMachineSnapshot, AnyStateMachine, EventFromLogic } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { admitEvent, validateCommand } from '../aggregates/command/admit.ts';
import type {
  AggregateDefinition,
  CommandOf,
  EventMap,
} from '../aggregates/definition/definition.ts';
import { steppedMachine } from '../aggregates/stepping/stepped-machine.ts';
import { activeNodes, MachineStepper } from '../aggregates/stepping/xstate-adapter.ts';
import { defined } from '../model/assert.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { memoryPlatform } from '../platform/memory-platform.ts';
import { differencesOf } from './difference.ts';
import { Happening } from './happening.ts';
import { SpecFailure } from './spec-failure.ts';
import type { Ending } from './spec-host.ts';
import { Walk, type WalkOptions } from './walk.ts';

/** Transitions that are tried at most, unless told otherwise. */
const limitDefault = 10_000;

/** How the states of a machine are found. */
export interface PathOptions<Machine extends AnyStateMachine> extends WalkOptions<Machine> {
  /**
   * What makes two states different, such as the value and whether a list is empty. @default the
   * state value and the status: the context is not looked at
   */
  readonly by?: (state: { readonly value: unknown; readonly context: unknown }) => unknown;
  /** What may happen outside: timers that fire, actors that are done or fail. @default nothing */
  readonly happenings?: readonly Happening[];
  /** Most transitions that are tried while the states are looked for. @default 10000 */
  readonly limit?: number;
}

/** A shortest way from the start to a state of an aggregate. */
export interface AggregatePath<Command> {
  /** Such as `opened, closed → "closed"`: a name for the test. */
  readonly description: string;
  /** Commands and happenings on the way; none for the state in which the machine starts. */
  readonly commands: readonly (Command | Happening)[];
  /** State value that it leads to. */
  readonly value: unknown;
  /**
   * Walks it in a store in memory, with a restart, a crash or a power loss after each command, and
   * tries every sample at its end. @throws {SpecFailure} @throws {MachineDefectError}
   */
  run(): void;
}

/**
 * The shortest ways to all states that the samples lead to. Running them all takes each sample in
 * each of the states: every edge that there is. Actors and timers of the machine do nothing by
 * themselves: what may become of them is told by `happenings`.
 *
 * ```ts
 * it.each(pathsOf(door, [{ type: 'opened', by: 'kim' }, { type: 'closed' }]))(
 *   '$description',
 *   (path) => path.run(),
 * );
 * ```
 *
 * @throws {ArgumentTypeError} when a sample is refused before it gets to the machine
 * @throws {ArgumentRangeError} when the states don't come to an end within `limit` transitions
 */
export function pathsOf<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  samples: readonly CommandOf<Events>[],
  options: PathOptions<Machine> = {},
): readonly AggregatePath<CommandOf<Events>>[] {
  checkKeys('options', options, ['input', 'by', 'happenings', 'limit']);
  const { by = ({ value }) => value, limit = limitDefault, happenings = [] } = options;
  const tried: readonly (CommandOf<Events> | Happening)[] = [...samples, ...happenings];
  const events = tried.map((sample, index) =>
    sample instanceof Happening ? sample.event : machineEventOf(definition, sample, index),
  );
  const commandOf = new Map(events.map((event, index) => [canonicalJson(event), tried[index]]));
  // As aggregates are stepped: an actor that is invoked is two actions there.
  const found = shortestPaths(steppedMachine(definition.machine), events, {
    limit,
    keyOf: (snapshot) => canonicalJson([snapshot.status, by(snapshot)]),
    isTold: (snapshot, { type }) =>
      !isOfActor(type) || waitsFor(definition.machine, snapshot, type),
    input: options.input,
  });
  return found.map(({ snapshots, taken }) => {
    const commands = taken.map((event) =>
      defined(commandOf.get(canonicalJson(event)), 'a path is made of samples'),
    );
    const value: unknown = snapshots.at(-1)?.value;
    const way = commands.length === 0 ? 'start' : commands.map(({ type }) => type).join(', ');
    const description = `${way} → ${canonicalJson(value)}`;
    const run = (): void => {
      const walk = new Walk(definition, options);
      // Something can only happen to what has begun.
      if (happenings.length > 0 && !('input' in options)) walk.begin();
      for (const [index, command] of commands.entries()) {
        const reason = walk.step(command, endings[index % endings.length]);
        const at = `${description}, step ${index + 1}`;
        checkStep(
          at,
          reason,
          snapshots[index + 1],
          walk.state,
          definition.options.admit === undefined,
        );
      }
      walk.end();
      for (const sample of tried) trySample(walk, sample);
    };
    return { description, commands, value, run };
  });
}

const endings: readonly Ending[] = ['close', 'crash', 'power loss'];

interface FoundPath {
  /** One more than there are events. */
  readonly snapshots: readonly AnyMachineSnapshot[];
  readonly taken: readonly object[];
}

function shortestPaths(
  machine: AnyStateMachine,
  events: readonly object[],
  {
    limit,
    keyOf,
    isTold,
    input,
  }: {
    limit: number;
    keyOf: (snapshot: AnyMachineSnapshot) => string;
    isTold: (snapshot: AnyMachineSnapshot, event: { readonly type: string }) => boolean;
    input: unknown;
  },
): readonly FoundPath[] {
  let paths: ReturnType<typeof getShortestPaths<AnyStateMachine>>;
  try {
    paths = getShortestPaths(machine, {
      // They are events of this machine: its definition has made them of commands.
      events: [...events] as EventFromLogic<AnyStateMachine>[],
      serializeState: keyOf,
      filterEvents: (snapshot, event) => isTold(snapshot, event),
      limit,
      input,
    });
  } catch (cause) {
    if (!(cause instanceof Error && cause.message.includes('limit'))) throw cause;
    const expected = "enough for all states: pass a 'by' under which there are fewer";
    throw new ArgumentRangeError('limit', limit, expected);
  }
  const stepper = new MachineStepper(machine);
  return paths.map(({ steps }) => {
    // The first step is the machine's own start.
    const taken = steps.slice(1).map(({ event }) => event);
    // A step's own state may be that of another way to the same place, with another context.
    let { snapshot } = stepper.start(input);
    const snapshots = [snapshot];
    for (const event of taken) {
      ({ snapshot } = stepper.step(snapshot, event));
      snapshots.push(snapshot);
    }
    return { snapshots, taken };
  });
}

function isOfActor(type: string): boolean {
  return type.startsWith('xstate.done.actor.') || type.startsWith('xstate.error.actor.');
}

/** Whether a state invokes the actor: XState fails on the error of one that it does not know. */
function waitsFor(machine: AnyStateMachine, snapshot: AnyMachineSnapshot, type: string): boolean {
  return activeNodes(snapshot).some(({ id }) =>
    machine.getStateNodeById(id).invoke.some((each) => type.endsWith(`.actor.${each.id}`)),
  );
}

function machineEventOf<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  sample: CommandOf<Events>,
  index: number,
): object {
  const declared = definition.eventOf(sample.type);
  const checked = declared === undefined ? undefined : validateCommand(declared, sample);
  if (checked !== undefined && 'payload' in checked) {
    const admitted = admitEvent(definition, sample.type, checked.payload, memoryPlatform());
    if ('event' in admitted) return admitted.event;
  }
  const expected = 'a command whose type is declared and whose payload its schema takes';
  throw new ArgumentTypeError(`samples[${index}]`, sample, expected);
}

function checkStep(
  at: string,
  reason: string | undefined,
  wanted: AnyMachineSnapshot | undefined,
  state: { readonly value: unknown; readonly context: unknown } | undefined,
  comparesContext: boolean,
): void {
  if (reason !== undefined) {
    const problem = `${at}: the aggregate refuses as '${reason}' what leads the machine elsewhere`;
    throw new SpecFailure(problem, { expected: 'accepted', actual: reason });
  }
  // An admit hook may put the time into the event: the context is then another one each time.
  const factsOf = (facts: typeof state): object | undefined =>
    facts === undefined || comparesContext
      ? facts && { value: facts.value, context: facts.context }
      : { value: facts.value };
  const [expected, actual] = [factsOf(wanted), factsOf(state)];
  const differences = differencesOf(expected, actual, 'state');
  if (differences.length === 0) return;
  const problem = `${at}: the aggregate is elsewhere than its machine:`;
  throw new SpecFailure(problem, { expected, actual, differences });
}

function trySample<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  walk: Walk<Machine, Events>,
  sample: CommandOf<Events> | Happening,
): void {
  const branch = walk.fork();
  branch.step(sample, 'crash');
  branch.end();
}
