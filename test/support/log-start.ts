import type { LogStart } from '../../src/log/log-start.ts';
import { SegmentList } from '../../src/log/segment-list.ts';
import type { Logger } from '../../src/model/logger.ts';
import { FaultPlan } from '../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../src/platform/memory-files.ts';
import { forgedSalt, forgedStoreId } from './forged-log.ts';

/** The start of a log that has no segment yet, but for what is given. */
export function startOf(fields: Partial<LogStart> = {}): LogStart {
  return {
    directory: '/log',
    storeId: forgedStoreId,
    salt: forgedSalt,
    hashChain: true,
    epoch: 0,
    segments: new SegmentList(),
    nextSegmentId: 1,
    nextSequence: 0,
    durableEvents: 0,
    durableOffset: 0,
    continueLast: false,
    tornBytes: 0,
    leftoverPaths: [],
    ...fields,
  };
}

/** A directory for a log, on a disk that fails as it is planned. */
export function logDisk(): { memory: MemoryFiles; plan: FaultPlan } {
  const memory = new MemoryFiles();
  memory.makeDirectory('/log');
  memory.syncDirectory('/');
  return { memory, plan: new FaultPlan(memory) };
}

/** All bytes of a file. */
export function bytesIn(files: MemoryFiles, path: string): Uint8Array {
  const handle = files.open(path, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  handle.close();
  return bytes;
}

/** A logger that keeps what it is told. */
export class KeptLogger implements Logger {
  readonly warnings: { readonly facts: object; readonly message: string }[] = [];
  readonly errors: { readonly facts: object; readonly message: string }[] = [];

  warn(facts: object, message: string): void {
    this.warnings.push({ facts, message });
  }

  error(facts: object, message: string): void {
    this.errors.push({ facts, message });
  }
}
