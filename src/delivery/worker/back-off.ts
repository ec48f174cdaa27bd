import type { Random } from '../../model/platform.ts';

/** How long a worker waits after a failure. */
export interface BackOff {
  /**
   * After the first, in milliseconds, 1 to 3 600 000; it doubles with each failure in a row.
   * @default 100
   */
  readonly minMs?: number;
  /** At most so many milliseconds, `minMs` to 3 600 000. @default 30 000 */
  readonly maxMs?: number;
}

/**
 * Milliseconds to wait after so many failures in a row: doubled each time, then a random part of
 * between one half and all of it, so that workers that failed together don't come back together.
 */
export function backOffMs(
  failures: number,
  { minMs, maxMs }: Readonly<Required<BackOff>>,
  random: Random,
): number {
  // Past 2^32 any wait is the longest.
  const doubled = minMs * 2 ** Math.min(32, Math.max(0, failures - 1));
  const whole = Math.min(maxMs, doubled);
  const bytes = new Uint8Array(2);
  random.fill(bytes, 0, 2);
  const fraction = ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) / 65_536;
  return Math.round(whole * (0.5 + fraction / 2));
}
