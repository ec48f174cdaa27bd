import type { FileHandle } from '../model/files.ts';

/**
 * Frees a descriptor that was only read through. It is free whatever the system says, and what was
 * read is judged by its checksums: a failure has nothing to tell.
 */
export function closeQuietly(handle: FileHandle | undefined): void {
  try {
    handle?.close();
  } catch {
    // See above.
  }
}
