import type { AnyStateNode } from 'xstate';
import { unreachable } from '../../model/assert.ts';
import { ComputeOutput, Finish, type Operation, QueueDone } from './operation.ts';
import { doneEventStart, type Entry } from './shadow.ts';

/** The operations of a microstep. `operations` are those of the machine's actions, by number. */
export function operationsFor(
  entries: readonly Entry[],
  root: AnyStateNode,
  operationOf: (action: number) => Operation,
): readonly Operation[] {
  return entries.map((entry): Operation => {
    switch (entry.kind) {
      case 'action':
        return operationOf(entry.action);
      case 'done':
        return new QueueDone(`${doneEventStart}${entry.of.id}`, entry.final);
      case 'finish':
        return new Finish(root, `${doneEventStart}${entry.of.id}`, entry.final);
      case 'output':
        return new ComputeOutput(entry.final);
      default:
        return unreachable(entry);
    }
  });
}
