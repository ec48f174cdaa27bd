import type { WrappedInspector } from '../inspect/inspection.ts';
import type { LiveSource } from '../model/event-source.ts';
import type { Logger } from '../model/logger.ts';
import type { Platform, Timers } from '../model/platform.ts';

/** What subscriptions and cursors without a name take of a store, or of a follower of one. */
export interface ReadingHost {
  readonly source: LiveSource;
  readonly timers: Timers;
  /** Events that a subscription may fall behind before it loses the oldest. */
  readonly broadcastCapacity: number;
}

/** What cursors with a name, and those who work with them, take of a store. */
export interface WritingHost {
  readonly source: LiveSource;
  readonly platform: Platform;
  /** Directory of the store. */
  readonly directory: string;
  readonly logger: Logger;
  /** The observer of the store's machines, made harmless. */
  readonly inspect: WrappedInspector | undefined;
  /** Makes everything written durable before it returns. */
  sync(): void;
  /** Resolves when the event is durable, by a sync off the event loop. */
  whenDurable(sequence: number): Promise<void>;
  /** Tells of a failure that no caller waits for. Never throws. */
  report(failure: unknown, what: string): void;
}
