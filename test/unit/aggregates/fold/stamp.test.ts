import { describe, expect, it } from 'vitest';
import {
  commandFingerprint,
  decodeStamp,
  encodeStamp,
  sameDigest,
  stampedEffects,
  stateChecksum,
} from '../../../../src/aggregates/fold/stamp.ts';
import type { Effect } from '../../../../src/aggregates/stepping/effect.ts';
import {
  MachineStepper,
  xstateVersion,
} from '../../../../src/aggregates/stepping/xstate-adapter.ts';
import { letterMachines } from '../../../support/aggregate-machines.ts';
import { doorMachine } from '../../../support/aggregates.ts';

const stepper = new MachineStepper(doorMachine);
const { snapshot: closed } = stepper.start(undefined);
const { snapshot: open } = stepper.step(closed, { type: 'opened', by: 'kim' });
const fingerprint = commandFingerprint('door:1', 'opened', { by: 'kim' });

describe('a stamp', () => {
  const roles = ['input', 'start', 'emitted', 'external', 'discarded'] as const;

  it.each(roles)('comes back as it was encoded: %s', (role) => {
    const stamp = decodeStamp(encodeStamp(role, 65_535, open, fingerprint));
    expect(stamp).toMatchObject({
      role,
      definitionVersion: 65_535,
      xstateVersion,
      stateValue: '"open"',
    });
    const isAside = role === 'emitted' || role === 'discarded';
    const checksum = isAside ? new Uint8Array(8) : stateChecksum(open);
    expect([...(stamp?.checksum ?? [])]).toEqual([...checksum]);
    expect([...(stamp?.fingerprint ?? [])]).toEqual([...fingerprint]);
  });

  it('has the bytes that docs/format.md tells', () => {
    const bytes = encodeStamp('input', 258, open, fingerprint);
    // The installed version of XState is in it.
    expect([...bytes.subarray(4, 7)].join('.')).toBe(xstateVersion);
    bytes.fill(0, 4, 7);
    expect(Buffer.from(bytes).toString('hex')).toBe(
      '01000102000000defaed0f6252467d0fa4875297906b3b0006226f70656e22',
    );
  });

  it('ends with the effects, in the bytes that docs/format.md tells', () => {
    const effects: readonly Effect[] = [
      { do: 'set', timer: 't', dueAtUs: 7, event: { type: 'e' } },
      { do: 'end' },
    ];
    const bytes = encodeStamp('external', 1, open, undefined, effects);
    const plain = encodeStamp('external', 1, open);
    expect(Buffer.from(bytes.subarray(0, plain.length))).toEqual(Buffer.from(plain));
    expect(Buffer.from(bytes.subarray(plain.length)).toString('hex')).toBe(
      '9284a2646fa3736574a574696d6572a174a76475654174557307a56576656e7481a474797065a165' +
        '81a2646fa3656e64',
    );
    expect(decodeStamp(bytes)).toMatchObject({ role: 'external', effects });
    expect([stampedEffects(bytes), stampedEffects(plain)]).toEqual([effects, []]);
  });

  it('has zeros for a fingerprint when there is none', () => {
    expect(decodeStamp(encodeStamp('input', 1, open))?.fingerprint).toEqual(new Uint8Array(8));
  });

  it('holds any state value as canonical JSON', () => {
    const { parallel } = letterMachines;
    const { snapshot } = new MachineStepper(parallel ?? doorMachine).start(undefined);
    expect(decodeStamp(encodeStamp('start', 1, snapshot))?.stateValue).toBe(
      '{"left":"one","right":"one"}',
    );
  });

  it('is none when bytes are missing, of another version or of an unknown role', () => {
    const bytes = encodeStamp('input', 1, open, fingerprint);
    expect(decodeStamp(undefined)).toBeUndefined();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeStamp(bytes.subarray(0, length))).toBeUndefined();
    }
    for (const [at, value] of [
      [0, 0],
      [0, 2],
      [1, 5],
      [1, 255],
    ] as const) {
      const changed = Uint8Array.from(bytes);
      changed[at] = value;
      expect(decodeStamp(changed)).toBeUndefined();
    }
  });
});

describe('stateChecksum', () => {
  it('covers value, context, status, output and history', () => {
    const base = { ...closed, historyValue: {} };
    const variants = [
      base,
      { ...base, value: 'open' },
      { ...base, context: { openings: 1, by: [] } },
      { ...base, status: 'done' },
      { ...base, output: 1 },
      { ...base, historyValue: { 'door.h': [{ id: 'door.open' }] } },
    ].map((snapshot) => Buffer.from(stateChecksum(snapshot as never)).toString('hex'));
    expect(new Set(variants).size).toBe(variants.length);
  });

  it('does not depend on the order of keys', () => {
    const [one, two] = [
      { openings: 1, by: ['a'] },
      { by: ['a'], openings: 1 },
    ].map((context) => stateChecksum({ ...closed, context } as never));
    expect(one).toEqual(two);
  });
});

describe('commandFingerprint', () => {
  it('differs by entity, type and input, and has 8 bytes', () => {
    expect(fingerprint).toHaveLength(8);
    const same = commandFingerprint('door:1', 'opened', { by: 'kim' });
    expect(sameDigest(fingerprint, same)).toBe(true);
    for (const [entity, type, by] of [
      ['door:2', 'opened', 'kim'],
      ['door:1', 'closed', 'kim'],
      ['door:1', 'opened', 'lee'],
    ] as const) {
      expect(sameDigest(fingerprint, commandFingerprint(entity, type, { by }))).toBe(false);
    }
  });
});
