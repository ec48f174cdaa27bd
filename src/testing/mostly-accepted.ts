import type { AnyMachineSnapshot, AnyStateMachine, InputFrom } from 'xstate';
import { admitEvent, validateCommand } from '../aggregates/command/admit.ts';
import type {
  AggregateDefinition,
  AnyAggregateDefinition,
  CommandOf,
  EventMap,
} from '../aggregates/definition/definition.ts';
import { begin, judge } from '../aggregates/stepping/step.ts';
import { MachineStepper } from '../aggregates/stepping/xstate-adapter.ts';
import { ArgumentRangeError, checkKeys } from '../model/errors/argument-error.ts';
import { memoryPlatform } from '../platform/memory-platform.ts';

/** How candidates are chosen from. */
export interface ChoiceOptions<Machine extends AnyStateMachine> {
  /** Most commands that are left, from 1. @default 20 */
  readonly maxLength?: number;
  /** Of the candidates that the machine would refuse, one in so many is left, from 1. @default 4 */
  readonly refusedEvery?: number;
  /** Input with which the aggregate is created; `checkCommands` takes it as well. */
  readonly input?: InputFrom<Machine>;
}

/**
 * What makes of commands that were drawn blindly a list that gets into the depth of a machine: it
 * leaves those that the machine takes where those before have led it, and of the others one in
 * four, the first included. For the `map` of an arbitrary, of whatever library; four candidates or
 * more for each command that is wanted are a good number.
 *
 * A candidate is left out or not, but never becomes another. So the lists shrink as those of the
 * candidates do, to the fewest commands and the smallest payloads.
 *
 * ```ts
 * const candidate = fc.oneof(
 *   fc.record({ type: fc.constant('opened'), by: fc.string() }),
 *   fc.constant({ type: 'closed' } as const),
 * );
 * const lists = fc.array(candidate, { maxLength: 80, size: 'max' }).map(mostlyAccepted(door));
 * fc.assert(fc.property(lists, (commands) => checkCommands(door, commands)));
 * ```
 *
 * @throws {ArgumentTypeError} {@link ArgumentRangeError} when an option is wrong
 */
export function mostlyAccepted<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  options: ChoiceOptions<Machine> = {},
): (candidates: readonly CommandOf<Events>[]) => CommandOf<Events>[] {
  checkKeys('options', options, ['maxLength', 'refusedEvery', 'input']);
  const { maxLength = 20, refusedEvery = 4, input } = options;
  checkCount('maxLength', maxLength);
  checkCount('refusedEvery', refusedEvery);
  const stepper = new MachineStepper(definition.machine);
  return (candidates) => {
    const trial = new Trial(definition, stepper, input);
    const left: CommandOf<Events>[] = [];
    let refused = 0;
    for (const command of candidates) {
      if (left.length === maxLength) break;
      if (trial.takes(command)) {
        left.push(command);
      } else {
        if (refused % refusedEvery === 0) left.push(command);
        refused += 1;
      }
    }
    return left;
  };
}

function checkCount(field: string, count: unknown): void {
  if (Number.isSafeInteger(count) && Number(count) >= 1) return;
  throw new ArgumentRangeError(field, count, 'an integer from 1');
}

/** An aggregate that is in no store: whether it takes a command, and where that leads. */
class Trial {
  readonly #definition: AnyAggregateDefinition;
  readonly #stepper: MachineStepper;
  // One for each list, so that the same candidates have the same outcome.
  readonly #platform = memoryPlatform();
  readonly #input: unknown;
  #snapshot: AnyMachineSnapshot | undefined;

  constructor(definition: AnyAggregateDefinition, stepper: MachineStepper, input: unknown) {
    this.#definition = definition;
    this.#stepper = stepper;
    this.#input = input;
  }

  takes(command: { readonly type: string }): boolean {
    const { type } = command;
    const declared = this.#definition.eventOf(type);
    try {
      const checked = declared === undefined ? undefined : validateCommand(declared, command);
      if (checked === undefined || 'issues' in checked) return false;
      const admitted = admitEvent(this.#definition, type, checked.payload, this.#platform);
      if ('issues' in admitted) return false;
      const { event } = admitted;
      const before = this.#snapshot ?? this.#begin(event);
      const verdict = judge(this.#stepper, before, event, trialId);
      if (verdict.accepted) this.#snapshot = verdict.snapshot;
      return verdict.accepted;
    } catch {
      // Whatever throws here throws where the commands are sent, and is told there.
      return true;
    }
  }

  #begin(event: object): AnyMachineSnapshot {
    const input = this.#input ?? this.#definition.inputFor(trialId, event);
    return begin(this.#stepper, input, trialId).snapshot;
  }
}

const trialId = '1';
