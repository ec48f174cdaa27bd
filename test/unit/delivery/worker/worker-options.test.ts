import { describe, expect, it } from 'vitest';
import { resolveWorkerOptions } from '../../../../src/delivery/worker/worker-options.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('options of a worker', () => {
  it('have defaults', () => {
    expect(resolveWorkerOptions({})).toEqual({
      ...{ batchSize: 64, maxTries: 5, maxParked: 1000 },
      backOff: { minMs: 100, maxMs: 30_000 },
      restartPolicy: { type: 'bounded', maxRestarts: 10, withinMs: 600_000 },
    });
    expect(resolveWorkerOptions({ restartPolicy: { type: 'once' } }).restartPolicy).toEqual({
      type: 'once',
    });
    expect(resolveWorkerOptions({ backOff: { minMs: 60_000 } }).backOff).toEqual({
      ...{ minMs: 60_000, maxMs: 60_000 },
    });
  });

  it('take integers in their ranges', () => {
    for (const [field, least, most] of [
      ['batchSize', 1, 65_536],
      ['maxTries', 1, 1000],
      ['maxParked', 0, 100_000],
    ] as const) {
      for (const value of [least, most]) {
        expect(resolveWorkerOptions({ [field]: value })[field]).toBe(value);
      }
      for (const value of [least - 1, most + 1, least + 0.5]) {
        expect(thrownBy(() => resolveWorkerOptions({ [field]: value }))).toMatchObject({
          ...{ code: 'BATPAK_ARGUMENT_RANGE', field, value },
        });
      }
    }
  });

  it('refuse what is wrong or unknown, with the field', () => {
    for (const [options, field] of [
      [{ size: 1 }, 'options.size'],
      [{ batchSize: '1' }, 'batchSize'],
      [{ name: '' }, 'name'],
      [{ read: 'all' }, 'read'],
      [{ signal: 1 }, 'signal'],
      [{ backOff: 7 }, 'backOff'],
      [{ backOff: { ms: 1 } }, 'backOff.ms'],
      [{ backOff: { minMs: 0 } }, 'backOff.minMs'],
      [{ backOff: { minMs: 10, maxMs: 9 } }, 'backOff.maxMs'],
      [{ restartPolicy: 'once' }, 'restartPolicy'],
      [{ restartPolicy: { type: 'often' } }, 'restartPolicy.type'],
      [{ restartPolicy: { type: 'once', maxRestarts: 1 } }, 'restartPolicy.maxRestarts'],
      [{ restartPolicy: { type: 'bounded', withinMs: 1 } }, 'restartPolicy.maxRestarts'],
      [{ restartPolicy: { type: 'bounded', maxRestarts: 1 } }, 'restartPolicy.withinMs'],
      [{ depthMax: 1 }, 'options.depthMax'],
    ] as [object, string][]) {
      expect(thrownBy(() => resolveWorkerOptions(options))).toMatchObject({
        ...{ code: expect.stringMatching(/^BATPAK_ARGUMENT_/), field },
      });
    }
    expect(() => resolveWorkerOptions({ depthMax: 1 } as object, ['depthMax'])).not.toThrow();
  });
});
