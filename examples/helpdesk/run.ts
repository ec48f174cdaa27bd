import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openStore, type Store } from 'batpak';
import { type Intake, takeIn } from './intake.ts';
import type { LogLine } from './log-line.ts';
import { type Tickets, ticketsOf } from './ticket.ts';
import { anomalyOf, describeState, handlingOf } from './ticket-state.ts';

/** What {@link runHelpdesk} takes. */
export interface RunOptions {
  readonly lines: AsyncIterable<LogLine>;
  /** Directory of the store: empty or absent. */
  readonly dataDir: string;
  /** Told after each line how many there have been. */
  readonly onLine?: (lines: number) => void;
}

/** How many tickets are in a state. */
export interface StateCount {
  readonly state: string;
  readonly tickets: number;
}

/** One event of a ticket, and the state that the ticket was in after it. */
export interface HistoryStep {
  readonly clock: number;
  /** The machine's event. */
  readonly event: string;
  readonly at: string;
  readonly by: string;
  readonly state: string;
}

/** What one step of the run found out. They come in this order. */
export type Phase =
  | { readonly phase: 'taken in'; readonly intake: Intake }
  | {
      readonly phase: 'counted';
      readonly handling: readonly StateCount[];
      /** Without the tickets that brought no fault to light. */
      readonly anomaly: readonly StateCount[];
    }
  | {
      readonly phase: 'looked back';
      readonly ticket: string;
      readonly steps: readonly HistoryStep[];
    }
  | {
      readonly phase: 'verified';
      readonly ok: boolean;
      readonly events: number;
      readonly entities: number;
      /** What is wrong, in words. */
      readonly errors: readonly string[];
      readonly elapsedMs: number;
    }
  | {
      readonly phase: 'closed';
      readonly elapsedMs: number;
      /** Size of all files of the store. */
      readonly bytes: number;
      readonly events: number;
    }
  | {
      readonly phase: 'reopened';
      readonly openMs: number;
      readonly replayMs: number;
      readonly tickets: number;
      readonly events: number;
      /** Tickets whose state isn't the one they had before the store was closed. */
      readonly different: readonly string[];
    };

/**
 * Takes a log into a new store and looks at what came of it: counts, one ticket through time,
 * verification; then closes the store, opens it again and compares every ticket. Yields what each
 * step found as soon as it is done. After a bad line only `taken in` and `closed` come.
 */
export async function* runHelpdesk(options: RunOptions): AsyncGenerator<Phase, void> {
  const { lines, dataDir, onLine = () => undefined } = options;
  const store = openStore({ dataDir });
  let intake: Intake;
  let before: ReadonlyMap<string, TicketState> = new Map();
  let closeMs: number;
  try {
    const tickets = ticketsOf(store);
    intake = await takeIn(lines, tickets, onLine);
    yield { phase: 'taken in', intake };
    if (intake.badLine === undefined) {
      before = loadAll(tickets, intake.eventsOfTicket.keys());
      yield { phase: 'counted', ...countStates(before) };
      yield* lookBack(store, tickets, before, intake.eventsOfTicket);
      yield verify(store);
    }
  } finally {
    closeMs = measureMs(() => store.close());
  }
  yield { phase: 'closed', elapsedMs: closeMs, bytes: bytesIn(dataDir), events: intake.accepted };
  if (intake.badLine === undefined) yield reopen(dataDir, before, intake.accepted);
}

/** What two states of a ticket are compared by. */
type TicketState = Pick<NonNullable<ReturnType<Tickets['load']>>, 'status' | 'value' | 'context'>;

function loadAll(tickets: Tickets, names: Iterable<string>): Map<string, TicketState> {
  const states = new Map<string, TicketState>();
  for (const name of names) {
    const state = tickets.load(name);
    if (state === undefined) continue;
    const { status, value, context } = state;
    states.set(name, { status, value, context });
  }
  return states;
}

function countStates(states: ReadonlyMap<string, TicketState>): {
  handling: StateCount[];
  anomaly: StateCount[];
} {
  const values = [...states.values()].map(({ value }) => value);
  const anomalies = values.map(anomalyOf).filter((state) => state !== 'none');
  return { handling: countEach(values.map(handlingOf)), anomaly: countEach(anomalies) };
}

/** The most frequent first. */
function countEach(states: readonly string[]): StateCount[] {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, tickets]) => ({ state, tickets }))
    .sort((one, other) => other.tickets - one.tickets);
}

/** Longest history that is shown. */
const stepsMax = 12;

/** Shows a ticket that was reopened, if there is one, and of those the one with most events. */
function* lookBack(
  store: Store,
  tickets: Tickets,
  states: ReadonlyMap<string, TicketState>,
  eventsOfTicket: ReadonlyMap<string, number>,
): Generator<Phase, void> {
  const worth = (name: string): number => {
    const events = eventsOfTicket.get(name) ?? 0;
    const reopenings = states.get(name)?.context.reopenings ?? 0;
    return events > stepsMax ? 0 : events + reopenings * stepsMax;
  };
  const [name] = [...states.keys()].sort((one, other) => worth(other) - worth(one));
  if (name === undefined) return;
  const steps: HistoryStep[] = [];
  for (const { clock } of store.stream(`ticket:${name}`)) {
    const state = tickets.stateAt(name, { clock });
    if (state === undefined) continue;
    const { value, context } = state;
    const { type: event = '', at = '', by = '' } = context.last ?? {};
    steps.push({ clock, event, at, by, state: describeState(value) });
    if (steps.length === stepsMax) break;
  }
  yield { phase: 'looked back', ticket: name, steps };
}

function verify(store: Store): Phase {
  const startMs = performance.now();
  const { ok, events, entities, errors } = store.verify();
  const elapsedMs = performance.now() - startMs;
  const problems = errors.map(({ code, detail }) => `${code}: ${detail}`);
  return { phase: 'verified', ok, events, entities, errors: problems, elapsedMs };
}

function reopen(dataDir: string, before: ReadonlyMap<string, TicketState>, events: number): Phase {
  const startMs = performance.now();
  const store = openStore({ dataDir });
  try {
    const openedMs = performance.now();
    const after = loadAll(ticketsOf(store), before.keys());
    const replayedMs = performance.now();
    return {
      phase: 'reopened',
      openMs: openedMs - startMs,
      replayMs: replayedMs - openedMs,
      tickets: after.size,
      events,
      different: [...before]
        .filter(([name, state]) => !isDeepStrictEqual(state, after.get(name)))
        .map(([name]) => name),
    };
  } finally {
    store.close();
  }
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function measureMs(action: () => unknown): number {
  const startMs = performance.now();
  action();
  return performance.now() - startMs;
}
