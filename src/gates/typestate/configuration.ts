/**
 * What the compiler can read off the object that `createMachine` was given, declared `as const`:
 * XState's own types keep the states of a machine, but not which events they list.
 *
 * A value is XState's state value of a whole configuration: `'shut'`, `{ open: 'wide' }`, or with
 * regions `{ bolt: 'drawn', alarm: 'armed' }`.
 */

/** A node of a machine's configuration, as far as typestates read it. */
export interface StateConfig {
  readonly type?: string;
  readonly initial?: unknown;
  readonly on?: object;
  readonly states?: { readonly [key: string]: StateConfig };
  /** A state may have nothing but entry actions, tags or eventless transitions. */
  readonly [other: string]: unknown;
}

/** Every value that a machine of this configuration can have. */
export type ValueIn<Node> = Node extends { readonly states: infer States }
  ? Node extends { readonly type: 'parallel' }
    ? { readonly [Key in keyof States & string]: RegionValue<States[Key]> }
    : { [Key in keyof States & string]: ChildValue<States[Key], Key> }[keyof States & string]
  : never;

// A region without states of its own has the value {}.
type RegionValue<Node> = Node extends { readonly states: object }
  ? ValueIn<Node>
  : Record<never, never>;

type ChildValue<Node, Key extends string> = Node extends { readonly states: object }
  ? Wrapped<ValueIn<Node>, Key>
  : Key;

// Distributes, so that each value inside is a member of the union by itself.
type Wrapped<Value, Key extends string> = Value extends unknown
  ? { readonly [At in Key]: Value }
  : never;

/**
 * Types of the events that every one of the values handles: listed by an active state or by one
 * around it. An event that a state inside forbids doesn't count by the state around it.
 */
export type LegalIn<Node, Value, All extends string> = {
  [Type in All]: [Unhandled<Node, Value, All, Type>] extends [never] ? Type : never;
}[All];

type Unhandled<Node, Value, All extends string, Type> = Value extends unknown
  ? Type extends Handled<Node, Value, All>
    ? never
    : Value
  : never;

/** What one value handles. */
type Handled<Node, Value, All extends string> = Node extends { readonly type: 'parallel' }
  ? Listed<Node, All> | HandledInside<Node, Value, All>
  : HandledInside<Node, Value, All> | Exclude<Listed<Node, All>, ForbiddenInside<Node, Value>>;

type HandledInside<Node, Value, All extends string> = Node extends { readonly states: infer States }
  ? Value extends keyof States
    ? Listed<States[Value], All>
    : { [Key in keyof Value & keyof States]: LegalIn<States[Key], Value[Key], All> }[keyof Value &
          keyof States] extends infer Inside
      ? Inside | (Value extends Record<never, never> ? RegionsListed<States, Value, All> : never)
      : never
  : never;

/** Regions without states list events, too: their value, {}, says nothing of it. */
type RegionsListed<States, Value, All extends string> = {
  [Key in keyof Value & keyof States]: States[Key] extends { readonly states: object }
    ? never
    : Listed<States[Key], All>;
}[keyof Value & keyof States];

type ForbiddenInside<Node, Value> = Node extends { readonly states: infer States }
  ? Value extends keyof States
    ? Forbidden<States[Value]>
    : {
        [Key in keyof Value & keyof States]:
          | Forbidden<States[Key]>
          | ForbiddenInside<States[Key], Value[Key]>;
      }[keyof Value & keyof States]
  : never;

/** Types that a node's own `on` lists: by name, by a prefix such as `paid.*`, or all of them. */
type Listed<Node, All extends string> = Node extends { readonly on: infer On }
  ? {
      [Key in keyof On & string]: On[Key] extends undefined ? never : Named<Key, All>;
    }[keyof On & string]
  : never;

type Named<Key extends string, All extends string> = Key extends '*'
  ? All
  : Key extends `${infer Prefix}.*`
    ? Extract<All, Prefix | `${Prefix}.${string}`>
    : Extract<All, Key>;

type Forbidden<Node> = Node extends { readonly on: infer On }
  ? { [Key in keyof On]: On[Key] extends undefined ? Key : never }[keyof On]
  : never;

/**
 * The values that an accepted event leads to, where the configuration says so plainly: a target
 * beside the state that lists the event, in a machine without `always` and `onDone`. Otherwise any
 * value of the machine.
 */
export type ValueAfter<Config, Value, Type extends string> =
  Settles<Config> extends true
    ? [Value] extends [never]
      ? never
      : [Extract<Landing<Config, Value, Type>, Anywhere>] extends [never]
        ? Landing<Config, Value, Type>
        : ValueIn<Config>
    : ValueIn<Config>;

/** Stands for a target that is not told plainly. */
interface Anywhere {
  readonly __anywhere: never;
}

/** Whether a machine takes no step by itself, so that it stands where a transition leads. */
type Settles<Node> = Node extends { readonly always: unknown } | { readonly onDone: unknown }
  ? false
  : Node extends { readonly states: infer States }
    ? false extends { [Key in keyof States]: Settles<States[Key]> }[keyof States]
      ? false
      : true
    : true;

type Landing<Node, Value, Type extends string> = Value extends unknown
  ? Node extends { readonly type: 'parallel' }
    ? Anywhere
    : Node extends { readonly states: infer States }
      ? Value extends keyof States & string
        ? Targets<States, On<States[Value], Type>, Value>
        : LandingInside<States, Value, Type>
      : Anywhere
  : never;

type LandingInside<States, Value, Type extends string> = {
  [Key in keyof Value & keyof States & string]: On<States[Key], Type> extends infer Own
    ? Type extends Handled<States[Key], Value[Key], Type>
      ? [HandledInsideOf<States[Key], Value[Key], Type>] extends [never]
        ? Targets<States, Own, Value>
        : WrappedLanding<Landing<States[Key], Value[Key], Type>, Key>
      : Anywhere
    : never;
}[keyof Value & keyof States & string];

type HandledInsideOf<Node, Value, Type extends string> = Extract<
  HandledInside<Node, Value, Type>,
  Type
>;

type WrappedLanding<Value, Key extends string> = Value extends Anywhere
  ? Anywhere
  : Wrapped<Value, Key>;

type On<Node, Type extends string> = Node extends { readonly on: infer List }
  ? Type extends keyof List
    ? List[Type]
    : Anywhere
  : Anywhere;

/** Where a transition leads from `Here`: one target, or each of several candidates. */
type Targets<States, Transition, Here> = Transition extends Anywhere
  ? Anywhere
  : Transition extends string
    ? Entered<States, Transition>
    : Transition extends readonly (infer Candidate)[]
      ? Candidate extends unknown
        ? Targets<States, Candidate, Here>
        : never
      : Transition extends { readonly target: infer Target }
        ? Target extends string
          ? Entered<States, Target>
          : Anywhere
        : Transition extends { readonly actions: unknown }
          ? Here
          : Anywhere;

/** The value of a state that was entered by its name. */
type Entered<States, Target extends string> = Target extends keyof States & string
  ? States[Target] extends { readonly type: 'history' | 'parallel' }
    ? Anywhere
    : States[Target] extends { readonly states: infer Inner; readonly initial: infer Initial }
      ? Initial extends string
        ? WrappedLanding<Entered<Inner, Initial>, Target>
        : Anywhere
      : States[Target] extends { readonly states: object }
        ? Anywhere
        : Target
  : Anywhere;

/** The values that agree with one, or with the part of one that names some regions. */
export type Narrowed<Value, Wanted> = Value extends string
  ? Value extends Wanted
    ? Value
    : never
  : Wanted extends string
    ? Value extends { readonly [Key in Wanted]: unknown }
      ? Value
      : never
    : Wanted extends { readonly [Key in keyof Wanted]: unknown }
      ? keyof Wanted extends keyof Value
        ? Agreeing<{
            readonly [Key in keyof Value]: Key extends keyof Wanted
              ? Narrowed<Value[Key], Wanted[Key]>
              : Value[Key];
          }>
        : never
      : never;

// A value with a part that agrees with nothing is none.
type Agreeing<Value> = true extends {
  [Key in keyof Value]: [Value[Key]] extends [never] ? true : false;
}[keyof Value]
  ? never
  : Value;

/** A value, the name of an outermost state, or a part that names some regions. */
export type Wanted<Value> = Value extends string
  ? Value
  : Value extends object
    ? (keyof Value & string) | { readonly [Key in keyof Value]?: Wanted<Value[Key]> }
    : never;
