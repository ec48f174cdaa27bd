import type { StateValue } from 'xstate';
import { toTicketEvent } from './activities.ts';
import { BadLineError, type LogLine } from './log-line.ts';
import type { Tickets } from './ticket.ts';
import type { TicketEvent } from './ticket-machine.ts';
import { anomalyOf, handlingOf } from './ticket-state.ts';

/** Lines that were refused alike. */
export interface Refusal {
  /** The machine's event; for an activity that isn't one of a ticket's, the activity. */
  readonly event: string;
  /** Where the ticket stood. */
  readonly state: string;
  /** `unhandled`, `forbidden`, `guard` and the like, or `unknown activity`. */
  readonly reason: string;
  /** The guards that said no. */
  readonly guards: readonly string[];
  readonly lines: number;
  /** The first of them. */
  readonly first: { readonly line: number; readonly ticket: string };
}

/** What became of the lines of a log. Every line is accepted or counted in one refusal. */
export interface Intake {
  readonly lines: number;
  readonly accepted: number;
  readonly refused: number;
  /** The most frequent first. */
  readonly refusals: readonly Refusal[];
  /** How many lines of each ticket were accepted. */
  readonly eventsOfTicket: ReadonlyMap<string, number>;
  readonly elapsedMs: number;
  /** The line at which the reading had to stop. */
  readonly badLine: BadLineError | undefined;
}

/** Sends each line to its ticket, in the log's order, until the log ends or a line is bad. */
export async function takeIn(
  lines: AsyncIterable<LogLine>,
  tickets: Tickets,
  onLine: (lines: number) => void,
): Promise<Intake> {
  const startMs = performance.now();
  const ledger = new Ledger();
  let badLine: BadLineError | undefined;
  try {
    for await (const line of lines) {
      sendLine(line, tickets, ledger);
      onLine(ledger.accepted + ledger.refused);
    }
  } catch (error) {
    if (!(error instanceof BadLineError)) throw error;
    badLine = error;
  }
  return {
    lines: ledger.accepted + ledger.refused,
    accepted: ledger.accepted,
    refused: ledger.refused,
    refusals: ledger.refusals(),
    eventsOfTicket: ledger.eventsOfTicket,
    elapsedMs: performance.now() - startMs,
    badLine,
  };
}

function sendLine(line: LogLine, tickets: Tickets, ledger: Ledger): void {
  const event = toTicketEvent(line);
  if (event === undefined) {
    ledger.refuse(line, {
      event: line.activity,
      state: '',
      reason: 'unknown activity',
      guards: [],
    });
    return;
  }
  const decision = tickets.send(line.case, event);
  if (decision.accepted) {
    ledger.accept(line);
    return;
  }
  ledger.refuse(line, {
    event: event.type,
    state: decision.state === undefined ? 'not begun' : whereAsked(event, decision.state.value),
    reason: decision.reason,
    guards: decision.guards ?? [],
  });
}

/** The state that says why this event was refused: the tracker's, for an event of the tracker's. */
function whereAsked({ type }: TicketEvent, value: StateValue): string {
  const isOfTracker = type.startsWith('anomaly.') || type.startsWith('verdict.');
  return isOfTracker ? `anomaly ${anomalyOf(value)}` : handlingOf(value);
}

type RefusalKind = Pick<Refusal, 'event' | 'state' | 'reason' | 'guards'>;

/** Counts what was accepted, by ticket, and what was refused, by kind. */
class Ledger {
  accepted = 0;
  refused = 0;
  readonly eventsOfTicket = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal>();

  accept(line: LogLine): void {
    this.accepted += 1;
    this.eventsOfTicket.set(line.case, (this.eventsOfTicket.get(line.case) ?? 0) + 1);
  }

  refuse(line: LogLine, kind: RefusalKind): void {
    this.refused += 1;
    const key = JSON.stringify([kind.event, kind.state, kind.reason, kind.guards]);
    const known = this.#refusals.get(key);
    this.#refusals.set(key, {
      ...kind,
      lines: (known?.lines ?? 0) + 1,
      first: known?.first ?? { line: line.number, ticket: line.case },
    });
  }

  refusals(): Refusal[] {
    return [...this.#refusals.values()].sort((one, other) => other.lines - one.lines);
  }
}
