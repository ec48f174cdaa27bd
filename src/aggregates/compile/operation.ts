import type { AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import {
  type BuiltinAction,
  builtinOf,
  type MachineEvent,
  type RequestedAction,
  type Scope,
} from '../stepping/xstate-adapter.ts';

/** What operations work on: a machine amid a microstep. */
export interface OperationSubject {
  readonly machine: AnyStateMachine;
  readonly scope: Scope;
  context: unknown;
  status: 'active' | 'done';
  output: unknown;
  children: unknown;
  /** Whether XState would have made another snapshot. */
  changed: boolean;
  /** Events that were raised and are not taken yet. */
  readonly queue: MachineEvent[];
  /** What `assign` is given as `spawn`. */
  readonly spawn: () => never;
  /** The state amid the microstep: context so far, states as before it. */
  snapshot(): AnyMachineSnapshot;
  request(action: RequestedAction): void;
}

/** One thing that a microstep does. */
export interface Operation {
  perform(subject: OperationSubject, event: MachineEvent): void;
}

/** What an action of a machine does: its name resolved, its kind decided. */
export function operationOf(machine: AnyStateMachine, reference: unknown): Operation {
  const named = typeof reference !== 'function';
  const name = named ? nameOf(reference) : '';
  const actions: Readonly<Record<string, unknown>> = machine.implementations.actions;
  const implementation = named ? actions[name] : reference;
  const params = paramsIn(reference);
  const builtin = builtinOf(implementation);
  if (builtin === undefined) return new Request(named ? name : nameOf(reference), params);
  const { type, assignment, event, delay } = builtin;
  if (type === 'xstate.assign') {
    if (typeof assignment === 'function') return new Assign(assignment as Computed, params);
    if (typeof assignment === 'object' && assignment !== null) return new Patch(assignment, params);
  }
  if (type === 'xstate.emit') return new Emit(event, params);
  if (type === 'xstate.raise' && typeof event !== 'string') {
    return delay === undefined ? new Raise(builtin, params) : new RaiseLater(builtin, params);
  }
  if (type === 'xstate.cancel') return new Cancel(builtin, params);
  return new Resolve(builtin, params);
}

/** Type of an action that XState resolves anew each time, or `undefined`. */
export function resolvedByXState(machine: AnyStateMachine, reference: unknown): string | undefined {
  const operation = operationOf(machine, reference);
  return operation instanceof Resolve ? operation.type : undefined;
}

type Computed = (args: object, params: unknown) => unknown;

/** An `assign` of a function that returns what changes. */
class Assign implements Operation {
  readonly #assignment: Computed;
  readonly #params: unknown;

  constructor(assignment: Computed, params: unknown) {
    this.#assignment = assignment;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const { context } = subject;
    const params = paramsFor(this.#params, context, event);
    const partial = this.#assignment(assignArguments(subject, event), params);
    subject.context = Object.assign({}, requireContext(context), partial);
    subject.changed = true;
  }
}

/** An `assign` of a record: each key has a value, or a function that computes it. */
class Patch implements Operation {
  readonly #keys: readonly string[];
  readonly #values: readonly unknown[];
  readonly #params: unknown;

  constructor(assignment: object, params: unknown) {
    this.#keys = Object.keys(assignment);
    this.#values = Object.values(assignment);
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const { context } = subject;
    const params = paramsFor(this.#params, context, event);
    const args = assignArguments(subject, event);
    const changed: Record<string, unknown> = {};
    Object.assign(changed, requireContext(context));
    for (let i = 0; i < this.#keys.length; i += 1) {
      const value = this.#values[i];
      changed[this.#keys[i] ?? ''] = typeof value === 'function' ? value(args, params) : value;
    }
    subject.context = changed;
    subject.changed = true;
  }
}

/** An `emit`. */
class Emit implements Operation {
  readonly #event: unknown;
  readonly #params: unknown;

  constructor(event: unknown, params: unknown) {
    this.#event = event;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const emitted = computed(this.#event, subject, event, this.#params);
    subject.request({ type: 'xstate.emit', params: { event: emitted } });
  }
}

/** A `raise` that doesn't wait. */
class Raise implements Operation {
  readonly #event: unknown;
  readonly #id: unknown;
  readonly #params: unknown;

  constructor({ event, id }: BuiltinAction, params: unknown) {
    this.#event = event;
    this.#id = id;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const raised = computed(this.#event, subject, event, this.#params);
    // What was raised has a type, or XState would not find its transitions either.
    subject.queue.push(raised as MachineEvent);
    const params = { event: raised, id: this.#id, delay: undefined };
    subject.request({ type: 'xstate.raise', params });
  }
}

/** A `raise` that waits: only told, as its timer is set by nobody here. */
class RaiseLater implements Operation {
  readonly #event: unknown;
  readonly #id: unknown;
  readonly #delay: unknown;
  readonly #params: unknown;

  constructor({ event, id, delay }: BuiltinAction, params: unknown) {
    this.#event = event;
    this.#id = id;
    this.#delay = delay;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const { delays }: { delays: Readonly<Record<string, unknown>> } =
      subject.machine.implementations;
    const raised = computed(this.#event, subject, event, this.#params);
    const named = this.#delay;
    const own = typeof named === 'string' ? delays[named] : named;
    const delay = computed(own, subject, event, this.#params);
    if (typeof delay !== 'number') subject.queue.push(raised as MachineEvent);
    subject.request({ type: 'xstate.raise', params: { event: raised, id: this.#id, delay } });
  }
}

/** A `cancel`: only told, too. */
class Cancel implements Operation {
  readonly #sendId: unknown;
  readonly #params: unknown;

  constructor({ sendId }: BuiltinAction, params: unknown) {
    this.#sendId = sendId;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const sendId = computed(this.#sendId, subject, event, this.#params);
    subject.request({ type: 'xstate.cancel', params: { sendId } });
  }
}

/** An action of the user, which XState would run: it is only told. */
class Request implements Operation {
  readonly #type: string;
  readonly #params: unknown;

  constructor(type: string, params: unknown) {
    this.#type = type;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const params = paramsFor(this.#params, subject.context, event);
    subject.request({ type: this.#type, params });
  }
}

/** An action that XState resolves when its time comes, such as `enqueueActions`. */
class Resolve implements Operation {
  readonly type: string;
  readonly #builtin: BuiltinAction;
  readonly #params: unknown;

  constructor(builtin: BuiltinAction, params: unknown) {
    this.type = builtin.type;
    this.#builtin = builtin;
    this.#params = params;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const { machine, scope, context, queue } = subject;
    const before = subject.snapshot();
    const builtin = this.#builtin;
    const params = paramsFor(this.#params, context, event);
    const extra = { internalQueue: queue, deferredActorIds: undefined };
    const args = actionArguments(subject, event);
    const resolved = builtin.resolve(scope, before, args, params, builtin, extra);
    const [after, found, more] = resolved;
    if (after !== before) {
      subject.context = after.context;
      subject.children = after.children;
      subject.changed = true;
    }
    if ('execute' in builtin) subject.request({ type: builtin.type, params: found });
    for (const action of more ?? []) operationOf(machine, action).perform(subject, event);
  }
}

/** The internal queue gets the event that a state is done. */
export class QueueDone implements Operation {
  readonly #type: string;
  readonly #output: unknown;

  constructor(type: string, final: AnyStateNode | undefined) {
    this.#type = type;
    this.#output = final?.output;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    const output = outputFor(this.#output, subject, event);
    subject.queue.push({ type: this.#type, output });
  }
}

/** The output of a final state is computed, though nobody asks for it. */
export class ComputeOutput implements Operation {
  readonly #output: unknown;

  constructor(final: AnyStateNode) {
    this.#output = final.output;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    outputFor(this.#output, subject, event);
  }
}

/** The machine is done. */
export class Finish implements Operation {
  readonly #root: unknown;
  readonly #type: string;
  readonly #output: unknown;

  constructor(root: AnyStateNode, type: string, final: AnyStateNode | undefined) {
    this.#root = root.output;
    this.#type = type;
    this.#output = final?.output;
  }

  perform(subject: OperationSubject, event: MachineEvent): void {
    subject.output = this.#outputFor(subject, event);
    subject.status = 'done';
    subject.changed = true;
  }

  #outputFor(subject: OperationSubject, event: MachineEvent): unknown {
    if (this.#root === undefined) return undefined;
    const done = { type: this.#type, output: outputFor(this.#output, subject, event) };
    return outputFor(this.#root, subject, done);
  }
}

function outputFor(output: unknown, subject: OperationSubject, event: MachineEvent): unknown {
  if (typeof output !== 'function') return output;
  return output({ context: subject.context, event, self: subject.scope.self });
}

function computed(
  value: unknown,
  subject: OperationSubject,
  event: MachineEvent,
  params: unknown,
): unknown {
  const given = paramsFor(params, subject.context, event);
  return typeof value === 'function' ? value(actionArguments(subject, event), given) : value;
}

function actionArguments({ context, scope }: OperationSubject, event: MachineEvent): object {
  return { context, event, self: scope.self, system: scope.system };
}

function assignArguments(subject: OperationSubject, event: MachineEvent): object {
  const { context, spawn, scope } = subject;
  return { context, event, spawn, self: scope.self, system: scope.system };
}

function requireContext(context: unknown): object {
  if (typeof context === 'object' && context !== null) return context;
  throw new TypeError('the machine has no context to assign to');
}

function paramsFor(params: unknown, context: unknown, event: MachineEvent): unknown {
  return typeof params === 'function' ? params({ context, event }) : params;
}

function paramsIn(reference: unknown): unknown {
  if (typeof reference !== 'object' || reference === null || !('params' in reference)) {
    return undefined;
  }
  return reference.params;
}

function nameOf(reference: unknown): string {
  if (typeof reference === 'function') return reference.name || '(anonymous)';
  if (typeof reference === 'object' && reference !== null && 'type' in reference) {
    return String(reference.type);
  }
  return String(reference);
}
