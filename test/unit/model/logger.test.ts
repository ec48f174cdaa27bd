import { describe, expect, it } from 'vitest';
import { type Logger, quietLogger, silentLogger } from '../../../src/model/logger.ts';

const facts = { segmentId: 1 };

/** A logger that needs its own `this`, as those of classes do. */
class Kept implements Logger {
  readonly lines: unknown[] = [];

  warn(...given: unknown[]): void {
    this.lines.push(['warn', ...given]);
  }

  error(...given: unknown[]): void {
    this.lines.push(['error', ...given]);
  }
}

describe('silentLogger', () => {
  it('takes warnings and errors and answers nothing', () => {
    expect(silentLogger.warn(facts, 'a warning')).toBeUndefined();
    expect(silentLogger.error(facts, 'an error')).toBeUndefined();
  });
});

describe('quietLogger', () => {
  it('passes facts and message on', () => {
    const logger = new Kept();
    const quiet = quietLogger(logger);
    quiet.warn(facts, 'a warning');
    quiet.error(facts, 'an error');
    expect(logger.lines).toEqual([
      ['warn', facts, 'a warning'],
      ['error', facts, 'an error'],
    ]);
  });

  it('lets nobody be stopped by a logger that throws', () => {
    const refuse = (): void => {
      throw new Error('the log is full');
    };
    const quiet = quietLogger({ warn: refuse, error: refuse });
    expect(() => quiet.warn(facts, 'a warning')).not.toThrow();
    expect(() => quiet.error(facts, 'an error')).not.toThrow();
  });
});
