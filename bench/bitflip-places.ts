import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A byte of a file of a store. */
export interface FlipPlace {
  /** Relative to the store's folder. */
  readonly path: string;
  readonly offset: number;
}

/** Bytes of a store that are damaged, one after the other. */
export interface FlipPlaces {
  readonly places: readonly FlipPlace[];
  /** Bytes of all its files that are read back. */
  readonly bytes: number;
  /** Every so many bytes one is damaged. */
  readonly stride: number;
}

/** Locks are made anew and LevelDB's LOG is written for people: nobody reads them back. */
const neverRead = /(^|[/\\])(lock|LOCK|lock\.mdb|LOG|LOG\.old|.*\.lock)$/;

/** Spreads at most so many places evenly over the files of the folder. */
export function placesIn(folder: string, placesMax: number): FlipPlaces {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !neverRead.test(path))
    .sort();
  const sizes = files.map((path) => statSync(path).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const stride = strideOf(bytes, placesMax);
  const places: FlipPlace[] = [];
  let from = 0;
  for (const [index, path] of files.entries()) {
    const size = sizes[index] ?? 0;
    for (let offset = from; offset < size; offset += stride) {
      places.push({ path: relative(folder, path), offset });
    }
    from = (stride - ((size - from) % stride)) % stride;
  }
  return { places, bytes, stride };
}

/** Odd, so that it meets every place of what repeats at powers of two, such as fields of pages. */
function strideOf(bytes: number, placesMax: number): number {
  const stride = Math.max(1, Math.ceil(bytes / placesMax));
  return stride % 2 === 0 ? stride + 1 : stride;
}
