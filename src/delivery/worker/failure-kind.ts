import {
  CorruptSegmentError,
  UnsupportedVersionError,
} from '../../model/errors/corruption-errors.ts';
import { CursorClosedError, CursorVoidError } from '../../model/errors/delivery-errors.ts';
import {
  DiskFullError,
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
} from '../../model/errors/disk-errors.ts';
import { VisibilityFenceActiveError } from '../../model/errors/fence-errors.ts';
import { StoreClosedError, StoreLockedError } from '../../model/errors/lifecycle-errors.ts';
import { BatchFailedError } from '../../model/errors/write-errors.ts';

/**
 * Whose fault a failure is. `obstructed`: nobody's, the same will go well later. `work`: the
 * store's, whatever event is in hand. `event`: that of the event, or of the handler.
 */
export type FailureKind = 'obstructed' | 'work' | 'event';

const passing = [DiskFullError, VisibilityFenceActiveError];
const ofTheStore = [
  StorageError,
  SyncFailedError,
  WriteFailedError,
  WriterDeadError,
  StoreClosedError,
  StoreLockedError,
  CorruptSegmentError,
  UnsupportedVersionError,
  CursorClosedError,
  CursorVoidError,
];

/** Whose fault it is, also where a handler has let an error of the store through. */
export function failureKindOf(failure: unknown): FailureKind {
  const cause = failure instanceof BatchFailedError ? failure.cause : failure;
  if (passing.some((family) => cause instanceof family)) return 'obstructed';
  return ofTheStore.some((family) => cause instanceof family) ? 'work' : 'event';
}
