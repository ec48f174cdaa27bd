import { describe, expect, it } from 'vitest';
import { fromPromise, setup } from 'xstate';
import { Implementations } from '../../../../src/aggregates/runner/implementations.ts';

const calls: unknown[] = [];
const machine = setup({
  actors: {
    work: fromPromise<string, { n: number }>(({ input, signal, self }) =>
      Promise.resolve(`${input.n} ${signal.aborted} ${self.id}`),
    ),
  },
  actions: {
    tell: ({ context, event, self }, params: { to: string }) => {
      calls.push([context, event, self.id, params]);
    },
  },
}).createMachine({});
const actor = {
  ...{ key: 'e:1', id: 'x', src: 'work', input: { n: 5 }, entity: 'thing:1', sequence: 0 },
};
const { signal } = new AbortController();
const effect = { do: 'run', action: 'tell', params: { to: 'kim' } } as const;
const call = { signal, key: 'e:0', id: '1', attempt: 2 };

describe('implementations', () => {
  it('are those of the machine: the id of `self` is the key', async () => {
    const own = new Implementations(machine, { actors: {}, actions: {} });
    expect(await own.runActor(actor, '1', signal)).toBe('5 false e:1');
    const moment = () => ({ context: { c: 1 }, event: { type: 'go' } });
    await own.runAction(effect, call, moment);
    expect(calls).toEqual([[{ c: 1 }, { type: 'go' }, 'e:0', { to: 'kim' }]]);
  });

  it('are those that were given', async () => {
    const given = new Implementations(machine, {
      actors: { work: (each: unknown) => each },
      actions: { tell: (each: unknown) => void calls.push(each) },
    });
    expect(await given.runActor(actor, '1', signal)).toEqual({
      ...{ input: { n: 5 }, signal, key: 'e:1', id: '1' },
    });
    calls.length = 0;
    await given.runAction(effect, call, () => {
      throw new Error('nobody looks at the moment');
    });
    expect(calls).toEqual([{ ...call, params: { to: 'kim' } }]);
  });

  it('are missing when the machine of today has them no more', async () => {
    const own = new Implementations(machine, { actors: {}, actions: {} });
    await expect(own.runActor({ ...actor, src: 'gone' }, '1', signal)).rejects.toThrow("'gone'");
    const gone = { ...effect, action: 'gone' };
    await expect(own.runAction(gone, call, () => ({ context: 1, event: 1 }))).rejects.toThrow(
      "'gone'",
    );
  });
});
