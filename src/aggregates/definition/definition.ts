import type { AnyStateMachine, EventFromLogic, InputFrom } from 'xstate';
import { checkCoordinatePart } from '../../model/coordinate.ts';
import { ArgumentTypeError } from '../../model/errors/argument-error.ts';
import { type AnyEventDefinition, EventDefinition } from '../../model/event-definition.ts';
import { checkEvolution, Evolution, type OnRefused } from '../evolution/evolution.ts';
import { probeXState } from '../stepping/xstate-adapter.ts';
import { checkEvent, checkOptions } from './definition-check.ts';
import { checkMachine } from './machine-check.ts';

/** Types of the events that a machine takes. */
export type MachineEventType<Machine extends AnyStateMachine> = EventFromLogic<Machine>['type'];

/** What a machine event of a type carries besides its type. */
export type CarriedBy<Machine extends AnyStateMachine, Type> = Omit<
  Extract<EventFromLogic<Machine>, { type: Type }>,
  'type'
>;

/** For each type of machine event that commands may have, the event that is stored for it. */
export type EventMap<Machine extends AnyStateMachine> = {
  readonly [Type in MachineEventType<Machine>]?: AnyEventDefinition & {
    /** What is stored must be what the machine event carries. */
    validate(input: never): CarriedBy<Machine, Type>;
  };
};

/**
 * What keeps a machine whose events have no types out: `unknown` for one whose events have them, an
 * object that nobody has for the others. Their payloads would not be checked.
 */
export type TypedEvents<Machine extends AnyStateMachine, Events> = 0 extends 1 &
  MachineEventType<Machine>
  ? unknown
  : string extends MachineEventType<Machine>
    ? [keyof Events] extends [never]
      ? unknown
      : { readonly "the machine's events need types: setup({ types: { events } })": never }
    : unknown;

/** A command: a machine event whose payload is what its definition's schema takes. */
export type CommandOf<Events> = {
  [Type in keyof Events & string]: Events[Type] extends EventDefinition<infer _Stored, infer Input>
    ? { readonly type: Type } & Readonly<Input>
    : never;
}[keyof Events & string];

/** A machine event as it is stored and stepped on: its payload is what the schema made of it. */
export type StoredEventOf<Events> = {
  [Type in keyof Events & string]: Events[Type] extends EventDefinition<infer Stored, infer _Input>
    ? { readonly type: Type } & Readonly<Stored>
    : never;
}[keyof Events & string];

/** What `admit` may use: the only door by which time, ids and chance come into an event. */
export interface Admission {
  /** Microseconds since 1970. */
  readonly nowUs: number;
  /** A UUIDv7 of its own for each call. */
  readonly id: string;
  /** A number from 0 up to, not including, 1. */
  readonly random: number;
}

/** What {@link defineAggregate} takes. */
export interface AggregateOptions<
  Machine extends AnyStateMachine,
  Events extends EventMap<Machine>,
> {
  /** Begins the name of every entity, `name:id`: 1 to 255 characters without a colon. */
  readonly name: string;
  /** Raise it when the machine changes: 1 to 65 535. Stored with every event. */
  readonly version: number;
  /**
   * An XState 5 machine. It may assign, raise, emit, cancel, log and enqueue actions; its delays,
   * its named actions and the promise actors that it invokes are run by `effects`.
   */
  readonly machine: Machine;
  /** Scope of the events, or how the id gives it. @default 'default' */
  readonly scope?: string | ((id: string) => string);
  /**
   * Machine events that commands may have. Others are refused as `unhandled`. Payloads of earlier
   * versions are brought to today's by the `upcasts` of their definitions.
   */
  readonly events: Events &
    Record<Exclude<keyof Events, MachineEventType<Machine>>, never> &
    TypedEvents<Machine, Events>;
  /** Events that the machine emits: stored in the same batch as what caused them. */
  readonly emits?: { readonly [type: string]: AnyEventDefinition };
  /** Input of the machine when the first command comes before `create`; logged, not asked again. */
  readonly input?: (first: { id: string; event: StoredEventOf<Events> }) => InputFrom<Machine>;
  /** Last look at a valid command before the machine: returns the event to log. */
  readonly admit?: (event: StoredEventOf<Events>, admission: Admission) => StoredEventOf<Events>;
  /**
   * By the name under which an event was stored once, the type of machine event it is today. It is
   * read by the definition of today's name, so that versions are counted on over both.
   */
  readonly earlierNames?: Readonly<Record<string, keyof Events & string>>;
  /**
   * Types of the events of timers and of actors' results that were others in earlier versions, such
   * as `xstate.after.1000.order.paying`, which names delay and state: by the old type, the new one.
   */
  readonly earlierTypes?: Readonly<Record<string, string>>;
  /**
   * States that had another name in earlier versions: by the old path, such as `work.open`, the new
   * one. So that histories are not told to have changed.
   */
  readonly renames?: Readonly<Record<string, string>>;
  /**
   * What is done with an event of another version that the machine of today refuses: a
   * {@link HistoryRefusedError}, or it is skipped and counted in `state.report`. @default 'throw'
   */
  readonly onRefused?: OnRefused;
}

/** A definition whatever its types: what code that only runs it takes. */
export interface AnyAggregateDefinition {
  readonly name: string;
  readonly version: number;
  readonly machine: AnyStateMachine;
  /** By name of a stored event, the type of the machine event. */
  readonly eventTypes: ReadonlyMap<string, string>;
  /** Whether the first command gives the machine its input. */
  readonly givesInput: boolean;
  /** Whether it takes a last look at commands. */
  readonly admits: boolean;
  /** How histories of earlier versions are read. */
  readonly evolution: Evolution;
  /** Types of the machine events that commands may have. */
  readonly commandTypes: readonly string[];
  entityOf(id: string): string;
  scopeOf(id: string): string;
  eventOf(type: string): AnyEventDefinition | undefined;
  emittedOf(type: string): AnyEventDefinition | undefined;
  inputFor(id: string, event: object): unknown;
  admit(event: object, admission: Admission): object;
}

/** An aggregate, checked: a machine and what is stored of it. Made by {@link defineAggregate}. */
export class AggregateDefinition<
  Machine extends AnyStateMachine = AnyStateMachine,
  Events extends EventMap<Machine> = EventMap<Machine>,
> {
  /** What it was defined with. */
  readonly options: AggregateOptions<Machine, Events>;
  /** By name of a stored event, the type of the machine event. */
  readonly eventTypes: ReadonlyMap<string, string>;
  /** @internal */
  readonly evolution: Evolution;

  /** @internal */
  constructor(options: AggregateOptions<Machine, Events>, eventTypes: ReadonlyMap<string, string>) {
    this.options = Object.freeze({ ...options });
    this.eventTypes = eventTypes;
    this.evolution = new Evolution(options);
  }

  /** Begins the name of every entity. */
  get name(): string {
    return this.options.name;
  }
  /** Stored with every event. */
  get version(): number {
    return this.options.version;
  }
  /** The machine that judges commands and folds events. */
  get machine(): Machine {
    return this.options.machine;
  }
  /** Whether the first command gives the machine its input. */
  get givesInput(): boolean {
    return this.options.input !== undefined;
  }

  /** Whether it takes a last look at commands. */
  get admits(): boolean {
    return this.options.admit !== undefined;
  }

  /** Types of the machine events that commands may have, in the order of the definition. */
  get commandTypes(): readonly string[] {
    return Object.keys(this.options.events);
  }

  /** The entity that holds the aggregate of this id. @throws {InvalidCoordinateError} */
  entityOf(id: string): string {
    if (typeof id !== 'string' || id.length === 0) {
      throw new ArgumentTypeError('id', id, 'a text that is not empty');
    }
    const entity = `${this.name}:${id}`;
    checkCoordinatePart('entity', entity);
    return entity;
  }

  /** The scope in which the aggregate of this id emits. */
  scopeOf(id: string): string {
    const { scope = 'default' } = this.options;
    return typeof scope === 'function' ? scope(id) : scope;
  }

  /** What is stored for a machine event of this type, or `undefined`. */
  eventOf(type: string): AnyEventDefinition | undefined {
    const events: Readonly<Record<string, AnyEventDefinition | undefined>> = this.options.events;
    return Object.hasOwn(events, type) ? events[type] : undefined;
  }

  /** What is stored for an emitted event of this type, or `undefined`. */
  emittedOf(type: string): AnyEventDefinition | undefined {
    const { emits } = this.options;
    return emits !== undefined && Object.hasOwn(emits, type) ? emits[type] : undefined;
  }

  /** Input of the machine for an aggregate that this command begins. */
  inputFor(id: string, event: object): unknown {
    return this.options.input?.({ id, event: asStored(event) });
  }

  /** The event to log for a valid command. */
  admit(event: object, admission: Admission): object {
    const { admit } = this.options;
    return admit === undefined ? event : admit(asStored(event), admission);
  }
}

// Its type was found among the events of the definition, and its schema has made the payload.
function asStored<Events>(event: object): StoredEventOf<Events> {
  return event as StoredEventOf<Events>;
}

let probed = false;

/**
 * Defines an aggregate: an XState machine whose accepted events are stored, and whose state is the
 * fold of what was stored.
 *
 * ```ts
 * const door = defineAggregate({
 *   name: 'door', version: 1, machine: doorMachine, events: { opened: Opened, closed: Closed },
 * });
 * ```
 *
 * @throws {UnsupportedMachineError} when the machine asks for what can't be stored or found again
 * @throws {UnsupportedXStateError} when the installed XState can't be read
 * @throws {ArgumentTypeError} {@link ArgumentRangeError}
 */
export function defineAggregate<
  Machine extends AnyStateMachine,
  const Events extends EventMap<Machine>,
>(options: AggregateOptions<Machine, Events>): AggregateDefinition<Machine, Events> {
  if (!probed) {
    probeXState();
    probed = true;
  }
  checkOptions(options);
  const { name, machine, events, emits } = options;
  checkMachine(name, machine);
  const eventTypes = new Map<string, string>();
  for (const [type, definition] of Object.entries(events)) {
    checkEvent(name, `events.${type}`, type, definition, eventTypes);
  }
  for (const [type, definition] of Object.entries(emits ?? {})) {
    checkEvent(name, `emits.${type}`, type, definition, eventTypes);
  }
  checkEvolution(options, machine);
  const inputs = Object.entries(events).map(([type, event]) => [nameOf(event), type] as const);
  return new AggregateDefinition(options, new Map(inputs));
}

function nameOf(definition: unknown): string {
  return definition instanceof EventDefinition ? definition.name : '';
}
