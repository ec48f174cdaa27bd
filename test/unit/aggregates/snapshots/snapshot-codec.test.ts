import { describe, expect, it } from 'vitest';
import { plainReport } from '../../../../src/aggregates/fold/fold-report.ts';
import {
  decodeSnapshot,
  encodeSnapshot,
} from '../../../../src/aggregates/snapshots/snapshot-codec.ts';

const key = Uint8Array.of(3, 1, 2);
const binding = { storeId: 's', definitionVersion: 1, machineHash: 'h' };
const kept = {
  ...{ eventId: 'e', sequence: 7, clock: 3, report: plainReport },
  pending: {
    timers: [{ key: 'e:0', id: 'soon', dueAtUs: 5, event: { type: 'rang', times: 1 } }],
    actors: [{ key: 'e:1', id: 'work', src: 'work', input: { n: 1 } }],
  },
  persisted: { n: [1] },
};

describe('a kept state', () => {
  it('comes back under its key and binding, and under no other', () => {
    const bytes = encodeSnapshot(key, binding, kept);
    expect(decodeSnapshot(key, binding, bytes)).toEqual(kept);
    expect(decodeSnapshot(Uint8Array.of(3, 1, 3), binding, bytes)).toBeUndefined();
    for (const other of [{ storeId: 't' }, { definitionVersion: 2 }, { machineHash: 'i' }]) {
      expect(decodeSnapshot(key, { ...binding, ...other }, bytes)).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeSnapshot(key, binding, bytes.subarray(0, length))).toBeUndefined();
    }
  });
});
