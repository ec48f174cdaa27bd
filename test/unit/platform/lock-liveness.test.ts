import { describe, expect, it } from 'vitest';
import type { LockHolder } from '../../../src/model/errors/lifecycle-errors.ts';
import { livenessOf } from '../../../src/platform/lock-liveness.ts';
import { MemoryProcess } from '../../../src/platform/memory-process.ts';

const holder: LockHolder = {
  pid: 7,
  startTime: '700',
  bootId: 'boot-1',
  pidNamespace: 'pid:[1]',
  hostname: 'memory',
  nonce: '0'.repeat(32),
};

describe('livenessOf', () => {
  const self = (running: [number, string][], options = {}): MemoryProcess =>
    new MemoryProcess({ pid: 1, running: new Map(running), ...options });

  it('finds a holder alive whose process runs', () => {
    expect(livenessOf(holder, self([[7, '700']]))).toBe('alive');
  });

  it('finds a holder gone whose process has ended, or whose pid another one bears', () => {
    expect(livenessOf(holder, self([]))).toBe('gone');
    expect(livenessOf(holder, self([[7, '701']]))).toBe('gone');
  });

  it('finds a holder gone from before the last boot of its host, whatever runs now', () => {
    const running: [number, string][] = [[7, '700']];
    expect(livenessOf(holder, self(running, { bootId: 'boot-2' }))).toBe('gone');
    const elsewhere = { bootId: 'boot-2', pidNamespace: 'pid:[2]' };
    expect(livenessOf(holder, self(running, elsewhere))).toBe('gone');
  });

  it('knows nothing of another host', () => {
    expect(livenessOf(holder, self([], { hostname: 'other' }))).toBe('unknown');
    expect(livenessOf(holder, self([], { hostname: 'other', bootId: 'boot-2' }))).toBe('unknown');
  });

  it('knows nothing of another pid namespace in the same boot', () => {
    expect(livenessOf(holder, self([], { pidNamespace: 'pid:[2]' }))).toBe('unknown');
  });

  it('knows nothing where the boots of a host can not be told apart', () => {
    expect(livenessOf(holder, self([], { bootId: '' }))).toBe('unknown');
    expect(livenessOf({ ...holder, bootId: '' }, self([]))).toBe('unknown');
    expect(livenessOf({ ...holder, bootId: '' }, self([], { bootId: '' }))).toBe('unknown');
  });

  it('knows nothing of a running process whose start time is not known', () => {
    expect(livenessOf(holder, self([[7, '']]))).toBe('unknown');
    expect(livenessOf({ ...holder, startTime: '' }, self([[7, '700']]))).toBe('unknown');
    expect(livenessOf({ ...holder, startTime: '' }, self([]))).toBe('gone');
  });
});
