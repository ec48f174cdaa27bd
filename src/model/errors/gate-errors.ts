import { BatpakError } from './batpak-error.ts';

/** What was given as the receipt of a gate decision was not made by a pipeline. */
export class ForgedGateReceiptError extends BatpakError {
  readonly code = 'BATPAK_FORGED_GATE_RECEIPT';

  constructor() {
    super(
      'this is no receipt that a pipeline has made, or only a copy of one. Hand in what ' +
        '`evaluate` or `bypass` returned.',
    );
  }
}

/** The receipt is of another pipeline. */
export class ForeignGateReceiptError extends BatpakError {
  readonly code = 'BATPAK_FOREIGN_GATE_RECEIPT';
  /** Id of the receipt. */
  readonly receiptId: string;

  constructor(receiptId: string) {
    super(
      `gate receipt ${receiptId} is of another pipeline: other gates have judged, or for another ` +
        'store. Hand it to the pipeline that made it.',
    );
    this.receiptId = receiptId;
  }
}

/** The receipt was handed in before. It counts once, also when the commit failed. */
export class GateReceiptUsedError extends BatpakError {
  readonly code = 'BATPAK_GATE_RECEIPT_USED';
  /** Id of the receipt. */
  readonly receiptId: string;
  /** What became of the first commit: a state of the gate machine. */
  readonly state: string;

  constructor(receiptId: string, state: string) {
    super(
      `gate receipt ${receiptId} was handed in before (${state}), and counts once. Evaluate the ` +
        'proposal again: what the gates look at may have changed.',
    );
    this.receiptId = receiptId;
    this.state = state;
  }
}

/** Something else than the judged payload was to be written. Nothing was. */
export class UnjudgedPayloadError extends BatpakError {
  readonly code = 'BATPAK_UNJUDGED_PAYLOAD';
  /** Index of the item. */
  readonly item: number;
  /**
   * `another`: the item's payload is neither the judged payload nor a part of it. `changed`: a date
   * or bytes inside the judged payload have been changed since.
   */
  readonly problem: 'another' | 'changed';

  constructor(item: number, problem: UnjudgedPayloadError['problem']) {
    const what =
      problem === 'another'
        ? 'is not the judged payload, nor a part of it: propose all that is to be written, and ' +
          'write the very values that the plan is given'
        : 'was changed after it was judged: copy a Date or bytes before changing them';
    super(`the payload of item ${item} ${what}. Nothing was written.`);
    this.item = item;
    this.problem = problem;
  }
}

/** The idempotency key stands for an event that no pipeline has decided on. Nothing was written. */
export class UngatedEventError extends BatpakError {
  readonly code = 'BATPAK_UNGATED_EVENT';
  readonly idempotencyKey: string;
  /** Id of the stored event. */
  readonly eventId: string;

  constructor(idempotencyKey: string, eventId: string) {
    super(
      `idempotency key '${idempotencyKey}' stands for event ${eventId}, which was stored without ` +
        'gates. Nothing was written; take another key.',
    );
    this.idempotencyKey = idempotencyKey;
    this.eventId = eventId;
  }
}

/** An event says how it came through gates in a way that this version can't read. */
export class UnreadableDecisionError extends BatpakError {
  readonly code = 'BATPAK_UNREADABLE_DECISION';
  readonly eventId: string;
  /** First byte of what is stored. */
  readonly version: number | undefined;

  constructor(eventId: string, version: number | undefined) {
    super(
      `event ${eventId} bears a gate decision of version ${version}, which can't be read here. ` +
        'Read it with the release that wrote it, or a later one.',
    );
    this.eventId = eventId;
    this.version = version;
  }
}
