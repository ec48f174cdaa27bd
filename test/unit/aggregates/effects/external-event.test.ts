import { describe, expect, it } from 'vitest';
import {
  type ExternalEvent,
  externalOf,
  kindOfExternal,
  machineEventOf,
  payloadOf,
  settledBy,
} from '../../../../src/aggregates/effects/external-event.ts';

const event = { type: 'xstate.after.10.m.a' };
const error = { name: 'Error', message: 'no' };
const samples: readonly [ExternalEvent, number, object][] = [
  [{ of: 'timer', key: 'e:0', id: 't', event }, 0x0101, event],
  [
    { of: 'done', key: 'e:1', id: 'x', output: 5 },
    0x0102,
    { type: 'xstate.done.actor.x', output: 5, actorId: 'x' },
  ],
  [
    { of: 'failed', key: 'e:1', id: 'x', error },
    0x0103,
    { type: 'xstate.error.actor.x', error, actorId: 'x' },
  ],
];

describe('what has happened outside', () => {
  it.each(samples)('has its kind and machine event, and comes back: %j', (external, kind, step) => {
    expect(kindOfExternal(external)).toBe(kind);
    expect(machineEventOf(external)).toEqual(step);
    expect(externalOf(kind, payloadOf(external))).toEqual(external);
    const of = external.of === 'timer' ? 'timer' : 'actor';
    const { key, id } = external;
    expect(settledBy(kind, payloadOf(external))).toEqual({ of, key, id });
    const discarded = { reason: 'refused', of: external.of, ...payloadOf(external) };
    expect(settledBy(0x0104, discarded)).toEqual({ of, key, id });
  });

  it('settles nothing when the actor had been stopped before', () => {
    expect(settledBy(0x0104, { reason: 'stopped', of: 'done', key: 'e:0', id: 'x' })).toBe(
      undefined,
    );
  });

  it('is none in events of other kinds, or without a key', () => {
    expect(externalOf(0x0100, { key: 'e:0', id: 't' })).toBeUndefined();
    expect(externalOf(0x0101, { id: 't' })).toBeUndefined();
    expect(settledBy(0x0100, { key: 'e:0', id: 't' })).toBeUndefined();
    expect(settledBy(0x0101, null)).toBeUndefined();
  });
});
