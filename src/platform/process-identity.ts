import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../model/platform.ts';
import { systemCodeOf } from './system-error.ts';

/**
 * The identity of this process. Where the system has no `/proc` the start times and boot id are
 * empty, and a process is then told only by its pid.
 */
export function systemProcessIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    bootId: readText('/proc/sys/kernel/random/boot_id').trim(),
    pidNamespace: readLink('/proc/self/ns/pid'),
    hostname: hostname(),
    startTimeOf,
  };
}

/** What {@link parseProcessStatus} finds in `/proc/<pid>/stat`. */
export interface ProcessStatus {
  /** Clock ticks between the boot and the start of the process, in decimal. */
  readonly startTime: string;
  /** Whether it has ended and waits only for its parent to take note of it. */
  readonly ended: boolean;
}

/** Reads the text of `/proc/<pid>/stat`; `undefined` when it isn't such a text. */
export function parseProcessStatus(text: string): ProcessStatus | undefined {
  // The second field is the name of the program in brackets, which may itself hold brackets and
  // spaces: the fields are counted from the last one. The state is field 3, the number of threads
  // field 20, the start time field 22.
  const fields = text
    .slice(text.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const [state, threads, startTime] = [fields[0], fields[17], fields[19]];
  if (state === undefined || threads === undefined || startTime === undefined) return undefined;
  // A killed process whose main thread is gone may still be writing in another thread.
  const ended = state === 'X' || (state === 'Z' && Number(threads) <= 1);
  return { startTime, ended };
}

function startTimeOf(pid: number): string | undefined {
  const status = parseProcessStatus(hasOwnProc() ? readText(`/proc/${pid}/stat`) : '');
  if (status !== undefined) return status.ended ? undefined : status.startTime;
  // Without /proc, or when it hides the processes of other users, a signal that does nothing
  // still tells whether there is a process.
  return isRunning(pid) ? '' : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // EPERM: it is there and belongs to somebody else.
    return systemCodeOf(cause) !== 'ESRCH';
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Whatever keeps us from reading it, the text is not there for us.
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** Whether `/proc` counts processes as we do: a container may have been given that of the host. */
function hasOwnProc(): boolean {
  return readLink('/proc/self') === String(process.pid);
}
