import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'batpak-bench-';
const open = new Set<string>();

// A run that fails in the middle must not leave hundreds of megabytes behind.
process.on('exit', () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});

/** Makes a fresh folder under the system's temporary one. */
export function makeScratch(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  open.add(folder);
  return folder;
}

/** Removes a folder of {@link makeScratch} and all in it. */
export function removeScratch(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  open.delete(folder);
}

/** Bytes of all files in the folder and below whose path the filter takes. */
export function bytesIn(folder: string, filter: (path: string) => boolean = () => true): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && filter(path)) bytes += statSync(path).size;
  }
  return bytes;
}
