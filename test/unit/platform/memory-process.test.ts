import { describe, expect, it } from 'vitest';
import { MemoryProcess } from '../../../src/platform/memory-process.ts';

describe('MemoryProcess', () => {
  it('runs by itself unless it is given a host to share', () => {
    const process = new MemoryProcess();
    expect(process.startTimeOf(1)).toBe('1000');
    expect(process.startTimeOf(2)).toBeUndefined();
  });

  it('sees the processes of its host start and end', () => {
    const running = new Map<number, string>();
    const one = new MemoryProcess({ pid: 1, running });
    const other = new MemoryProcess({ pid: 2, startTime: '2000', running });
    expect(one.startTimeOf(2)).toBe('2000');
    other.end();
    expect(one.startTimeOf(2)).toBeUndefined();
  });

  it('leaves alone who got its pid after it', () => {
    const running = new Map<number, string>();
    const first = new MemoryProcess({ pid: 1, startTime: '1', running });
    const second = new MemoryProcess({ pid: 1, startTime: '2', running });
    first.end();
    expect(second.startTimeOf(1)).toBe('2');
  });
});
