import type { AnyMachineSnapshot } from 'xstate';
import { MachineDefectError } from '../../model/errors/aggregate-errors.ts';
import type { RefusalReason } from '../command/decision.ts';
import type { MachineRun } from '../compile/machine-run.ts';
import type { RequestedEffect } from './effect.ts';
import { effectOf } from './requested-effects.ts';
import {
  candidatesFor,
  type MachineEvent,
  type MachineStep,
  type MachineStepper,
} from './xstate-adapter.ts';

/** A machine event that the machine emitted. */
export interface EmittedEvent {
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Where a step led, and what follows from it. */
export interface StepOutcome {
  readonly snapshot: AnyMachineSnapshot;
  readonly emitted: readonly EmittedEvent[];
  readonly effects: readonly RequestedEffect[];
}

/** What a machine made of an event. */
export type StepVerdict =
  | ({ readonly accepted: true } & StepOutcome)
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
    return { accepted: true, ...outcomeOf(stepper, step, entity, event.type) };
  }
  const touched = step.microsteps > 1;
  if (taken.length > 0) return { accepted: false, reason: 'forbidden', guards: [], touched };
  const { guards } = candidatesFor(snapshot, event.type);
  const reason = guards.length > 0 ? 'guard' : 'unhandled';
  return { accepted: false, reason, guards, touched };
}

/**
 * Steps a run as {@link judge} does, for a fold: whether the machine accepted. If not, the run is
 * where it was. What the machine emits and asks for was stored when the event was.
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
  if (run.hasChildren) throw spawned(entity, event.type);
  return true;
}

/**
 * The state in which a machine starts, and what it emits and asks for on entry.
 *
 * @throws {MachineDefectError} when the context factory or an entry action throws
 */
export function begin(stepper: MachineStepper, input: unknown, entity: string): StepOutcome {
  let step: MachineStep;
  try {
    step = stepper.start(input);
  } catch (cause) {
    throw new MachineDefectError(entity, undefined, cause);
  }
  const { snapshot } = step;
  if (snapshot.status === 'error') throw new MachineDefectError(entity, undefined, snapshot.error);
  return outcomeOf(stepper, step, entity, undefined);
}

function refused(reason: 'done' | 'failed'): StepVerdict {
  return { accepted: false, reason, guards: [], touched: false };
}

const nothing: readonly never[] = Object.freeze([]);

/** @throws {MachineDefectError} when the machine asks for what can't be stored */
function outcomeOf(
  stepper: MachineStepper,
  { snapshot, actions }: MachineStep,
  entity: string,
  eventType: string | undefined,
): StepOutcome {
  if (Object.keys(snapshot.children).length > 0) throw spawned(entity, eventType);
  if (actions.length === 0) return { snapshot, emitted: nothing, effects: nothing };
  const emitted: EmittedEvent[] = [];
  const effects: RequestedEffect[] = [];
  for (const action of actions) {
    let effect: RequestedEffect | undefined;
    try {
      effect = effectOf(stepper.machine, action);
    } catch (cause) {
      throw new MachineDefectError(entity, eventType, cause);
    }
    if (effect !== undefined) effects.push(effect);
    const event = action.type === 'xstate.emit' ? emittedEvent(action.params) : undefined;
    if (event !== undefined) emitted.push(event);
  }
  return { snapshot, emitted, effects };
}

function spawned(entity: string, eventType: string | undefined): MachineDefectError {
  return new MachineDefectError(entity, eventType, new Error('it spawned an actor'));
}

function emittedEvent(params: unknown): EmittedEvent | undefined {
  const { event }: { event?: unknown } = Object(params);
  if (typeof event !== 'object' || event === null || !('type' in event)) return undefined;
  const { type, ...payload } = event;
  return { type: String(type), payload };
}
