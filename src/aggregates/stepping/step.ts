import type { AnyMachineSnapshot } from 'xstate';
import { MachineDefectError } from '../../model/errors/aggregate-errors.ts';
import type { RefusalReason } from '../command/decision.ts';
import type { MachineRun } from '../compile/machine-run.ts';
import {
  candidatesFor,
  type MachineEvent,
  type MachineStep,
  type MachineStepper,
  type RequestedAction,
} from './xstate-adapter.ts';

/** A machine event that the machine emitted. */
export interface EmittedEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What a machine made of an event. */
export type StepVerdict =
  | {
      readonly accepted: true;
      readonly snapshot: AnyMachineSnapshot;
      readonly emitted: readonly EmittedEvent[];
    }
  | {
      readonly accepted: false;
      readonly reason: RefusalReason;
      readonly guards: readonly string[];
      /** Whether the step ran code of the machine, which may have changed the context in place. */
      readonly touched: boolean;
    };

/**
 * Steps a machine and says exactly whether it accepted: some transition of the first microstep has
 * a target or actions, or the machine failed. An `always` that an unknown event sets off is none.
 *
 * @throws {MachineDefectError} when a guard or an assign throws
 */
export function judge(
  stepper: MachineStepper,
  snapshot: AnyMachineSnapshot,
  event: MachineEvent,
  entity: string,
): StepVerdict {
  if (snapshot.status === 'done') return refused('done');
  if (snapshot.status !== 'active') return refused('failed');
  let step: MachineStep;
  try {
    step = stepper.step(snapshot, event);
  } catch (cause) {
    throw new MachineDefectError(entity, event.type, cause);
  }
  const { taken } = step;
  const acts = taken.some(({ target, actions }) => target !== undefined || actions.length > 0);
  if (acts || step.snapshot.status === 'error') {
    return {
      accepted: true,
      snapshot: step.snapshot,
      emitted: emittedBy(step, entity, event.type),
    };
  }
  const touched = step.microsteps > 1;
  if (taken.length > 0) return { accepted: false, reason: 'forbidden', guards: [], touched };
  const { guards } = candidatesFor(snapshot, event.type);
  const reason = guards.length > 0 ? 'guard' : 'unhandled';
  return { accepted: false, reason, guards, touched };
}

/**
 * Steps a run as {@link judge} does, for a fold: whether the machine accepted. If not, the run is
 * where it was. What the machine emits was stored when the event was.
 *
 * @throws {MachineDefectError} when a guard or an assign throws
 */
export function advance(run: MachineRun, event: MachineEvent, entity: string): boolean {
  if (run.ended !== undefined) return false;
  try {
    run.step(event);
  } catch (cause) {
    throw new MachineDefectError(entity, event.type, cause);
  }
  if (!run.acted && run.ended !== 'failed') {
    run.undo();
    return false;
  }
  if (run.actions.length > 0)
    for (const action of run.actions) checkInner(action, entity, event.type);
  if (run.hasChildren) throw spawned(entity, event.type);
  return true;
}

/**
 * The state in which a machine starts, and what it emits on entry.
 *
 * @throws {MachineDefectError} when the context factory or an entry action throws
 */
export function begin(
  stepper: MachineStepper,
  input: unknown,
  entity: string,
): { snapshot: AnyMachineSnapshot; emitted: readonly EmittedEvent[] } {
  let step: MachineStep;
  try {
    step = stepper.start(input);
  } catch (cause) {
    throw new MachineDefectError(entity, undefined, cause);
  }
  const { snapshot } = step;
  if (snapshot.status === 'error') throw new MachineDefectError(entity, undefined, snapshot.error);
  return { snapshot, emitted: emittedBy(step, entity, undefined) };
}

function refused(reason: 'done' | 'failed'): StepVerdict {
  return { accepted: false, reason, guards: [], touched: false };
}

function emittedBy(
  step: MachineStep,
  entity: string,
  eventType: string | undefined,
): readonly EmittedEvent[] {
  const emitted: EmittedEvent[] = [];
  if (Object.keys(step.snapshot.children).length > 0) throw spawned(entity, eventType);
  for (const action of step.actions) {
    checkInner(action, entity, eventType);
    const event = action.type === 'xstate.emit' ? emittedEvent(action.params) : undefined;
    if (event !== undefined) emitted.push(event);
  }
  return emitted;
}

function spawned(entity: string, eventType: string | undefined): MachineDefectError {
  return new MachineDefectError(entity, eventType, new Error('it spawned an actor'));
}

/** @throws {MachineDefectError} when the action is more than a part of the step */
function checkInner(
  { type, params }: RequestedAction,
  entity: string,
  eventType: string | undefined,
): void {
  // raise is part of the macrostep and log is for people; both are done with.
  if (type === 'xstate.log' || (type === 'xstate.raise' && !isDelayed(params))) return;
  if (type === 'xstate.emit' && isEvent(eventIn(params))) return;
  const cause = new Error(`it asked for the effect '${type}', and effects are not run`);
  throw new MachineDefectError(entity, eventType, cause);
}

function isDelayed(params: unknown): boolean {
  if (typeof params !== 'object' || params === null || !('delay' in params)) return false;
  return params.delay !== undefined;
}

function emittedEvent(params: unknown): EmittedEvent | undefined {
  const event = eventIn(params);
  if (!isEvent(event)) return undefined;
  const { type, ...payload } = event;
  return { type: String(type), payload };
}

function eventIn(params: unknown): unknown {
  return typeof params === 'object' && params !== null && 'event' in params
    ? params.event
    : undefined;
}

function isEvent(event: unknown): event is { readonly type: unknown } {
  return typeof event === 'object' && event !== null && 'type' in event;
}
