import { ConfigurationError, openStore, type StoreOptions } from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { resolveOptions } from '../../src/store/options/options.ts';
import { openReadOnly } from '../../src/store/read/open-read-only.ts';
import {
  type ReadOnlyOptions,
  resolveReadOnlyOptions,
} from '../../src/store/read/read-only-options.ts';
import type { OptionField, OptionGroup } from '../support/option-proofs.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const MiB = 1024 * 1024;
const u32 = 0xffff_ffff;

/** What a field takes. */
type Rule =
  | { readonly integer: readonly [least: number, most: number]; readonly byDefault: number }
  | { readonly choice: readonly string[]; readonly byDefault: string }
  | { readonly flag: true; readonly byDefault: boolean | undefined }
  | { readonly other: readonly unknown[]; readonly expected: string };

// The compiler sees to it that no field is left out.
const rules: Readonly<Record<OptionField, Rule>> = {
  dataDir: { other: ['', 'a\0b', 7, null, ['/store']], expected: 'the path of a directory' },
  segmentMaxBytes: { integer: [1, 3840 * MiB], byDefault: 256 * MiB },
  fdBudget: { integer: [1, 65_536], byDefault: 64 },
  singleAppendMaxBytes: { integer: [1, 64 * MiB], byDefault: 16 * MiB },
  broadcastCapacity: { integer: [1, 1_048_576], byDefault: 8192 },
  'batch.maxSize': { integer: [1, 4096], byDefault: 256 },
  'batch.maxBytes': { integer: [1, 16 * MiB], byDefault: MiB },
  'batch.groupCommitMaxBatch': { integer: [0, 65_536], byDefault: 1 },
  'fence.maxBytes': { integer: [1, 128 * MiB], byDefault: 16 * MiB },
  'writer.channelCapacity': { integer: [1, 1_048_576], byDefault: 4096 },
  'writer.pressureRetryThresholdPct': { integer: [1, 100], byDefault: 75 },
  'writer.shutdownDrainLimit': { integer: [0, 1_048_576], byDefault: 1024 },
  'writer.restartPolicy': { other: [7, 'once', null, []], expected: 'an object' },
  'sync.everyNEvents': { integer: [0, u32], byDefault: 1000 },
  'sync.mode': { choice: ['all', 'data'], byDefault: 'all' },
  'sync.preallocate': { choice: ['auto', 'never'], byDefault: 'auto' },
  'sync.maxDelayMs': { integer: [1, 3_600_000], byDefault: 1000 },
  'idempotency.keepSequences': { integer: [1, u32], byDefault: 16_777_216 },
  'idempotency.maxKeys': { integer: [1, 67_108_864], byDefault: 4_194_304 },
  'index.enableCheckpoint': { flag: true, byDefault: true },
  'index.lazyImage': { flag: true, byDefault: true },
  'index.views': { other: [7, 'always', null, []], expected: 'an object' },
  cache: {
    other: ['disk', null, {}, 7, { get: () => 1 }, new Map()],
    expected: "'memory', 'none' or a cache, such as a FileCache",
  },
  hashChain: { flag: true, byDefault: undefined },
  inspect: {
    other: ['x', {}, 7, null, { next: 1 }],
    expected: 'a function or an observer with next()',
  },
  logger: {
    other: ['x', null, { warn: () => 1 }, { warn: 1, error: 1 }, () => 1],
    expected: 'an object with warn() and error()',
  },
  clock: {
    other: ['x', null, {}, { nowUs: 1 }, () => 1],
    expected: 'an object with nowUs()',
  },
  recovery: { choice: ['strict', 'salvage'], byDefault: 'strict' },
  lock: { choice: ['respect', 'force'], byDefault: 'respect' },
  platform: {
    other: ['x', null, {}, { files: 1 }],
    expected: 'a platform, such as nodePlatform()',
  },
};

const readOnlyFields = [
  ...['dataDir', 'fdBudget', 'idempotency.keepSequences', 'idempotency.maxKeys', 'cache'],
  ...['logger', 'platform'],
] as const satisfies readonly OptionField[];

/** Options with one field set, in its group. */
function withField(field: string, value: unknown): Record<string, unknown> {
  const [group = '', key] = field.split('.');
  return {
    dataDir: '/store',
    ...(key === undefined ? { [group]: value } : { [group]: { [key]: value } }),
  };
}

/** The value that a field of resolved options has. */
function fieldOf(resolved: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce((value: unknown, key) => Reflect.get(Object(value), key) as unknown, resolved);
}

const resolve = (options: unknown) => resolveOptions(options as StoreOptions);
const resolveReadOnly = (options: unknown) => resolveReadOnlyOptions(options as ReadOnlyOptions);

/** Values that a field refuses, and what it says that it takes. */
function refusedBy(rule: Rule): { readonly values: readonly unknown[]; readonly expected: string } {
  if ('integer' in rule) {
    const [least, most] = rule.integer;
    const values = [
      ...[least - 1, most + 1, -1, least + 0.5, Number.NaN, Number.POSITIVE_INFINITY],
      ...[`${least}`, BigInt(least), true, null, [least], {}, new Date(least)],
    ];
    return { values, expected: `an integer ${least}..${most}` };
  }
  if ('choice' in rule) {
    const expected = rule.choice.map((one) => `'${one}'`).join(' or ');
    return { values: ['', 'ALL', 'none', ' all', 1, true, null, ['all']], expected };
  }
  if ('flag' in rule) return { values: [0, 1, 'true', '', null, {}], expected: 'true or false' };
  return { values: rule.other, expected: rule.expected };
}

/** Values that a field takes. */
function takenBy(rule: Rule): readonly unknown[] {
  if ('integer' in rule) {
    const [least, most] = rule.integer;
    return [least, most, Math.floor((least + most) / 2)];
  }
  if ('choice' in rule) return rule.choice;
  return 'flag' in rule ? [true, false] : [];
}

function expectRefusal(call: () => unknown, field: string, value: unknown, expected: string): void {
  const thrown = thrownBy(call);
  expect(thrown, `${field}: ${String(value)}`).toBeInstanceOf(ConfigurationError);
  expect(thrown).toMatchObject({ code: 'BATPAK_CONFIGURATION', field, expected, retryable: false });
  expect(thrown).toHaveProperty('value', value);
  expect((thrown as Error).message).toContain(`${field} must be ${expected}`);
}

describe.each(Object.entries(rules))('the option %s', (field, rule) => {
  const readOnly = readOnlyFields.some((one) => one === field);

  it('has its default', () => {
    if (!('byDefault' in rule)) return;
    expect(fieldOf(resolve({ dataDir: '/store' }), field)).toBe(rule.byDefault);
    expect(fieldOf(resolve(withField(field, undefined)), field)).toBe(rule.byDefault);
    if (readOnly) {
      expect(fieldOf(resolveReadOnly({ dataDir: '/store' }), field)).toBe(rule.byDefault);
    }
  });

  it('takes what is in its range, both ends included', () => {
    for (const value of takenBy(rule)) {
      // 0 is another word for 1, and 0 appends that may share a sync are as many as you like.
      const zero = value === 0 && field === 'sync.everyNEvents';
      expect(fieldOf(resolve(withField(field, value)), field)).toBe(zero ? 1 : value);
      if (readOnly) expect(fieldOf(resolveReadOnly(withField(field, value)), field)).toBe(value);
    }
  });

  it('refuses everything else, naming itself, the value and what it takes', () => {
    const { values, expected } = refusedBy(rule);
    for (const value of values) {
      const options = withField(field, value);
      expectRefusal(() => resolve(options), field, value, expected);
      if (readOnly) expectRefusal(() => resolveReadOnly(options), field, value, expected);
    }
  });

  it('is refused by a reader if it is none of its own', () => {
    if (readOnly) return;
    const [group = ''] = field.split('.');
    const [value = {}] = takenBy(rule);
    const named = readOnlyFields.some((one) => one.startsWith(`${group}.`)) ? field : group;
    expect(thrownBy(() => resolveReadOnly(withField(field, value)))).toMatchObject({
      code: 'BATPAK_CONFIGURATION',
      field: named,
    });
  });
});

describe('a directory that is none', () => {
  it('is told with its path, by whoever opens it', () => {
    const host = new StoreHost();
    host.replace('file', new Uint8Array(1));
    const platform = memoryPlatform({ files: host.plan });
    const dataDir = '/store/file';
    for (const open of [openStore, openReadOnly]) {
      const thrown = thrownBy(() => open({ dataDir, platform }));
      expect(thrown).toMatchObject({ code: 'BATPAK_STORAGE' });
      expect((thrown as { path: string }).path).toContain(dataDir);
    }
  });
});

describe('options of a store', () => {
  const groups: readonly OptionGroup[] = [
    'batch',
    'fence',
    'writer',
    'sync',
    'idempotency',
    'index',
  ];

  it('are refused when they are no object, also where they hold others', () => {
    for (const value of [undefined, null, '/store', 7, [], true]) {
      expectRefusal(() => resolve(value), 'options', value, 'an object');
      expectRefusal(() => resolveReadOnly(value), 'options', value, 'an object');
      if (value === undefined) continue;
      for (const group of groups) {
        expectRefusal(() => resolve(withField(group, value)), group, value, 'an object');
      }
    }
  });

  it('are refused when one is unknown, at each level, with those that are known', () => {
    const unknown: readonly (readonly [string, string])[] = [
      ['dataDirectory', 'dataDir'],
      ...groups.map((group) => [`${group}.other`, `${group}.`] as const),
    ];
    for (const [field, known] of unknown) {
      const thrown = thrownBy(() => resolve(withField(field, 1)));
      expect(thrown).toMatchObject({ code: 'BATPAK_CONFIGURATION', field, value: 1 });
      expect(thrown).toHaveProperty('expected', expect.stringMatching(`^one of .*${known}`));
    }
    const restartPolicy = { type: 'bounded', maxRestarts: 1, withinMs: 1, delayMs: 5 };
    expect(thrownBy(() => resolve(withField('writer.restartPolicy', restartPolicy)))).toMatchObject(
      {
        field: 'writer.restartPolicy.delayMs',
      },
    );
    // Its name says nothing without a thread.
    expect(thrownBy(() => resolve(withField('writer.stackSize', 1)))).toMatchObject({
      field: 'writer.stackSize',
    });
  });

  it('hold a restart policy with both its bounds, or none', () => {
    const policy = (value: unknown) => () => resolve(withField('writer.restartPolicy', value));
    expect(resolve({ dataDir: '/store' }).writer.restartPolicy).toEqual({ type: 'once' });
    const bounds: readonly (readonly [string, readonly number[], readonly unknown[]])[] = [
      ['maxRestarts', [0, 1_000_000], [-1, 1_000_001, 0.5, '1', undefined, null]],
      ['withinMs', [1, 86_400_000], [0, 86_400_001, 1.5, '1', undefined, null]],
    ];
    for (const [key, taken, refused] of bounds) {
      const given = { type: 'bounded', maxRestarts: 1, withinMs: 1 };
      for (const value of taken) {
        const one = { ...given, [key]: value };
        expect(policy(one)().writer.restartPolicy).toEqual(one);
      }
      for (const value of refused) {
        const field = `writer.restartPolicy.${key}`;
        const [least, most] = taken;
        expectRefusal(
          policy({ ...given, [key]: value }),
          field,
          value,
          `an integer ${least}..${most}`,
        );
      }
    }
    expectRefusal(
      policy({ type: 'always' }),
      'writer.restartPolicy.type',
      'always',
      "'once' or 'bounded'",
    );
  });

  it('are frozen once they are resolved, at every level, and the caller keeps its own', () => {
    const restartPolicy = { type: 'bounded' as const, maxRestarts: 1, withinMs: 1 };
    const given = {
      ...{ dataDir: '/store/', batch: { maxSize: 2 }, fence: {}, sync: { everyNEvents: 0 } },
      ...{ writer: { restartPolicy }, idempotency: { maxKeys: 5 }, index: { lazyImage: false } },
    };
    const before = structuredClone(given);
    const resolved = resolve(given);
    const nested = Object.values(resolved).filter(
      (value) =>
        typeof value === 'object' && value !== resolved.platform && value !== resolved.logger,
    );
    expect(nested).toHaveLength(groups.length);
    expect([resolved, ...nested, resolved.writer.restartPolicy].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(resolve({ dataDir: '/store' }).writer.restartPolicy)).toBe(true);
    expect(given).toEqual(before);
    expect([given, given.batch, given.writer, restartPolicy].some(Object.isFrozen)).toBe(false);
    restartPolicy.maxRestarts = 9;
    given.batch.maxSize = 9;
    expect(resolved).toMatchObject({
      batch: { maxSize: 2 },
      writer: { restartPolicy: { maxRestarts: 1 } },
    });
    const reader = resolveReadOnly({ dataDir: '/store', idempotency: {} });
    expect([reader, reader.idempotency].every(Object.isFrozen)).toBe(true);
  });

  it('may be frozen by the caller', () => {
    const options = Object.freeze({ dataDir: '/store', sync: Object.freeze({ everyNEvents: 5 }) });
    expect(resolve(options).sync.everyNEvents).toBe(5);
  });

  it('that are refused leave the disk untouched', () => {
    const host = new StoreHost();
    const before = host.plan.count();
    for (const [field, rule] of Object.entries(rules)) {
      if (field === 'platform') continue;
      const [value] = refusedBy(rule).values;
      const platform = memoryPlatform({ files: host.plan });
      const options = { ...withField(field, value), platform };
      expect(thrownBy(() => openStore(options as never))).toMatchObject({ field });
      if (readOnlyFields.some((one) => one === field)) {
        expect(thrownBy(() => openReadOnly(options as never))).toMatchObject({ field });
      }
    }
    expect(host.plan.count()).toBe(before);
    expect(host.files.list('/')).toEqual(['store']);
  });

  it('that contradict the store are refused, and it stays as it is', () => {
    for (const hashChain of [true, false]) {
      const host = new StoreHost();
      const store = host.open({ hashChain });
      store.append('order:1', 0x1abc, 1);
      store.close();
      const before = host.content();
      expectRefusal(
        () => host.open({ hashChain: !hashChain }),
        'hashChain',
        !hashChain,
        `${hashChain}, as this store was made, or left out`,
      );
      expect(host.content()).toEqual(before);
      expect(host.open().append('order:1', 0x1abc, 2).hash === undefined).toBe(!hashChain);
    }
  });
});
