import type { AnyMachineSnapshot } from 'xstate';
import { canonicalJson } from '../../model/canonical-json.ts';
import { MachineDefectError } from '../../model/errors/aggregate-errors.ts';
import { sameDigest, stateChecksum } from '../fold/stamp.ts';
import { begin, judge, type StepOutcome, type StepVerdict } from './step.ts';
import type { MachineEvent, MachineStepper } from './xstate-adapter.ts';

/**
 * As `judge`, and a second time from the same state: a machine that reads the time, or anything
 * else that is not in the event, is found before what it made is stored.
 *
 * @throws {MachineDefectError} when the two answers differ
 */
export function judgeTwice(
  stepper: MachineStepper,
  snapshot: AnyMachineSnapshot,
  event: MachineEvent,
  entity: string,
): StepVerdict {
  const first = judge(stepper, snapshot, event, entity);
  const second = judge(stepper, snapshot, event, entity);
  const same =
    first.accepted && second.accepted ? sameOutcome(first, second) : sameRefusal(first, second);
  if (same) return first;
  throw new MachineDefectError(entity, event.type, new Error(impure));
}

/** As `begin`, and a second time. @throws {MachineDefectError} when the two differ */
export function beginTwice(stepper: MachineStepper, input: unknown, entity: string): StepOutcome {
  const first = begin(stepper, input, entity);
  const second = begin(stepper, input, entity);
  if (sameOutcome(first, second)) return first;
  throw new MachineDefectError(entity, undefined, new Error(impure));
}

const impure =
  'the same step gave two results. Take time, ids and chance in the `admit` hook of the ' +
  'definition, so that they are in the event';

function sameOutcome(first: StepOutcome, second: StepOutcome): boolean {
  return (
    sameDigest(stateChecksum(first.snapshot), stateChecksum(second.snapshot)) &&
    canonicalJson([first.emitted, first.effects]) ===
      canonicalJson([second.emitted, second.effects])
  );
}

function sameRefusal(first: StepVerdict, second: StepVerdict): boolean {
  return !first.accepted && !second.accepted && first.reason === second.reason;
}
