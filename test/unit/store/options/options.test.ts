import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { nodePlatform } from '../../../../src/platform/node-platform.ts';
import { resolveOptions } from '../../../../src/store/options/options.ts';
import { thrownBy } from '../../../support/store-host.ts';

const MiB = 1024 * 1024;

describe('resolveOptions', () => {
  it('fills in every default', () => {
    expect(resolveOptions({ dataDir: 'data' })).toEqual({
      dataDir: 'data',
      segmentMaxBytes: 256 * MiB,
      fdBudget: 64,
      singleAppendMaxBytes: 16 * MiB,
      broadcastCapacity: 8192,
      batch: { maxSize: 256, maxBytes: MiB, groupCommitMaxBatch: 1 },
      fence: { maxBytes: 16 * MiB },
      writer: {
        channelCapacity: 4096,
        pressureRetryThresholdPct: 75,
        shutdownDrainLimit: 1024,
        restartPolicy: { type: 'once' },
      },
      sync: { everyNEvents: 1000, mode: 'all', maxDelayMs: 1000, preallocate: 'auto' },
      idempotency: { keepSequences: 16_777_216, maxKeys: 4_194_304 },
      index: {
        ...{ enableCheckpoint: true, lazyImage: true },
        views: { soa: 'auto', entityGroups: 'auto', tiles64: 'auto' },
      },
      recovery: 'strict',
      cache: 'memory',
      hashChain: undefined,
      inspect: undefined,
      logger: expect.objectContaining({ warn: expect.any(Function) }),
      lock: 'respect',
      platform: nodePlatform(),
    });
  });

  it('takes what is given, at both ends of its range', () => {
    const least = {
      segmentMaxBytes: 1,
      fdBudget: 1,
      singleAppendMaxBytes: 1,
      batch: { maxSize: 1, maxBytes: 1, groupCommitMaxBatch: 1 },
      fence: { maxBytes: 1 },
      writer: {
        channelCapacity: 1,
        pressureRetryThresholdPct: 1,
        shutdownDrainLimit: 0,
        restartPolicy: { type: 'bounded' as const, maxRestarts: 0, withinMs: 1 },
      },
      sync: { everyNEvents: 1, mode: 'all' as const, maxDelayMs: 1 },
      idempotency: { keepSequences: 1, maxKeys: 1 },
    };
    const most = {
      segmentMaxBytes: 3840 * MiB,
      fdBudget: 65_536,
      singleAppendMaxBytes: 64 * MiB,
      batch: { maxSize: 4096, maxBytes: 16 * MiB, groupCommitMaxBatch: 65_536 },
      fence: { maxBytes: 128 * MiB },
      writer: {
        channelCapacity: 1_048_576,
        pressureRetryThresholdPct: 100,
        shutdownDrainLimit: 1_048_576,
        restartPolicy: { type: 'once' as const },
      },
      sync: { everyNEvents: 0xffff_ffff, mode: 'data' as const, maxDelayMs: 3_600_000 },
      idempotency: { keepSequences: 0xffff_ffff, maxKeys: 67_108_864 },
    };
    for (const given of [least, most]) {
      expect(resolveOptions({ dataDir: 'data', ...given })).toMatchObject(given);
    }
  });

  it('takes 0 events for a sync of every append', () => {
    const { sync } = resolveOptions({ dataDir: 'data', sync: { everyNEvents: 0 } });
    expect(sync.everyNEvents).toBe(1);
  });

  it('raises the cadence to the appends that may share a sync of it', () => {
    const cadence = (groupCommitMaxBatch: number, everyNEvents: number): number =>
      resolveOptions({ dataDir: 'data', batch: { groupCommitMaxBatch }, sync: { everyNEvents } })
        .sync.everyNEvents;
    expect([cadence(1, 5), cadence(8, 5), cadence(8, 0), cadence(8, 50)]).toEqual([5, 8, 8, 50]);
    expect(cadence(0, 1)).toBe(0xffff_ffff);
  });

  it('refuses a restart policy that says too little or too much', () => {
    const refused = [
      [{ type: 'bounded', maxRestarts: 1 }, 'writer.restartPolicy.withinMs'],
      [{ type: 'bounded', withinMs: 1 }, 'writer.restartPolicy.maxRestarts'],
      [{ type: 'always' }, 'writer.restartPolicy.type'],
      [{ type: 'once', maxRestarts: 1 }, 'writer.restartPolicy.maxRestarts'],
      [7, 'writer.restartPolicy'],
    ] as const;
    for (const [restartPolicy, field] of refused) {
      const options = { dataDir: 'data', writer: { restartPolicy: restartPolicy as never } };
      expect(thrownBy(() => resolveOptions(options))).toMatchObject({
        code: 'BATPAK_CONFIGURATION',
        field,
      });
    }
  });

  it('takes undefined for left out', () => {
    const options = { dataDir: 'data', batch: undefined, fdBudget: undefined };
    expect(resolveOptions(options as never)).toEqual(resolveOptions({ dataDir: 'data' }));
  });

  it('is frozen, and not what the caller passed', () => {
    const sync = { everyNEvents: 5 };
    const resolved = resolveOptions({ dataDir: 'data', sync });
    sync.everyNEvents = 6;
    expect(resolved.sync.everyNEvents).toBe(5);
    expect([resolved, resolved.sync, resolved.batch].every(Object.isFrozen)).toBe(true);
  });

  it('drops slashes from the end of the directory', () => {
    const dataDirs = ['data/', 'a/b//', '/', '//'].map(
      (dataDir) => resolveOptions({ dataDir }).dataDir,
    );
    expect(dataDirs).toEqual(['data', 'a/b', '/', '/']);
  });

  it('keeps the platform that it is given, and silences a logger that throws', () => {
    const platform = memoryPlatform();
    const messages: string[] = [];
    const logger = {
      warn: (_: object, message: string) => {
        messages.push(message);
        throw new Error('the logger broke');
      },
      error: () => undefined,
    };
    const resolved = resolveOptions({ dataDir: 'data', platform, logger });
    expect(resolved.platform).toBe(platform);
    resolved.logger.warn({}, 'told');
    expect(messages).toEqual(['told']);
  });

  it('names the group in the field of a wrong option', () => {
    const options = { dataDir: 'data', sync: { everyNEvents: 1.5 } };
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({
        code: 'BATPAK_CONFIGURATION',
        field: 'sync.everyNEvents',
        value: 1.5,
        expected: 'an integer 0..4294967295',
      }),
    );
  });
});

describe('the options of the index', () => {
  it('are true or false', () => {
    const index = { enableCheckpoint: false, lazyImage: false };
    expect(resolveOptions({ dataDir: 'data', index }).index).toMatchObject(index);
    for (const key of ['enableCheckpoint', 'lazyImage']) {
      const wrong: object = { dataDir: 'data', index: { [key]: 'yes' } };
      expect(thrownBy(() => Reflect.apply(resolveOptions, undefined, [wrong]))).toMatchObject({
        code: 'BATPAK_CONFIGURATION',
        field: `index.${key}`,
      });
    }
    for (const view of ['soa', 'entityGroups', 'tiles64']) {
      const odd: object = { dataDir: 'data', index: { views: { [view]: 'sometimes' } } };
      expect(thrownBy(() => Reflect.apply(resolveOptions, undefined, [odd]))).toMatchObject({
        code: 'BATPAK_CONFIGURATION',
        field: `index.views.${view}`,
      });
    }
    const unknown: object = { dataDir: 'data', index: { lazy: true } };
    expect(thrownBy(() => Reflect.apply(resolveOptions, undefined, [unknown]))).toMatchObject({
      field: 'index.lazy',
    });
  });
});
