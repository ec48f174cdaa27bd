/** Where warnings go: the shape of pino and its kin. Facts come first, payloads never. */
export interface Logger {
  /** Something was lost or given up that the store can do without. */
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  /** Something failed that nobody was waiting for. */
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** Takes everything and says nothing. */
export const silentLogger: Logger = {
  warn: () => undefined,
  error: () => undefined,
};

/** The same logger, whose own failures stop nobody: what it throws has nowhere to be told. */
export function quietLogger(logger: Logger): Logger {
  return {
    warn: (facts, message) => attempt(() => logger.warn(facts, message)),
    error: (facts, message) => attempt(() => logger.error(facts, message)),
  };
}

function attempt(log: () => void): void {
  try {
    log();
  } catch {
    // A store that fails because its logger does would be the worse of two evils.
  }
}
