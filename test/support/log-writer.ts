import { RecordDraft } from '../../src/codec/record.ts';
import type { WrappedInspector } from '../../src/inspect/inspection.ts';
import { EventCounter } from '../../src/log/event-counter.ts';
import type { WriterLimits } from '../../src/log/log-tail.ts';
import { Restarts } from '../../src/log/restarts.ts';
import { Timeline } from '../../src/log/timeline.ts';
import { LogWriter } from '../../src/log/writer.ts';
import { WriterControl } from '../../src/log/writer-control.ts';
import type { RestartPolicy } from '../../src/model/restart-policy.ts';
import { FaultPlan } from '../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { memoryPlatform } from '../../src/platform/memory-platform.ts';
import { recoverLog } from '../../src/recovery/ladder.ts';
import type { RecoveredLog } from '../../src/recovery/recovered.ts';
import { forgedSalt, forgedStoreId } from './forged-log.ts';

/** A writer of a log in memory, without the store above it, and what it works with. */
export class WriterUnderTest {
  readonly memory: MemoryFiles;
  readonly plan: FaultPlan;
  readonly control: WriterControl;
  readonly timeline: Timeline;
  readonly writer: LogWriter;
  readonly warnings: string[] = [];
  /** Sequences and offsets of events that were written again. */
  readonly moves: [number, number][] = [];
  /** Failures that no caller was told of. */
  readonly reported: unknown[] = [];
  /** What is done when the writer asks whether the lock still holds. */
  verifyLock = (): void => undefined;

  constructor(
    limits: Partial<WriterLimits> = {},
    memory = new MemoryFiles(),
    inspect?: WrappedInspector,
    restartPolicy: RestartPolicy = { type: 'once' },
  ) {
    this.memory = memory;
    this.plan = new FaultPlan(memory);
    memory.makeDirectory('/log');
    const platform = memoryPlatform({ files: this.plan });
    const log = recoverLog(memory, '/log', 1);
    this.timeline = new Timeline(platform.clock);
    this.timeline.resume(log.timestampUs, log.counter);
    const input = { queueCapacity: 10, pressureRetryThresholdPct: 75, shutdownDrainLimit: 10 };
    this.control = new WriterControl(input, inspect);
    this.writer = new LogWriter({
      platform,
      start: startOf(log),
      limits: {
        ...{ segmentMaxBytes: 1_000_000, syncEveryNEvents: 1000, syncMode: 'all' },
        preallocate: false,
        ...limits,
      },
      restarts: new Restarts(restartPolicy),
      counter: inspect === undefined ? undefined : new EventCounter(this.control, platform.timers),
      moved: (sequence, offset) => this.moves.push([sequence, offset]),
      report: (failure) => this.reported.push(failure),
      control: this.control,
      timeline: this.timeline,
      logger: { warn: (_, message) => this.warnings.push(message), error: () => undefined },
      verifyLock: () => this.verifyLock(),
    });
    this.control.send({ type: 'open.succeeded' });
  }

  /** The draft of an event without a hash, of the entity's first clock. */
  draft(sequence: number, entity = `e${sequence}`, payload = new Uint8Array(10)): RecordDraft {
    this.timeline.advance();
    const { timestampUs, counter } = this.timeline;
    const fields = { sequence, entity, payload, timestampUs, counter, scope: 'default' };
    return Object.assign(new RecordDraft(), { kind: 0x1000, ...fields });
  }

  /** Writes one event as a group of its own, and syncs when it is time. */
  append(sequence: number): void {
    this.writer.prepare(300);
    this.writer.stage(this.draft(sequence));
    this.writer.write(1);
    this.writer.settle();
  }

  /** What another process would find in the directory. */
  recovered(): RecoveredLog {
    return recoverLog(this.memory, '/log', 1);
  }

  /** Names of the segment files. */
  names(): string[] {
    return this.memory.list('/log').sort();
  }
}

function startOf(log: RecoveredLog) {
  const continueLast = log.clean && log.segments.last !== undefined;
  return {
    directory: '/log',
    storeId: forgedStoreId,
    salt: forgedSalt,
    hashChain: false,
    epoch: continueLast ? log.epoch : log.epoch + 1,
    segments: log.segments,
    nextSegmentId: log.lastSegmentId + 1,
    nextSequence: log.index.count,
    durableEvents: log.durableEvents,
    durableOffset: log.durableOffset,
    continueLast,
    tornBytes: log.tornTail?.bytes ?? 0,
    leftoverPaths: log.leftoverPaths,
  };
}
