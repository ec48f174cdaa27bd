import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  ComputeOutput,
  Finish,
  operationOf,
  QueueDone,
} from '../../../../src/aggregates/compile/operation.ts';
import { operationsFor } from '../../../../src/aggregates/compile/operations-for.ts';

describe('operationsFor', () => {
  it('has one operation for each entry, in order', () => {
    const { root } = createMachine({ initial: 'f', states: { f: { type: 'final' } } });
    const final = root.machine.getStateNodeById('(machine).f');
    const own = operationOf(root.machine, 'own');
    const operations = operationsFor(
      [
        { kind: 'action', action: 3 },
        { kind: 'done', of: root, final },
        { kind: 'output', final },
        { kind: 'finish', of: final, final },
      ],
      root,
      (action) => (action === 3 ? own : operationOf(root.machine, 'other')),
    );
    expect(operations[0]).toBe(own);
    const classes = operations.slice(1).map((operation) => operation.constructor);
    expect(classes).toEqual([QueueDone, ComputeOutput, Finish]);
  });
});
