import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTime, parseTime } from '../../../src/exchange/cloud-time.ts';
import { propertyRuns } from '../../support/property-runs.ts';

describe('formatTime', () => {
  it('shows the microsecond', () => {
    expect(formatTime(0)).toBe('1970-01-01T00:00:00.000000Z');
    expect(formatTime(1_735_689_600_000_001)).toBe('2025-01-01T00:00:00.000001Z');
    expect(formatTime(Number.MAX_SAFE_INTEGER)).toBe('2255-06-05T23:47:34.740991Z');
  });

  it('is read back to the microsecond', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (timestampUs) => {
        expect(parseTime(formatTime(timestampUs))).toBe(timestampUs);
      }),
      propertyRuns(200),
    );
  });
});

describe('parseTime', () => {
  it.each([
    ['1970-01-01T00:00:01Z', 1_000_000],
    ['1970-01-01t00:00:01.5z', 1_500_000],
    ['1970-01-01T02:00:00.123456789+02:00', 123_456],
    ['1969-12-31T23:59:59.25-00:30', 1_799_250_000],
  ])('reads %s', (text, timestampUs) => {
    expect(parseTime(text)).toBe(timestampUs);
  });

  it.each([
    '',
    '1970-01-01',
    '1970-01-01T00:00:00',
    '1970-13-01T00:00:00Z',
    '1970-01-01 00:00:00Z',
  ])('refuses %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});
