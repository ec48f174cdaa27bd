import { describe, expect, it } from 'vitest';
import { FaultHandle, type FileFault } from '../../../src/platform/fault-handle.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { bytesOf, failureOf, readText } from '../../support/files-under-test.ts';

// What a plan makes of these faults is in the tests of FaultPlan.
describe('FaultHandle', () => {
  it('asks before every call, with the bytes it is about', () => {
    const asked: unknown[] = [];
    const handle = opened((...call) => {
      asked.push(call);
      return undefined;
    });
    handle.write(bytesOf('abc'), 0, 3, 0);
    handle.read(bytesOf('abc'), 0, 2, 0);
    handle.truncate(1);
    handle.size();
    handle.sync();
    handle.dataSync();
    handle.close();
    expect(asked).toEqual([
      ['write', 3],
      ['read', 2],
      ['truncate', 1],
      ['size'],
      ['sync'],
      ['dataSync'],
      ['close'],
    ]);
  });

  it('writes the bytes that a fault leaves, never more than were asked for', () => {
    const failure = new Error('planned');
    const faults: FileFault[] = [
      { bytesMax: 2, failure },
      { bytesMax: 9, failure: undefined },
    ];
    const handle = opened((operation) => (operation === 'write' ? faults.shift() : undefined));
    expect(failureOf(() => handle.write(bytesOf('abcd'), 0, 4, 0))).toBe(failure);
    expect(readText(handle)).toBe('ab');
    expect(handle.write(bytesOf('XYZ'), 0, 3, 1)).toBe(3);
    expect(readText(handle)).toBe('aXYZ');
  });

  it('fails a sync that is not waited for in its answer, and stores nothing of it', async () => {
    const failure = new Error('planned');
    const files = new MemoryFiles();
    files.open('/a', 'create').close();
    files.syncDirectory('/');
    const answers: (() => void)[] = [];
    const handle = new FaultHandle(
      files.open('/a', 'write'),
      (operation) => (operation === 'beginSync' ? { bytesMax: 0, failure } : undefined),
      (answer) => answers.push(answer),
    );
    handle.write(bytesOf('abcd'), 0, 4, 0);
    const told: unknown[] = [];
    handle.beginSync('all', (cause) => told.push(cause));
    await Promise.resolve();
    expect([told, answers.length]).toEqual([[], 1]);
    answers[0]?.();
    expect(told).toEqual([failure]);
    expect(files.afterPowerLoss().stat('/a')).toMatchObject({ sizeBytes: 0 });
  });

  it('gives back nothing from a read that fails', () => {
    const failure = new Error('planned');
    const handle = opened((operation) =>
      operation === 'read' ? { bytesMax: 9, failure } : undefined,
    );
    handle.write(bytesOf('abcd'), 0, 4, 0);
    const bytes = bytesOf('____');
    expect(failureOf(() => handle.read(bytes, 0, 4, 0))).toBe(failure);
    expect(bytes).toEqual(bytesOf('____'));
  });
});

function opened(meetFault: ConstructorParameters<typeof FaultHandle>[1]): FaultHandle {
  return new FaultHandle(new MemoryFiles().open('/a', 'create'), meetFault, (answer) => answer());
}
