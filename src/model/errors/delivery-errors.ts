import { BatpakError } from './batpak-error.ts';

/** A named cursor was opened with another region than the one its file was made for. */
export class CursorRegionError extends BatpakError {
  readonly code = 'BATPAK_CURSOR_REGION';
  /** Name of the cursor. */
  readonly cursor: string;
  /** Canonical text of the region that the file is bound to. */
  readonly stored: string;
  /** Canonical text of the region that was asked for. */
  readonly requested: string;

  constructor(cursor: string, stored: string, requested: string) {
    super(
      `cursor '${cursor}' was made for the region ${stored}, not for ${requested}. ` +
        'Use another name, or delete the cursor to begin again.',
    );
    this.cursor = cursor;
    this.stored = stored;
    this.requested = requested;
  }
}

/** A named cursor is open already: by a cursor, a worker or a reactor of this store. */
export class CursorOpenError extends BatpakError {
  readonly code = 'BATPAK_CURSOR_OPEN';
  override get retryable(): boolean {
    return true;
  }
  /** Name of the cursor. */
  readonly cursor: string;

  constructor(cursor: string) {
    super(`cursor '${cursor}' is open already. Close it first, or use another name.`);
    this.cursor = cursor;
  }
}

/** The file of a named cursor is not what was written. Nothing was changed on the disk. */
export class CorruptCursorError extends BatpakError {
  readonly code = 'BATPAK_CORRUPT_CURSOR';
  readonly path: string;
  /** What is wrong with it. */
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(
      `${path} is no cursor that can be read: ${problem}. Restore the file, or delete the cursor ` +
        'to begin again.',
    );
    this.path = path;
    this.problem = problem;
  }
}

/** The cursor was closed: nothing more is read with it or saved. */
export class CursorClosedError extends BatpakError {
  readonly code = 'BATPAK_CURSOR_CLOSED';
  /** What was asked for. */
  readonly operation: string;

  constructor(operation: string) {
    super(`${operation} needs an open cursor, but this one was closed. Open it again.`);
    this.operation = operation;
  }
}

/**
 * The log that a cursor of a follower was reading is no more: `refresh` read another one, in which
 * the same sequence may stand for another event.
 */
export class CursorVoidError extends BatpakError {
  readonly code = 'BATPAK_CURSOR_VOID';
  /** Where the cursor stood in the log that is gone. */
  readonly position: number;

  constructor(position: number) {
    super(
      `the log was read anew, and what stood before ${position} may be other events now. ` +
        'Open another cursor.',
    );
    this.position = position;
  }
}

/** Reactions react to each other without end: the chain of them is longer than it may be. */
export class ReactionLoopError extends BatpakError {
  readonly code = 'BATPAK_REACTION_LOOP';
  /** Name of the reactor. */
  readonly reactor: string;
  /** Id of the event that it was about to react to. */
  readonly eventId: string;
  /** Longest chain of reactions that it takes part in. */
  readonly depthMax: number;

  constructor(reactor: string, eventId: string, depthMax: number) {
    super(
      `reactor '${reactor}' was given event ${eventId}, the end of a chain of ${depthMax} ` +
        'reactions: they react to each other. Narrow its region, or raise depthMax.',
    );
    this.reactor = reactor;
    this.eventId = eventId;
    this.depthMax = depthMax;
  }
}
