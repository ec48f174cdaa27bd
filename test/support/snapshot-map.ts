import type { SnapshotCache } from 'batpak';

/** A cache of snapshots in memory that a test can look into. */
export class SnapshotMap implements SnapshotCache {
  readonly values = new Map<string, Uint8Array>();
  readonly watermarks: number[] = [];
  hits = 0;

  get(key: Uint8Array): { value: Uint8Array } | undefined {
    const value = this.values.get(Buffer.from(key).toString('hex'));
    if (value === undefined) return undefined;
    this.hits += 1;
    return { value: Uint8Array.from(value) };
  }

  put(key: Uint8Array, value: Uint8Array, { watermark }: { watermark: number }): void {
    this.values.set(Buffer.from(key).toString('hex'), Uint8Array.from(value));
    this.watermarks.push(watermark);
  }
}
