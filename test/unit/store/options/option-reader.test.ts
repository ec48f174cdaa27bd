import { describe, expect, it } from 'vitest';
import {
  OptionReader,
  takeDirectory,
  takeInspector,
  takeLogger,
  takePlatform,
} from '../../../../src/store/options/option-reader.ts';
import { thrownBy } from '../../../support/store-host.ts';

const refused = (field: string, expected: string) => ({
  code: 'BATPAK_CONFIGURATION',
  field,
  expected,
});

describe('OptionReader', () => {
  it('takes what is given, and the default of what is not', () => {
    const reader = new OptionReader('', { count: 3, mode: 'fast', on: true });
    expect(reader.integer('count', 1, 0, 9)).toBe(3);
    expect(reader.integer('other', 1, 0, 9)).toBe(1);
    expect(reader.choice('mode', 'slow', ['slow', 'fast'])).toBe('fast');
    expect(reader.choice('speed', 'slow', ['slow', 'fast'])).toBe('slow');
    expect(reader.optionalBoolean('on')).toBe(true);
    expect(reader.optionalBoolean('off')).toBeUndefined();
    reader.refuseUnknown();
  });

  it('refuses what is out of range or of another type, with the path of the option', () => {
    const reader = new OptionReader('sync', { count: 10, mode: 1, on: 'yes' });
    expect(thrownBy(() => reader.integer('count', 1, 0, 9))).toMatchObject(
      refused('sync.count', 'an integer 0..9'),
    );
    expect(thrownBy(() => reader.choice('mode', 'a', ['a', 'b']))).toMatchObject(
      refused('sync.mode', "'a' or 'b'"),
    );
    expect(thrownBy(() => reader.optionalBoolean('on'))).toMatchObject(
      refused('sync.on', 'true or false'),
    );
  });

  it('refuses options that nobody asked for, in groups too', () => {
    const reader = new OptionReader('', { known: { other: 1 } });
    const group = reader.group('known');
    group.take('one');
    reader.refuseUnknown();
    expect(thrownBy(() => group.refuseUnknown())).toMatchObject(
      refused('known.other', 'one of known.one'),
    );
  });

  it('refuses what is no object', () => {
    expect(thrownBy(() => new OptionReader('', []))).toMatchObject(refused('options', 'an object'));
    expect(thrownBy(() => new OptionReader('sync', null))).toMatchObject(
      refused('sync', 'an object'),
    );
  });
});

describe('options that all stores take', () => {
  it('are a directory without a slash at its end', () => {
    const directoryOf = (dataDir: unknown) => takeDirectory(new OptionReader('', { dataDir }));
    expect(['a/b//', '/', 'c'].map(directoryOf)).toEqual(['a/b', '/', 'c']);
    for (const wrong of ['', 'a\0b', 7, undefined]) {
      expect(thrownBy(() => directoryOf(wrong))).toMatchObject({ field: 'dataDir' });
    }
  });

  it('are an observer, a logger and a platform, each of the right shape', () => {
    const wrong = new OptionReader('', {
      inspect: {},
      logger: { warn: 1 },
      platform: { files: 1 },
    });
    expect(thrownBy(() => takeInspector(wrong))).toMatchObject({ field: 'inspect' });
    expect(thrownBy(() => takeLogger(wrong))).toMatchObject({ field: 'logger' });
    expect(thrownBy(() => takePlatform(wrong))).toMatchObject({ field: 'platform' });
    const none = new OptionReader('', {});
    expect(takeInspector(none)).toBeUndefined();
    expect(() => takeLogger(none).warn({}, 'nobody hears it')).not.toThrow();
    expect(takePlatform(none).files).toBeDefined();
  });
});
