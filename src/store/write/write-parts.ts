import type { Engine } from '../engine.ts';
import type { Appender } from './append.ts';
import type { SubmitQueue } from './submit-queue.ts';
import type { WriteTurn } from './write-turn.ts';

/** What the writes of a store share. */
export interface WriteParts {
  readonly engine: Engine;
  readonly appender: Appender;
  readonly turn: WriteTurn;
  readonly queue: SubmitQueue;
}
