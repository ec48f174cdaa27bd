import { setup } from 'xstate';

/**
 * What is reported to {@link batchMachine}: each a fact about one step that the engine took.
 *
 * Up to `published` a failure leads to `aborted` and nothing of the batch is stored; from
 * `commit.written` on the batch is in the file and can only fail to become durable.
 */
export type BatchEvent =
  /** Every item passed its checks. */
  | { type: 'items.valid' }
  /** An item was refused; nothing was written. */
  | { type: 'items.invalid' }
  /** The frame that opens the batch is staged. */
  | { type: 'begin.staged' }
  /** The frames of all items are staged. */
  | { type: 'items.staged' }
  /** The frame that closes the batch is in the file, and so are all before it. */
  | { type: 'commit.written' }
  /** The disk refused a step. */
  | { type: 'io.failed' }
  /** What was half-written was cut off again. */
  | { type: 'truncate.finished' }
  /** What was half-written could not be cut off. */
  | { type: 'truncate.failed' }
  /** Indexes and subscribers have the events. */
  | { type: 'events.published' }
  /** An fsync that covers the batch was issued. */
  | { type: 'sync.started' }
  /** That fsync succeeded. */
  | { type: 'sync.finished' }
  /** That fsync failed. */
  | { type: 'sync.failed' };

/**
 * Two-phase commit of one batch: decides which step may come next, and what a failure of each step
 * means. The engine's commit sends every event, after it has acted. The state's name is the stage
 * that `BatchFailedError` reports. A batch that waits for the sync cadence rests in `published`.
 *
 * `durable` and `aborted` are certain; `unknown` means that nobody can say what is on the disk.
 * Without guards and context, so that a table derived from it can run it.
 */
export const batchMachine = setup({
  types: {} as { events: BatchEvent },
}).createMachine({
  id: 'batch',
  version: '1',
  description:
    'Two-phase commit of one batch. Up to and including `committing` a failure cuts the batch ' +
    'off again and nothing of it is stored. Once published it is never taken back: it rests in ' +
    '`published` until a sync covers it, and a failed sync leaves its durability unknown. The ' +
    'name of the state is the stage that a failed batch reports.',
  initial: 'validating',
  states: {
    validating: {
      on: {
        'items.valid': { target: 'beginning' },
        'items.invalid': { target: 'aborted' },
      },
    },
    beginning: {
      on: {
        'begin.staged': { target: 'writing' },
        'io.failed': { target: 'aborting' },
      },
    },
    writing: {
      on: {
        'items.staged': { target: 'committing' },
        'io.failed': { target: 'aborting' },
      },
    },
    committing: {
      on: {
        'commit.written': { target: 'publishing' },
        'io.failed': { target: 'aborting' },
      },
    },
    publishing: {
      on: {
        'events.published': { target: 'published' },
      },
    },
    published: {
      on: {
        'sync.started': { target: 'syncing' },
      },
    },
    syncing: {
      on: {
        'sync.finished': { target: 'durable' },
        'sync.failed': { target: 'unknown' },
      },
    },
    aborting: {
      on: {
        'truncate.finished': { target: 'aborted' },
        'truncate.failed': { target: 'unknown' },
      },
    },
    durable: { type: 'final' },
    aborted: { type: 'final' },
    unknown: { type: 'final' },
  },
});
