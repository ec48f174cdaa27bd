import { type AnyStateMachine, createActor, type InspectionEvent, type Observer } from 'xstate';
import { assert } from '../model/assert.ts';
import type { StepMirror } from './step-table.ts';

/**
 * What a user gives to watch the machines: the type of the `inspect` option of XState's
 * `createActor`, so that any inspector made for XState fits.
 */
export type Inspector = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** An inspector that never throws, as {@link wrapInspection} makes it. */
export type WrappedInspector = (event: InspectionEvent) => void;

/**
 * Shields the machines from the inspector that watches them: an exception of an inspector would
 * leave an actor in status `error`. The first one detaches the inspector for good and is passed to
 * `warn`; later events are dropped at the cost of one comparison. `warn` must not throw.
 */
export function wrapInspection(
  inspector: Inspector,
  warn: (message: string, cause: unknown) => void,
): WrappedInspector {
  let attached: Inspector | undefined = inspector;
  return (event) => {
    if (attached === undefined) return;
    try {
      if (typeof attached === 'function') attached(event);
      else attached.next?.(event);
    } catch (cause) {
      // An inspector that sends to what it watches can throw inside itself: warn only once.
      if (attached === undefined) return;
      attached = undefined;
      warn('The inspector threw and was detached; nothing more is inspected.', cause);
    }
  };
}

/**
 * An actor of the machine that takes the same steps as a `Stepper`, so that what the inspector
 * sees are XState's own events. To be made only while somebody inspects: making it, and each step,
 * cost 10 to 20 µs.
 */
export function mirrorMachine(machine: AnyStateMachine, inspect: WrappedInspector): StepMirror {
  const actor = createActor(machine, { inspect });
  actor.start();
  return {
    step(eventType) {
      actor.send({ type: eventType });
      const { value }: { value: unknown } = actor.getSnapshot();
      assert(typeof value === 'string', 'a mirrored machine is flat', { machine: machine.id });
      return value;
    },
  };
}
