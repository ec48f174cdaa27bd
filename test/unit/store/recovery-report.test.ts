import { describe, expect, it } from 'vitest';
import { rustReportOf } from '../../../src/store/recovery-report.ts';

describe('rustReportOf', () => {
  it('is nothing in a store that the Rust crate never wrote', () => {
    expect(rustReportOf(undefined)).toBeUndefined();
  });

  it('tells what of its log is no event', () => {
    const tornTails = [{ path: '/store/000001.fbat', offset: 57, bytes: 3 }];
    const counts = { uncommittedEvents: 2, hiddenEvents: 1, tornTails };
    const times = { timestampUs: 1, counter: 0, clean: false };
    expect(rustReportOf({ segments: [], ...counts, ...times })).toEqual({ segments: 0, ...counts });
  });
});
