import type { LockHolder } from '../model/errors/lifecycle-errors.ts';
import type { ProcessIdentity } from '../model/platform.ts';

/** Whether the holder of a lock lives, as far as this process can tell. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/**
 * Judges the holder of a lock. `gone` is said only on proof: the host has booted since, or in the
 * same boot and pid namespace nobody bears the pid, or somebody who started at another time.
 */
export function livenessOf(holder: LockHolder, self: ProcessIdentity): Liveness {
  if (holder.hostname !== self.hostname) return 'unknown';
  if (holder.bootId === '' || self.bootId === '') return 'unknown';
  if (holder.bootId !== self.bootId) return 'gone';
  // A pid of another namespace, such as another container's, says nothing in this one.
  if (holder.pidNamespace !== self.pidNamespace) return 'unknown';
  const startTime = self.startTimeOf(holder.pid);
  if (startTime === undefined) return 'gone';
  if (startTime === '' || holder.startTime === '') return 'unknown';
  return startTime === holder.startTime ? 'alive' : 'gone';
}
