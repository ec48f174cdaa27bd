import type { AnyStateMachine } from 'xstate';
import type {
  AggregateDefinition,
  CommandOf,
  EventMap,
} from '../aggregates/definition/definition.ts';
import { defined } from '../model/assert.ts';
import type { SeededRandom } from '../platform/random.ts';
import type { Ending } from './spec-host.ts';
import { Walk, type WalkOptions } from './walk.ts';

const endings: readonly (Ending | undefined)[] = [undefined, 'close', 'crash', 'power loss'];

/**
 * Sends commands, whatever becomes of them, to an aggregate in a store in memory that is closed,
 * killed or without power after each of them, in turn. Its state must be the same before and after,
 * what is refused must leave no trace, and the history must lead to every state again. For property
 * tests: any generator of commands will do.
 *
 * ```ts
 * fc.assert(fc.property(fc.array(command), (commands) => checkCommands(door, commands)));
 * ```
 *
 * @throws {SpecFailure}
 * @throws {MachineDefectError} when the machine throws or is not pure
 */
export function checkCommands<Machine extends AnyStateMachine, Events extends EventMap<Machine>>(
  definition: AggregateDefinition<Machine, Events>,
  commands: readonly CommandOf<Events>[],
  options: WalkOptions<Machine> = {},
): void {
  const walk = new Walk(definition, options);
  for (const [index, command] of commands.entries()) {
    walk.step(command, endings[index % endings.length]);
  }
  walk.end();
}

/**
 * Commands drawn from samples, for those without a property testing library: 0 to `lengthMax` of
 * them, the same for the same seed.
 */
export function randomCommands<Command>(
  samples: readonly Command[],
  random: SeededRandom,
  lengthMax: number,
): Command[] {
  if (samples.length === 0) return [];
  return Array.from({ length: below(random, lengthMax + 1) }, () =>
    defined(samples[below(random, samples.length)], 'what is drawn is one of the samples'),
  );
}

function below(random: SeededRandom, end: number): number {
  const bytes = new Uint8Array(4);
  random.fill(bytes, 0, 4);
  const drawn = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return Math.floor((drawn / 2 ** 32) * end);
}
