/** A library whose store is damaged, and how it is read. */
export interface FlipCase {
  /** Name in the report: the library, and what a user has to ask for beyond its defaults. */
  readonly name: string;
  /** Package whose version is told; none for the library itself. */
  readonly packageName: string | undefined;
  /** Writes the events into an empty folder and closes. */
  write(folder: string, events: readonly FlipEvent[]): void | Promise<void>;
  /**
   * Opens the folder, reads every event back in order and closes. Throws where the library
   * complains, of whatever it may be.
   */
  read(folder: string): readonly FlipEvent[] | Promise<readonly FlipEvent[]>;
}

/** What every library stores, each as its users would. */
export interface FlipEvent {
  readonly entity: string;
  readonly payload: { readonly i: number; readonly name: string; readonly amount: number };
}

/** How many events there are. */
export const flipEventCount = 64;

const entityCount = 8;

/** The events. */
export const flipEvents: readonly FlipEvent[] = Array.from({ length: flipEventCount }, (_, i) => ({
  entity: `order:${i % entityCount}`,
  payload: { i, name: `item number ${i}`, amount: i * 25 },
}));

/** What came of a damaged byte. `crashed` and `hung` are told by who watches the process. */
export type FlipOutcome = 'detected' | 'wrong' | 'absent' | 'crashed' | 'hung' | 'harmless';

/** Holds what was read against what was written. */
export function judge(read: readonly FlipEvent[]): FlipOutcome {
  const places = new Map(flipEvents.map((event, place) => [textOf(event), place]));
  const found = read.map((event) => places.get(textOf(event)));
  if (found.some((place) => place === undefined)) return 'wrong';
  const whole = found.length === flipEventCount && found.every((place, at) => place === at);
  return whole ? 'harmless' : 'absent';
}

/** Of an event that was damaged anything may be left, or nothing. */
function textOf(event: FlipEvent | undefined): string {
  const text = JSON.stringify([event?.entity, event?.payload], (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return text;
}
