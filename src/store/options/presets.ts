import type { StoreOptions } from './options.ts';

const MiB = 1024 * 1024;

/** Options for a kind of use, to be spread before your own. */
export type Preset = Omit<StoreOptions, 'dataDir'>;

/**
 * Options for three kinds of use. A group that you give replaces the preset's whole group.
 *
 * ```ts
 * const store = openStore({ ...presets.embedded, dataDir: './data' });
 * ```
 */
export const presets: {
  /** Little memory, few files, little to lose: segments of 16 MiB, a sync every 10 events. */
  readonly embedded: Preset;
  /**
   * Many events: segments of 1 GiB, an `fdatasync` every 5 000 events, a queue of 16 384,
   * subscriptions that may fall behind by 32 768. What was written since the last sync can be lost
   * with the power: 5 000 events or one second.
   */
  readonly highThroughput: Preset;
  /** Much reading: the whole index in memory from the start, many files kept open. */
  readonly analytical: Preset;
} = Object.freeze({
  embedded: Object.freeze({
    segmentMaxBytes: 16 * MiB,
    fdBudget: 8,
    sync: Object.freeze({ everyNEvents: 10 }),
    writer: Object.freeze({ channelCapacity: 256 }),
  }),
  highThroughput: Object.freeze({
    segmentMaxBytes: 1024 * MiB,
    fdBudget: 256,
    broadcastCapacity: 32_768,
    sync: Object.freeze({ everyNEvents: 5000, mode: 'data' }),
    writer: Object.freeze({ channelCapacity: 16_384 }),
  }),
  analytical: Object.freeze({
    fdBudget: 256,
    index: Object.freeze({ lazyImage: false }),
  }),
});
