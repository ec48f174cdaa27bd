import { BatpakError } from './batpak-error.ts';

/** A machine that can't be an aggregate. Thrown when it is defined, not when it is used. */
export class UnsupportedMachineError extends BatpakError {
  readonly code = 'BATPAK_UNSUPPORTED_MACHINE';
  /** Name of the aggregate. */
  readonly aggregate: string;
  /** Where in the machine, such as the id of a state. */
  readonly place: string;
  /** What is there, and what to do instead. */
  readonly problem: string;

  constructor(aggregate: string, place: string, problem: string) {
    super(`machine of aggregate '${aggregate}', ${place}: ${problem}`);
    this.aggregate = aggregate;
    this.place = place;
    this.problem = problem;
  }
}

/** The installed XState doesn't tell the taken transitions the way this library reads them. */
export class UnsupportedXStateError extends BatpakError {
  readonly code = 'BATPAK_UNSUPPORTED_XSTATE';
  /** Version of the installed package. */
  readonly version: string;
  /** Versions this library works with. */
  readonly supported = '>=5.33.3 <6';

  constructor(version: string) {
    super(`xstate ${version} does not tell which transitions it took; install >=5.33.3 <6.`);
    this.version = version;
  }
}

/** A guard, an assign or a context factory of a machine threw. Nothing was written. */
export class MachineDefectError extends BatpakError {
  readonly code = 'BATPAK_MACHINE_DEFECT';
  readonly entity: string;
  /** Type of the event that was being handled; `undefined` while the machine was started. */
  readonly eventType: string | undefined;

  constructor(entity: string, eventType: string | undefined, cause: unknown) {
    const doing = eventType === undefined ? 'when it was started' : `on '${eventType}'`;
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(`the machine of '${entity}' threw ${doing}: ${detail}. Nothing was written.`, { cause });
    this.entity = entity;
    this.eventType = eventType;
  }
}

/** Folding a stored event led to another state than it led to when it was accepted. */
export class ReplayDivergedError extends BatpakError {
  readonly code = 'BATPAK_REPLAY_DIVERGED';
  readonly entity: string;
  /** Event after which the states differ. */
  readonly sequence: number;
  /** State value, or checksum of the whole state, that is stored with the event. */
  readonly expected: string;
  /** What it is now. */
  readonly actual: string;

  constructor(entity: string, sequence: number, expected: string, actual: string) {
    super(
      `'${entity}' diverges at event ${sequence}: stored with ${expected}, now ${actual}. ` +
        'Its machine changed under one version, or is not deterministic.',
    );
    this.entity = entity;
    this.sequence = sequence;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A stored event that today's machine refuses. */
export class HistoryRefusedError extends BatpakError {
  readonly code = 'BATPAK_HISTORY_REFUSED';
  readonly entity: string;
  readonly sequence: number;
  readonly eventType: string;
  /** Version of the definition that accepted the event. */
  readonly fromVersion: number;
  /** Version of the definition that refuses it. */
  readonly toVersion: number;

  constructor(facts: {
    entity: string;
    sequence: number;
    eventType: string;
    fromVersion: number;
    toVersion: number;
  }) {
    super(
      `'${facts.entity}' can't be folded: version ${facts.toVersion} refuses ` +
        `'${facts.eventType}' (event ${facts.sequence}), ` +
        `which version ${facts.fromVersion} accepted.`,
    );
    this.entity = facts.entity;
    this.sequence = facts.sequence;
    this.eventType = facts.eventType;
    this.fromVersion = facts.fromVersion;
    this.toVersion = facts.toVersion;
  }
}

/** The effects of these aggregates are being run already, by another runner of this store. */
export class EffectsRunningError extends BatpakError {
  readonly code = 'BATPAK_EFFECTS_RUNNING';
  override get retryable(): boolean {
    return true;
  }
  /** Name of the aggregate. */
  readonly aggregate: string;

  constructor(aggregate: string) {
    super(`the effects of '${aggregate}' are being run already. Stop that runner first.`);
    this.aggregate = aggregate;
  }
}
