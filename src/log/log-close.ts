import { RecordDraft } from '../codec/record.ts';
import { recordTypes } from '../codec/record-layout.ts';
import type { SyncMode } from '../model/files.ts';
import { systemKinds } from '../model/kind.ts';
import type { Logger } from '../model/logger.ts';
import { translateSystemError } from '../platform/system-error.ts';
import type { ActiveSegment } from './active-segment.ts';
import type { FrameGroup } from './frame-group.ts';
import type { Timeline } from './timeline.ts';

/** What marking the end of a log takes. */
export interface LogEnd {
  readonly active: ActiveSegment;
  readonly group: FrameGroup;
  readonly timeline: Timeline;
  readonly syncMode: SyncMode;
  readonly logger: Logger;
  /** Sequence that the next event would get. */
  readonly nextSequence: number;
}

/**
 * Writes a CLEAN record whose durableOffset covers everything before it, and syncs again: who finds
 * that record last knows that nothing is missing. A disk that refuses it costs the next opening a
 * look at the tail, and nothing else.
 *
 * @returns whether the mark is durable
 */
export function markCleanEnd(end: LogEnd): boolean {
  const { active, group, syncMode, logger } = end;
  const { position } = active;
  try {
    group.begin(0);
    group.stage(cleanRecord(end));
    active.write(group.bytes, group.end());
    active.seal();
    active.sync(syncMode);
    return true;
  } catch (cause) {
    const failure = translateSystemError('write', active.segment.path, cause);
    logger.warn({ err: failure }, 'the store could not be marked as cleanly closed');
    // A mark that was not synced must not be believed later.
    active.retreat(position);
    return false;
  }
}

function cleanRecord({ active, timeline, nextSequence }: LogEnd): RecordDraft {
  const draft = new RecordDraft();
  draft.durableOffset = active.durableOffset;
  draft.type = recordTypes.clean;
  draft.kind = systemKinds.clean;
  draft.sequence = nextSequence;
  timeline.advance();
  draft.timestampUs = timeline.timestampUs;
  draft.counter = timeline.counter;
  return draft;
}
