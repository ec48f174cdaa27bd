import type { FileHandle, SyncDone, SyncMode } from '../model/files.ts';
import { MemoryFileHandle } from './memory-file-handle.ts';

/** What happens to one call on an open file. */
export interface FileFault {
  /** How many bytes of a write or read are still transferred. */
  readonly bytesMax: number;
  /** What is thrown after that; `undefined` when the call just returns. */
  readonly failure: Error | undefined;
}

/** Told of every call, with the bytes it is about; answers with the fault that is to happen. */
export type MeetFault = (operation: keyof FileHandle, bytes?: number) => FileFault | undefined;

/** An open file whose calls fail as a plan says. */
export class FaultHandle implements FileHandle {
  readonly #handle: FileHandle;
  readonly #meetFault: MeetFault;
  readonly #whenReleased: (answer: () => void) => void;

  /** `whenReleased` passes on the answers of syncs that nobody waits for, at once or later. */
  constructor(
    handle: FileHandle,
    meetFault: MeetFault,
    whenReleased: (answer: () => void) => void,
  ) {
    this.#handle = handle;
    this.#meetFault = meetFault;
    this.#whenReleased = whenReleased;
  }

  write(bytes: Uint8Array, start: number, length: number, position: number): number {
    const fault = this.#meetFault('write', length);
    if (fault === undefined) return this.#handle.write(bytes, start, length, position);
    const planned = Math.min(length, fault.bytesMax);
    const count = planned === 0 ? 0 : this.#handle.write(bytes, start, planned, position);
    if (fault.failure !== undefined) throw fault.failure;
    return count;
  }

  read(bytes: Uint8Array, start: number, length: number, position: number): number {
    const fault = this.#meetFault('read', length);
    if (fault === undefined) return this.#handle.read(bytes, start, length, position);
    if (fault.failure !== undefined) throw fault.failure;
    return this.#handle.read(bytes, start, Math.min(length, fault.bytesMax), position);
  }

  truncate(sizeBytes: number): void {
    this.#fail(this.#meetFault('truncate', sizeBytes));
    this.#handle.truncate(sizeBytes);
  }

  size(): number {
    this.#fail(this.#meetFault('size'));
    return this.#handle.size();
  }

  sync(): void {
    this.#failSync(this.#meetFault('sync'));
    this.#handle.sync();
  }

  dataSync(): void {
    this.#failSync(this.#meetFault('dataSync'));
    this.#handle.dataSync();
  }

  beginSync(mode: SyncMode, done: SyncDone): void {
    const fault = this.#meetFault('beginSync');
    const failure = fault?.failure;
    const answer = (cause: Error | undefined): void => this.#whenReleased(() => done(cause));
    if (failure === undefined) this.#handle.beginSync(mode, answer);
    else {
      if (this.#handle instanceof MemoryFileHandle) this.#handle.abandonUnsynced();
      queueMicrotask(() => answer(failure));
    }
  }

  close(): void {
    const fault = this.#meetFault('close');
    // As on Linux, where the descriptor is free again whatever close answers.
    this.#handle.close();
    this.#fail(fault);
  }

  #fail(fault: FileFault | undefined): void {
    if (fault?.failure !== undefined) throw fault.failure;
  }

  #failSync(fault: FileFault | undefined): void {
    if (fault === undefined) return;
    if (this.#handle instanceof MemoryFileHandle) this.#handle.abandonUnsynced();
    this.#fail(fault);
  }
}
