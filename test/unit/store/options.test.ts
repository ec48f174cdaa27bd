import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../../src/platform/memory-platform.ts';
import { nodePlatform } from '../../../src/platform/node-platform.ts';
import { resolveOptions } from '../../../src/store/options.ts';

const MiB = 1024 * 1024;

describe('resolveOptions', () => {
  it('fills in every default', () => {
    expect(resolveOptions({ dataDir: 'data' })).toEqual({
      dataDir: 'data',
      segmentMaxBytes: 256 * MiB,
      fdBudget: 64,
      singleAppendMaxBytes: 16 * MiB,
      batch: { maxSize: 256, maxBytes: MiB },
      sync: { everyNEvents: 1000, mode: 'all', maxDelayMs: 1000 },
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
      batch: { maxSize: 1, maxBytes: 1 },
      sync: { everyNEvents: 1, mode: 'all' as const, maxDelayMs: 1 },
    };
    const most = {
      segmentMaxBytes: 3840 * MiB,
      fdBudget: 65_536,
      singleAppendMaxBytes: 64 * MiB,
      batch: { maxSize: 4096, maxBytes: 16 * MiB },
      sync: { everyNEvents: 0xffff_ffff, mode: 'data' as const, maxDelayMs: 3_600_000 },
    };
    for (const given of [least, most]) {
      expect(resolveOptions({ dataDir: 'data', ...given })).toMatchObject(given);
    }
  });

  it('takes 0 events for a sync of every append', () => {
    const { sync } = resolveOptions({ dataDir: 'data', sync: { everyNEvents: 0 } });
    expect(sync.everyNEvents).toBe(1);
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
