import { describe, expect, it } from 'vitest';
import { FailureReports } from '../../../../src/store/write/failure-reports.ts';

describe('FailureReports', () => {
  it('tells the logger and the listener, and the logger of the listener’s own failure', () => {
    const logged: unknown[] = [];
    const reports = new FailureReports({
      warn: () => undefined,
      error: (facts, message) => logged.push([facts['err'], message]),
    });
    reports.report('first', 'it failed');
    const seen: unknown[] = [];
    const defect = new Error('listener');
    reports.onError = (failure) => {
      seen.push(failure);
      throw defect;
    };
    reports.report('second', 'it failed again');
    expect(seen).toEqual(['second']);
    expect(logged).toEqual([
      ['first', 'it failed'],
      ['second', 'it failed again'],
      [defect, 'onError of the store threw'],
    ]);
  });
});
