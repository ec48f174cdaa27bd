import { BatpakError } from './batpak-error.ts';

/** An event that was stored by a later version of its definition than the one that reads it. */
export class FutureEventVersionError extends BatpakError {
  readonly code = 'BATPAK_FUTURE_EVENT_VERSION';
  /** Name of the event. */
  readonly event: string;
  /** Version that it was stored in. */
  readonly stored: number;
  /** Version of the definition. */
  readonly known: number;
  readonly sequence: number;

  constructor(event: string, stored: number, known: number, sequence: number) {
    super(
      `event ${sequence} is '${event}' in version ${stored}, and the definition is of ` +
        `version ${known}: read it with the code that wrote it, or a later one`,
    );
    this.event = event;
    this.stored = stored;
    this.known = known;
    this.sequence = sequence;
  }
}

/** An event of an earlier version whose payload can't be brought into the shape of today's. */
export class UpcastFailedError extends BatpakError {
  readonly code = 'BATPAK_UPCAST_FAILED';
  /** Name of the event. */
  readonly event: string;
  /** Version from which there is no way to the next. */
  readonly fromVersion: number;
  readonly sequence: number;

  constructor(
    event: string,
    fromVersion: number,
    sequence: number,
    problem: string,
    cause?: unknown,
  ) {
    super(
      `event ${sequence}, '${event}' in version ${fromVersion}: ${problem}. ` +
        `Mend upcasts[${fromVersion}] of its definition.`,
      { cause },
    );
    this.event = event;
    this.fromVersion = fromVersion;
    this.sequence = sequence;
  }
}
