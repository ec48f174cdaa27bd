import type { Store, StoredEvent } from 'batpak';
import { type HostOptions, StoreHost } from './store-host.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A store in memory whose worker's waiting passes by itself, and what it has logged. */
export function hosted(options: HostOptions = {}): {
  host: StoreHost;
  store: Store;
  told: string[];
} {
  const host = new StoreHost();
  const told: string[] = [];
  const tell = (_: object, text: string): void => void told.push(text);
  const store = host.open({ logger: { warn: tell, error: tell }, ...options });
  return { host, store, told };
}

/** Lets time pass until the promise has settled. */
export async function passing<Value>(host: StoreHost, promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const settling = promise.finally(() => {
    settled = true;
  });
  for (let each = 0; each < 2000 && !settled; each += 1) {
    await turn();
    host.timers.advance(1000);
  }
  return settling;
}

/** A handler that remembers what it was given, and fails on some. */
export function remembering(fails: (sequence: number) => boolean = () => false) {
  const batches: number[][] = [];
  const attempts: number[] = [];
  const handler = (events: readonly StoredEvent[], { attempt }: { attempt: number }): void => {
    batches.push(events.map(({ sequence }) => sequence));
    attempts.push(attempt);
    const wrong = events.find(({ sequence }) => fails(sequence));
    if (wrong !== undefined) throw new RangeError(`no ${wrong.sequence}`);
  };
  return { batches, attempts, handler };
}
