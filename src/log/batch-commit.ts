import { type BatchEvent, batchMachine } from '../../machines/batch.ts';
import { encodePayload } from '../codec/payload.ts';
import { RecordDraft } from '../codec/record.ts';
import { recordTypes } from '../codec/record-layout.ts';
import { mirrorMachine, type WrappedInspector } from '../inspect/inspection.ts';
import { type StateNameOf, Stepper, stepTable } from '../inspect/step-table.ts';
import { WriteFailedError } from '../model/errors/disk-errors.ts';
import { systemKinds } from '../model/kind.ts';
import type { Timeline } from './timeline.ts';
import type { FrameStage, LogWriter } from './writer.ts';

const table = stepTable(batchMachine);

/** Content of a COMMIT record: what shows that a batch is whole. */
export interface CommitContent {
  /** How many events lie between BEGIN and COMMIT. */
  readonly count: number;
  /** crc32 over the items, each from its type to its end, one after the other. */
  readonly crc: number;
}

/**
 * Two-phase commit of one batch, step by step as the batch machine allows: BEGIN, the items and
 * COMMIT are staged as one group and written at once, so a reader finds all of them or, without
 * a COMMIT, none.
 */
export class BatchCommit implements FrameStage {
  readonly #writer: LogWriter;
  readonly #timeline: Timeline;
  readonly #stepper: Stepper<StateNameOf<typeof batchMachine>, BatchEvent['type']>;
  readonly batchId: Uint8Array;
  #count = 0;
  #crc = 0;

  constructor(
    writer: LogWriter,
    timeline: Timeline,
    batchId: Uint8Array,
    inspect: WrappedInspector | undefined,
  ) {
    this.#writer = writer;
    this.#timeline = timeline;
    this.batchId = batchId;
    const mirror = inspect === undefined ? undefined : mirrorMachine(batchMachine, inspect);
    this.#stepper = new Stepper(table, mirror);
  }

  /** The state of the batch machine that it is in. */
  get state(): string {
    return this.#stepper.state;
  }

  /** Every item passed its checks. */
  validated(): void {
    this.#stepper.step('items.valid');
  }

  /** Stages BEGIN. `sequence` is that of the first item. The writer was prepared. */
  begin(sequence: number, count: number): void {
    this.#stageMarker(recordTypes.begin, systemKinds.batchBegin, sequence, { count });
    this.#stepper.step('begin.staged');
  }

  /** Stages an item, whose draft bears the batch's id. @returns where in the group it begins */
  stage(draft: RecordDraft): number {
    const start = this.#writer.stage(draft);
    this.#crc = this.#writer.group.itemChecksum(start, this.#crc);
    this.#count += 1;
    return start;
  }

  /**
   * Stages COMMIT and writes the whole group. `sequence` is the one after the last item.
   *
   * @throws {DiskFullError} {@link WriteFailedError}; `state` then tells where it failed
   */
  commit(sequence: number): void {
    this.#stepper.step('items.staged');
    const content: CommitContent = { count: this.#count, crc: this.#crc };
    this.#stageMarker(recordTypes.commit, systemKinds.batchCommit, sequence, content);
    this.#writer.write(this.#count);
    this.#stepper.step('commit.written');
  }

  /** Follows a failure to its end; nothing of the batch is in the file, or nobody knows. */
  fail(cause: unknown): void {
    if (this.#stepper.done) return;
    if (this.state === 'validating') {
      this.#stepper.step('items.invalid');
      return;
    }
    this.#stepper.step('io.failed');
    const unknown = cause instanceof WriteFailedError && cause.outcome === 'unknown';
    this.#stepper.step(unknown ? 'truncate.failed' : 'truncate.finished');
  }

  /** The events are visible. */
  published(): void {
    this.#stepper.step('events.published');
  }

  /** Makes the batch durable. @throws {SyncFailedError} */
  sync(): void {
    this.#stepper.step('sync.started');
    try {
      this.#writer.sync();
    } catch (cause) {
      this.#stepper.step('sync.failed');
      throw cause;
    }
    this.#stepper.step('sync.finished');
  }

  #stageMarker(type: number, kind: number, sequence: number, content: object): void {
    const draft = new RecordDraft();
    draft.type = type;
    draft.kind = kind;
    draft.sequence = sequence;
    this.#timeline.advance();
    draft.timestampUs = this.#timeline.timestampUs;
    draft.counter = this.#timeline.counter;
    draft.batchId = this.batchId;
    draft.payload = encodePayload(content);
    this.#writer.stage(draft);
  }
}

/** Most bytes that BEGIN and COMMIT take together. */
export const markerBytesMax = 512;
