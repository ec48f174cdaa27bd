import type { WriterOptions } from '../options/options.ts';

/** How full the queue of submitted events is. */
export interface WriterPressure {
  /** Events that are submitted and not written yet. */
  readonly queued: number;
  /** Events from which a submit writes some of them first: `writer.channelCapacity`. */
  readonly capacity: number;
  /** `queued` in per cent of `capacity`; over 100 when the last one queued was a batch. */
  readonly utilizationPct: number;
  /**
   * `high` from `writer.pressureRetryThresholdPct` on: `trySubmit` asks to come again. `full` when
   * the capacity is reached, or the disk refused to take more.
   */
  readonly level: PressureLevel;
}

/** Pressure as the machine of the writer names it. */
export type PressureLevel = 'normal' | 'high' | 'full';

type Thresholds = Readonly<
  Pick<Required<WriterOptions>, 'channelCapacity' | 'pressureRetryThresholdPct'>
>;

/** The level that so many queued events mean. */
export function pressureLevel(
  queued: number,
  thresholds: Thresholds,
  diskFull: boolean,
): PressureLevel {
  if (diskFull || queued >= thresholds.channelCapacity) return 'full';
  return queued >= highFrom(thresholds) ? 'high' : 'normal';
}

/** What `writerPressure` answers. */
export function pressureOf(
  queued: number,
  thresholds: Thresholds,
  diskFull: boolean,
): WriterPressure {
  const { channelCapacity: capacity } = thresholds;
  const level = pressureLevel(queued, thresholds, diskFull);
  return { queued, capacity, utilizationPct: (queued * 100) / capacity, level };
}

/** Queue length from which pressure is high; 1 at least, so that an empty queue never is. */
function highFrom({ channelCapacity, pressureRetryThresholdPct }: Thresholds): number {
  return Math.max(1, Math.ceil((channelCapacity * pressureRetryThresholdPct) / 100));
}
