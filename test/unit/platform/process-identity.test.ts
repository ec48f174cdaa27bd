import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import {
  parseProcessStatus,
  systemProcessIdentity,
} from '../../../src/platform/process-identity.ts';

const hasProc = existsSync('/proc/self/stat');

describe('systemProcessIdentity', () => {
  it('is this process on this host', () => {
    const identity = systemProcessIdentity();
    expect(identity.pid).toBe(process.pid);
    expect(identity.hostname).toBe(hostname());
    expect(identity.startTimeOf(process.pid)).toBe(identity.startTime);
  });

  it.runIf(hasProc)('knows start time, boot and pid namespace from /proc', () => {
    const identity = systemProcessIdentity();
    expect(identity.startTime).toMatch(/^\d+$/);
    expect(identity.bootId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(identity.pidNamespace).toMatch(/^pid:\[\d+\]$/);
  });

  it('sees another process start and end', async () => {
    const identity = systemProcessIdentity();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const startTime = identity.startTimeOf(pid);
    expect(startTime).toBeDefined();
    if (hasProc) expect(Number(startTime)).toBeGreaterThanOrEqual(Number(identity.startTime));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(identity.startTimeOf(pid)).toBeUndefined();
  });

  it.runIf(hasProc)('takes a process for ended whose parent has not noted its end', async () => {
    // The shell waits for the second child only, so that the first one stays behind as a zombie.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30']);
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line).trim());
    const identity = systemProcessIdentity();
    const until = performance.now() + 5_000;
    while (identity.startTimeOf(pid) !== undefined && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(existsSync(`/proc/${pid}/stat`)).toBe(true);
    expect(identity.startTimeOf(pid)).toBeUndefined();
    parent.kill('SIGKILL');
  });

  it('finds no process for a pid beyond all', () => {
    expect(systemProcessIdentity().startTimeOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe('parseProcessStatus', () => {
  const rest = (state: string, threads: number): string =>
    `${state} 3886 3886 2165 0 -1 4194304 102 0 0 0 0 0 0 0 20 0 ${threads} 0 91913 3133440 390`;

  it('finds the start time after a name with spaces and brackets', () => {
    const status = { startTime: '91913', ended: false };
    expect(parseProcessStatus(`12 (node) ${rest('S', 1)}\n`)).toEqual(status);
    expect(parseProcessStatus(`12 (a) b (c) R 1 2) ${rest('R', 11)}\n`)).toEqual(status);
  });

  it('takes a zombie for ended once no thread of it is left', () => {
    expect(parseProcessStatus(`12 (node) ${rest('Z', 1)}`)?.ended).toBe(true);
    expect(parseProcessStatus(`12 (node) ${rest('X', 0)}`)?.ended).toBe(true);
    expect(parseProcessStatus(`12 (node) ${rest('Z', 3)}`)?.ended).toBe(false);
  });

  it('finds nothing in another text', () => {
    expect(parseProcessStatus('')).toBeUndefined();
    expect(parseProcessStatus('12 (node) S 1 2')).toBeUndefined();
  });
});
