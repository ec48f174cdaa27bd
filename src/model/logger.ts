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
