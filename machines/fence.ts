import { setup } from 'xstate';

/** What is asked of a visibility fence, or reported to {@link fenceMachine}. */
export type FenceEvent =
  /** What is staged is to be written, as one batch. */
  | { type: 'commit.requested' }
  /** The batch is in the file and visible. */
  | { type: 'commit.written' }
  /** The batch was refused; nothing of it is stored, and it can be asked for again. */
  | { type: 'commit.refused' }
  /** The writer has stopped, or nobody knows whether the batch is stored. */
  | { type: 'commit.failed' }
  /** What is staged is to be forgotten: by its owner, or as the store can't write any more. */
  | { type: 'cancel.requested' };

/**
 * One visibility fence: decides that what is staged in it is written once, as a whole, or never.
 * The fence sends every event. A commit that was refused, by a full disk or an item of the batch,
 * leaves it open; a sync that fails after `commit.written` takes nothing back.
 *
 * Without guards and context, so that a table derived from it can run it.
 */
export const fenceMachine = setup({
  types: {} as { events: FenceEvent },
}).createMachine({
  id: 'fence',
  version: '1',
  description:
    'One visibility fence. What is staged in it stays in memory while it is `open`, and every ' +
    'write beside it is refused until it ends. It is committed as one batch, or cancelled, and ' +
    'then nothing of it was ever on the disk. A refused commit leaves it open; `failed` means ' +
    'that the writer has stopped, so that nothing can be tried again.',
  initial: 'open',
  states: {
    open: {
      on: {
        'commit.requested': { target: 'committing' },
        'cancel.requested': { target: 'cancelled' },
      },
    },
    committing: {
      on: {
        'commit.written': { target: 'committed' },
        'commit.refused': { target: 'open' },
        'commit.failed': { target: 'failed' },
      },
    },
    committed: { type: 'final' },
    cancelled: { type: 'final' },
    failed: { type: 'final' },
  },
});
