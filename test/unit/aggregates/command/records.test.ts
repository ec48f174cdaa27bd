import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../../../src/aggregates/command/records.ts';
import { nothingPending } from '../../../../src/aggregates/effects/pending.ts';
import { decodeStamp } from '../../../../src/aggregates/fold/stamp.ts';
import { MachineStepper } from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { door, doorEmits, doorEvents, doorMachine } from '../../../support/aggregates.ts';
import { thrownBy } from '../../../support/store-host.ts';

const { snapshot } = new MachineStepper(doorMachine).start(undefined);
const fingerprint = new Uint8Array(8).fill(7);
const options = { idempotencyKey: 'one' };
const sounded = { type: 'sounded', payload: { times: 1 } };
const effects = [] as const;
const context = { time: { nowUs: () => 1_000_000 }, pending: nothingPending };
const start = { input: { n: 1 }, snapshot, emitted: [sounded], effects };
const rang = { type: 'rang', payload: { times: 1 } };
const event = { ...rang, snapshot, emitted: [sounded, sounded], effects };

describe('the records of a command', () => {
  it('are its start, what that emits, the event, and what that emits, each with its cause', () => {
    const records = recordsOf(door, { start, event, fingerprint, options }, context);
    expect(records).toMatchObject([
      { role: 'start', kind: 0x0100, payload: { input: { n: 1 } }, main: false },
      { role: 'emitted', kind: doorEmits.sounded, payload: { times: 1 }, causedBy: 0 },
      { role: 'input', kind: doorEvents.rang, payload: { times: 1 }, main: true },
      { role: 'emitted', causedBy: 2 },
      { role: 'emitted', causedBy: 2 },
    ]);
    expect(records.map(({ role, stamp }) => decodeStamp(stamp)?.role === role)).not.toContain(
      false,
    );
  });

  it('have the key and the fingerprint on the main one alone', () => {
    for (const command of [{ start, event }, { start }, { event }]) {
      const records = recordsOf(door, { ...command, fingerprint, options }, context);
      const marked = records.map(({ main, idempotencyKey, stamp }) => [
        main,
        idempotencyKey === 'one',
        decodeStamp(stamp)?.fingerprint[0] === 7,
      ]);
      for (const [main, ...others] of marked) expect(others).toEqual([main, main]);
      expect(marked.filter(([main]) => main)).toHaveLength(1);
    }
  });

  it('have the effects of their step, with due times, and end them with the machine', () => {
    const timer = { do: 'set', timer: 't', delayMs: 5, event: { type: 'rang' } } as const;
    const asking = { ...event, effects: [timer] };
    const due = { do: 'set', timer: 't', dueAtUs: 1_005_000, event: { type: 'rang' } };
    const plain = recordsOf(door, { event: asking, fingerprint, options }, context);
    expect(plain.map(({ effects: each }) => each)).toEqual([[due], [], []]);
    expect(decodeStamp(plain[0]?.stamp)?.effects).toEqual([due]);
    const over = { ...asking, snapshot: { ...snapshot, status: 'done' } as never, emitted: [] };
    const last = recordsOf(door, { event: over, fingerprint, options }, context);
    expect(last.map(({ effects: each }) => each)).toEqual([[due, { do: 'end' }]]);
  });

  it('can not hold what the definition does not declare', () => {
    const emitted = [{ type: 'whispered', payload: {} }];
    const command = { event: { ...event, emitted }, fingerprint, options };
    expect(thrownBy(() => recordsOf(door, command, context))).toMatchObject({
      code: 'BATPAK_UNSUPPORTED_MACHINE',
      problem: expect.stringContaining("'whispered'"),
    });
  });
});
