import type { WriterFailure } from '../../machines/writer.ts';
import { DiskFullError, StorageError } from '../model/errors/disk-errors.ts';
import { systemCodeOf } from '../platform/system-error.ts';

/** What the writer's machine is told of a failure. `atMs` is of the clock for all its events. */
export function writerFailure(operation: string, error: unknown, atMs: number): WriterFailure {
  const failure = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const known = failure instanceof StorageError || failure instanceof DiskFullError;
  const systemCode = known ? failure.systemCode : (systemCodeOf(failure) ?? 'none');
  return { operation, systemCode, atMs };
}
