import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/model/logger.ts';

describe('silentLogger', () => {
  it('takes warnings and errors and answers nothing', () => {
    expect(silentLogger.warn({ segmentId: 1 }, 'a warning')).toBeUndefined();
    expect(silentLogger.error({ segmentId: 1 }, 'an error')).toBeUndefined();
  });
});
