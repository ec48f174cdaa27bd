import { setup } from 'xstate';

/**
 * What is reported to {@link recoveryMachine}: each a fact about one step of the cold start.
 */
export type RecoveryEvent =
  /** The index image is whole, of this log, and taken up. */
  | { type: 'image.joined' }
  /** There is no index image, or none is asked for. */
  | { type: 'image.absent' }
  /** There is one that is damaged, of another version or of another store. */
  | { type: 'image.refused' }
  /** The next segment was taken up from its footer. */
  | { type: 'footer.joined' }
  /** The next segment has no footer. */
  | { type: 'footer.absent' }
  /** It has one that is damaged, or that doesn't follow on what is known. */
  | { type: 'footer.refused' }
  /** All frames of the segment were read, or of the last one those that are behind the image. */
  | { type: 'segment.scanned' }
  /** There is no further segment. */
  | { type: 'segments.finished' }
  /** Bytes are not what was written, and the store is to be opened as it is or not at all. */
  | { type: 'damage.found' }
  /** Bytes are not what was written, and what is left is to be saved. */
  | { type: 'salvage.begun' }
  /** The damaged segments were written anew. */
  | { type: 'salvage.finished' }
  /** They could not be. */
  | { type: 'salvage.failed' };

/**
 * The ladder of a cold start: decides where the next piece of the log comes from. Rungs go from
 * cheap to certain: the image of the last close, then for each segment that it doesn't know the
 * footer, then the frames themselves. A rung that can't be trusted costs time and nothing else; it
 * is only frames that can refuse the store. The engine sends every event, after it has acted.
 *
 * Without guards and context, so that a table derived from it can run it.
 */
export const recoveryMachine = setup({
  types: {} as { events: RecoveryEvent },
}).createMachine({
  id: 'recovery',
  version: '1',
  description:
    'The cold start of a store, from cheap to certain. `image` takes up the index image of the ' +
    'last close. `footers` then looks at one segment after another: a footer is taken up, and a ' +
    'segment without one is read frame by frame in `scanning`. What is derived and damaged is ' +
    'passed over; frames that are damaged, or an image that knows more than the log holds, end ' +
    'in `refused`, or in `salvaging` when that is asked for: then the ladder begins anew.',
  initial: 'image',
  states: {
    image: {
      on: {
        'image.joined': { target: 'footers' },
        'image.absent': { target: 'footers' },
        'image.refused': { target: 'footers' },
        'damage.found': { target: 'refused' },
        'salvage.begun': { target: 'salvaging' },
      },
    },
    footers: {
      on: {
        'footer.joined': { target: 'footers' },
        'footer.absent': { target: 'scanning' },
        'footer.refused': { target: 'scanning' },
        'segments.finished': { target: 'ready' },
        'damage.found': { target: 'refused' },
        'salvage.begun': { target: 'salvaging' },
      },
    },
    scanning: {
      on: {
        'segment.scanned': { target: 'footers' },
        'damage.found': { target: 'refused' },
        'salvage.begun': { target: 'salvaging' },
      },
    },
    salvaging: {
      on: {
        'salvage.finished': { target: 'image' },
        'salvage.failed': { target: 'refused' },
      },
    },
    ready: { type: 'final' },
    refused: { type: 'final' },
  },
});
