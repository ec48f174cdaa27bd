/** Where warnings go: the shape of pino and its kin. Facts come first, payloads never. */
export interface Logger {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** Takes everything and says nothing. */
export const silentLogger: Logger = {
  warn: () => undefined,
  error: () => undefined,
};
