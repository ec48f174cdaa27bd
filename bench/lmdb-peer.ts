import type { RootDatabase } from 'lmdb';
import { coordinateOf, type Payload, payloadOf, workloadKind } from './workload.ts';

/** Name of the peer in the report. */
export const lmdbName = 'lmdb';

/** An event as it is kept in lmdb: a value in msgpack, with the event's sequence as its key. */
export interface LmdbEvent {
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  readonly clock: number;
  readonly timestampUs: number;
  readonly payload: Payload;
}

/** A database of events in a folder. */
export type OpenLmdb = (folder: string) => RootDatabase<LmdbEvent, number>;

/** lmdb, or `undefined` when it, or its binary for this platform, isn't installed. */
export async function findLmdb(): Promise<OpenLmdb | undefined> {
  try {
    const { open } = await import('lmdb');
    return (path) => open<LmdbEvent, number>({ path });
  } catch (cause) {
    if (cause instanceof Error && isMissing(cause)) return undefined;
    throw cause;
  }
}

/** A database that holds so many events of the workload, closed and opened again. */
export async function filledLmdb(
  lmdb: OpenLmdb,
  folder: string,
  events: number,
): Promise<RootDatabase<LmdbEvent, number>> {
  const writing = lmdb(folder);
  const clocks = new Map<string, number>();
  writing.transactionSync(() => {
    for (let i = 0; i < events; i += 1) {
      const { entity, scope } = coordinateOf(i);
      const clock = clocks.get(entity) ?? 0;
      clocks.set(entity, clock + 1);
      const timestampUs = Date.now() * 1000;
      writing.putSync(i, {
        entity,
        scope,
        kind: workloadKind,
        clock,
        timestampUs,
        payload: payloadOf(i),
      });
    }
  });
  await writing.close();
  return lmdb(folder);
}

function isMissing(cause: Error): boolean {
  if ('code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') return true;
  return cause.message.startsWith('No native build was found');
}
