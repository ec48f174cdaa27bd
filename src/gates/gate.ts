import {
  ArgumentRangeError,
  ArgumentTypeError,
  checkKeys,
} from '../model/errors/argument-error.ts';
import { JudgedValue } from './judged-value.ts';

/** Longest name of a gate, and longest code of a denial, in UTF-16 units. */
export const gateNameMax = 255;

/** What codes of the pipeline itself begin with. */
export const ownCodePrefix = 'GATE_';

/** What a gate answers: `allow()` or `deny({ code, reason })`. */
export type GateAnswer = Allowed | Denied;

/** The gate has nothing against it. */
export interface Allowed {
  readonly type: 'allowed';
}

/** The gate denies it. */
export interface Denied {
  readonly type: 'denied';
  readonly code: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What {@link deny} takes. */
export interface DenyOptions {
  /** Why, for programs: 1 to 255 characters, such as `FUNDS_MISSING`; not `GATE_…`. */
  readonly code: string;
  /** Why, for people. */
  readonly reason: string;
  /** What else is worth knowing: anything a payload can hold. @default {} */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** What {@link defineGate} takes. */
export interface GateOptions<Context, Payload> {
  /** 1 to 255 characters, unique in a set. */
  readonly name: string;
  /** Raised with each change of what it allows; stored with what went through it. 1..65535 */
  readonly version: number;
  /** What it stands for, in a sentence for people. @default '' */
  readonly description?: string;
  /**
   * Judges. Pure: it reads nothing but what it is given, changes nothing, and answers at once.
   * Context and payload are frozen copies. What it throws is a denial with the code `GATE_DEFECT`.
   */
  readonly evaluate: (context: Context, payload: Payload) => GateAnswer;
}

/** A rule that a proposal must pass. Made by {@link defineGate}. */
export class Gate<Context = unknown, Payload = unknown> {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  /** Judges: what {@link defineGate} was given. */
  readonly evaluate: (context: Context, payload: Payload) => GateAnswer;

  /** @internal */
  constructor(options: GateOptions<Context, Payload>) {
    this.name = options.name;
    this.version = options.version;
    this.description = options.description ?? '';
    this.evaluate = options.evaluate;
    Object.freeze(this);
  }
}

/** Any gate, whatever it looks at. */
export type AnyGate = Gate<never, never>;

/** The context that all of these gates together look at: what each of them takes. */
export type GateContext<Gates extends AnyGate> = Taken<
  Gates extends Gate<infer Context, infer _Payload> ? Takes<Context> : never
>;

/** The payloads that all of these gates together judge. */
export type GatePayload<Gates extends AnyGate> = Taken<
  Gates extends Gate<infer _Context, infer Payload> ? Takes<Payload> : never
>;

/** A function of the value. Of no gate at all nothing is known, so it takes anything. */
type Takes<Value> = (value: [Value] extends [never] ? unknown : Value) => void;

/** What every function of a union takes. */
type Taken<Functions> = [Functions] extends [(value: infer Value) => void] ? Value : never;

/**
 * Defines a gate.
 *
 * ```ts
 * const funds = defineGate({
 *   name: 'funds',
 *   version: 1,
 *   description: 'An account never goes below zero.',
 *   evaluate: ({ balance }: { balance: number }, { cents }: { cents: number }) =>
 *     cents <= balance ? allow() : deny({ code: 'FUNDS_MISSING', reason: `only ${balance} left` }),
 * });
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when an option is wrong
 */
export function defineGate<Context = unknown, Payload = unknown>(
  options: GateOptions<Context, Payload>,
): Gate<Context, Payload> {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with name, version and evaluate');
  }
  checkKeys('options', options, ['name', 'version', 'description', 'evaluate']);
  const { name, version, description, evaluate } = options;
  checkText('name', name);
  if (!(Number.isInteger(version) && version >= 1 && version <= 0xffff)) {
    throw new ArgumentRangeError('version', version, 'an integer 1..65535');
  }
  if (description !== undefined && typeof description !== 'string') {
    throw new ArgumentTypeError('description', description, 'a string');
  }
  if (typeof evaluate !== 'function') {
    throw new ArgumentTypeError('evaluate', evaluate, 'a function');
  }
  return new Gate(options);
}

/** Every denial that `deny` has made: what looks like one may hold what can't be stored. */
const denials = new WeakSet<object>();
const allowed: Allowed = Object.freeze({ type: 'allowed' });

/** The answer of a gate that has nothing against the proposal. */
export function allow(): Allowed {
  return allowed;
}

/**
 * The answer of a gate that denies the proposal.
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} {@link InvalidPayloadError} when what is
 * given can't be told, or stored; thrown inside a gate, that is a denial by `GATE_DEFECT`
 */
export function deny(options: DenyOptions): Denied {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError('options', options, 'an object with code and reason');
  }
  checkKeys('options', options, ['code', 'reason', 'facts']);
  const { code, reason, facts = {} } = options;
  checkText('code', code);
  if (code.startsWith(ownCodePrefix)) {
    throw new ArgumentRangeError('code', code, `one that does not begin with ${ownCodePrefix}`);
  }
  if (typeof reason !== 'string') throw new ArgumentTypeError('reason', reason, 'a string');
  if (typeof facts !== 'object' || facts === null) {
    throw new ArgumentTypeError('facts', facts, 'an object');
  }
  const { value } = JudgedValue.of(facts);
  const denied: Denied = Object.freeze({ type: 'denied', code, reason, facts: value });
  denials.add(denied);
  return denied;
}

/** Whether the value is what {@link allow} or {@link deny} has returned. */
export function isGateAnswer(value: unknown): value is GateAnswer {
  return value === allowed || (typeof value === 'object' && value !== null && denials.has(value));
}

/** @throws {ArgumentTypeError} {@link ArgumentRangeError} unless it is text that says something */
export function checkText(field: string, text: unknown, max = gateNameMax): void {
  if (typeof text !== 'string') throw new ArgumentTypeError(field, text, 'a string');
  if (text.length === 0 || text.length > max || !text.isWellFormed()) {
    throw new ArgumentRangeError(field, text, `well-formed text of 1..${max} characters`);
  }
}
