import type { Platform } from '../src/index.ts';
import type { FlipCase, FlipEvent } from './bitflip-case.ts';
import { library } from './library.ts';
import { workloadKind } from './workload.ts';

/** The library as it comes: opened with its defaults, and every event read. */
export const batpakCase: FlipCase = {
  name: 'batpak',
  packageName: undefined,
  write,
  read: (folder) => readAll(folder, false),
};

/** The same, with `verify()` before the events are read. */
export const batpakVerifyCase: FlipCase = {
  name: 'batpak, verify()',
  packageName: undefined,
  write,
  read: (folder) => readAll(folder, true),
};

function write(folder: string, events: readonly FlipEvent[]): void {
  const store = library.openStore({ dataDir: folder, platform: steadyPlatform() });
  for (const { entity, payload } of events) store.append(entity, workloadKind, payload);
  store.close();
}

function readAll(folder: string, verify: boolean): FlipEvent[] {
  const store = library.openStore({ dataDir: folder });
  try {
    if (verify) mustBeWhole(store.verify());
    const events: FlipEvent[] = [];
    for (const { entity, payload } of store.events(library.Region.all())) {
      // What came out of the store is judged by its text, whatever it is.
      events.push({ entity, payload: payload as FlipEvent['payload'] });
    }
    return events;
  } finally {
    store.close();
  }
}

function mustBeWhole({ ok, errors }: { ok: boolean; errors: readonly { detail: string }[] }): void {
  if (!ok) throw new Error(errors.map(({ detail }) => detail).join('; '));
}

/** Writes the same bytes in each run: the time stands still, and chance is a count. */
function steadyPlatform(): Platform {
  let next = 0;
  return {
    ...library.nodePlatform(),
    clock: { nowUs: () => 1_735_689_600_000_000, elapsedMs: () => 0 },
    random: {
      fill: (bytes, start, end) => {
        for (let at = start; at < end; at += 1) {
          next = (next * 167 + 13) % 65_521;
          bytes[at] = next & 0xff;
        }
      },
    },
  };
}
