/**
 * Makes up a log of a help desk: a few hundred tickets, with the mistakes that people make. The
 * same seed gives the same log. `log.ndjson` beside this file was made by
 *
 *     npx tsx examples/helpdesk/log-generator.ts --seed 7 > examples/helpdesk/log.ndjson
 *
 * The proportions follow a real log of 4 580 tickets; the mistakes are more frequent than there,
 * so that each of them can be seen. It knows nothing of the machine that will judge it.
 */

import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Activity } from './activities.ts';

/** What {@link generateLog} takes. */
export interface GeneratorOptions {
  /** Where the random numbers start: an integer. */
  readonly seed: number;
  /** How many tickets. @default 300 */
  readonly tickets?: number;
}

/** The log as NDJSON, in the order of time, each line ended. */
export function generateLog({ seed, tickets = 300 }: GeneratorOptions): string {
  const dice = new Dice(seed);
  const lines: Line[] = [];
  for (let index = 0; index < tickets; index += 1) {
    const day = Math.floor((index / tickets) * daysCovered);
    const name = `T-${String(index + 1).padStart(4, '0')}`;
    lines.push(...new TicketStory(dice, name, firstDayMs + day * dayMs).tell());
  }
  // Sorting is stable: what one ticket's lines say at the same second stays in its order.
  lines.sort((one, other) => one.atMs - other.atMs);
  return lines.map(({ text }) => `${text}\n`).join('');
}

interface Line {
  readonly atMs: number;
  readonly text: string;
}

const firstDayMs = Date.parse('2024-01-08T08:00:00Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const daysCovered = 120;

const people = ['ada', 'bo', 'carla', 'dmitri', 'elif', 'farah', 'goran', 'hana'];
const customers = ['Acorn Bank', 'Birch Foods', 'Cedar Rail', 'Delta Clinic', 'Elm Books'];
const products = ['invoicing', 'payroll', 'stock', 'time sheets'];
const seriousness = ['minor', 'minor', 'minor', 'normal', 'normal', 'major', 'critical'];

/** What happens to one ticket, step by step, and the lines that it leaves in the log. */
class TicketStory {
  readonly #dice: Dice;
  readonly #name: string;
  readonly #customer: string;
  readonly #product: string;
  readonly #lines: Line[] = [];
  #seriousness: string;
  #person: string;
  #atMs: number;

  constructor(dice: Dice, name: string, dayStartMs: number) {
    this.#dice = dice;
    this.#name = name;
    this.#customer = dice.pick(customers);
    this.#product = dice.pick(products);
    this.#seriousness = dice.pick(seriousness);
    this.#person = dice.pick(people);
    this.#atMs = dayStartMs + dice.below(10 * hourMs);
  }

  tell(): Line[] {
    if (this.#isReported()) this.#isWorkedOn();
    return this.#lines;
  }

  /** Whether anybody goes on with it. */
  #isReported(): boolean {
    const dice = this.#dice;
    if (dice.chance(0.06)) {
      this.#write('Insert ticket');
      if (dice.chance(0.1)) {
        this.#write('Wait');
        return false;
      }
      if (dice.chance(0.25)) this.#mistake('Resolve ticket');
      this.#pass(hourMs);
    } else if (dice.chance(0.02)) {
      return true;
    }
    this.#write('Assign seriousness');
    if (dice.chance(0.02)) this.#write('Assign seriousness', 1);
    if (dice.chance(0.08)) {
      this.#pass(6 * hourMs);
      this.#seriousness = dice.pick(seriousness);
      this.#write('Assign seriousness');
    }
    if (dice.chance(0.02)) this.#mistake('Closed');
    return true;
  }

  #isWorkedOn(): void {
    const dice = this.#dice;
    const isSolvedAtOnce = this.#lines.length > 0 && dice.chance(0.06);
    if (!isSolvedAtOnce) this.#isTakenInCharge();
    if (dice.chance(0.01)) return;
    this.#isResolved();
    if (dice.chance(0.05)) {
      this.#pass(4 * dayMs);
      this.#isTakenInCharge();
      this.#isResolved();
    }
    if (dice.chance(0.02)) return;
    this.#isClosed();
    if (dice.chance(0.03)) {
      // Taken up again; some of them so late that it should have become a new ticket.
      this.#pass(dice.chance(0.5) ? 8 * dayMs : 90 * dayMs);
      this.#isTakenInCharge();
      this.#isResolved();
      this.#isClosed();
    }
  }

  #isTakenInCharge(): void {
    const dice = this.#dice;
    this.#pass(8 * hourMs);
    this.#person = dice.pick(people);
    this.#write('Take in charge ticket');
    if (dice.chance(0.02)) {
      this.#pass(dayMs);
      this.#person = dice.pick(people);
      this.#write('Take in charge ticket');
    }
    for (let waits = 0; waits < 3 && dice.chance(0.28); waits += 1) {
      this.#pass(2 * dayMs);
      this.#write('Wait');
      if (dice.chance(0.04)) this.#write('Wait', 2);
      if (dice.chance(0.4)) {
        this.#pass(5 * dayMs);
        this.#write('Take in charge ticket');
      }
    }
    if (dice.chance(0.015)) this.#write('Schedule intervention');
    if (dice.chance(0.06)) this.#isTheSoftwaresFault();
    else if (dice.chance(0.03)) this.#write('Require upgrade');
    else if (dice.chance(0.01)) this.#mistake('Resolve SW anomaly');
  }

  #isTheSoftwaresFault(): void {
    const dice = this.#dice;
    this.#pass(dayMs);
    this.#write('Create SW anomaly');
    if (dice.chance(0.1)) this.#write('Create SW anomaly', 1);
    this.#pass(12 * dayMs);
    if (dice.chance(0.3)) {
      this.#write('RESOLVED');
      this.#write(dice.pick(['INVALID', 'DUPLICATE']));
      if (dice.chance(0.5)) {
        this.#pass(dayMs);
        this.#write('VERIFIED');
      }
    } else if (dice.chance(0.6)) {
      this.#write('Resolve SW anomaly');
      if (dice.chance(0.25)) this.#write('Resolve SW anomaly', 3);
      this.#write('Require upgrade', 30 * 60);
    }
  }

  #isResolved(): void {
    const dice = this.#dice;
    this.#pass(3 * dayMs);
    this.#write('Resolve ticket');
    if (dice.chance(0.04)) this.#write('Resolve ticket', dice.below(2));
    if (dice.chance(0.01)) {
      this.#pass(dayMs);
      this.#write('Resolve ticket');
    }
  }

  /** By a nightly job, fifteen days after it was resolved; now and then the job runs twice. */
  #isClosed(): void {
    this.#person = 'nightly job';
    this.#atMs += 15 * dayMs;
    this.#write('Closed', 20);
    if (this.#dice.chance(0.02)) this.#write('Closed');
  }

  /** Somebody clicks on the wrong ticket; the story goes on as if it hadn't happened. */
  #mistake(activity: Activity): void {
    const person = this.#person;
    this.#pass(hourMs);
    this.#person = this.#dice.pick(people);
    this.#write(activity);
    this.#person = person;
  }

  /** Lets time pass: as much as this on average. */
  #pass(averageMs: number): void {
    this.#atMs += minuteMs + this.#dice.below(2 * averageMs);
  }

  #write(activity: Activity, secondsLater = 0): void {
    this.#atMs += secondsLater * 1000;
    const atMs = Math.floor(this.#atMs / 1000) * 1000;
    const line = {
      case: this.#name,
      activity,
      time: new Date(atMs).toISOString().replace('.000Z', 'Z'),
      resource: this.#person,
      attributes: {
        seriousness: this.#seriousness,
        customer: this.#customer,
        product: this.#product,
      },
    };
    this.#lines.push({ atMs, text: JSON.stringify(line) });
  }
}

/** Random numbers that a seed decides: xorshift with 32 bits of state. */
class Dice {
  #state: number;

  constructor(seed: number) {
    // Spreads neighbouring seeds over all states; a state of zero would never leave it.
    this.#state = Math.imul(seed | 0, 0x9e3779b1) ^ 0x6d2b79f5 || 1;
    for (let turn = 0; turn < 8; turn += 1) this.#next();
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  /** An integer from 0 up to, not including, the limit. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  /** From 0 up to, not including, 1. */
  #next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (state >>> 0) / 2 ** 32;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '7' },
      tickets: { type: 'string', default: '300' },
    },
  });
  const seed = Number(values.seed);
  const tickets = Number(values.tickets);
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(tickets) || tickets < 0) {
    process.stderr.write('--seed and --tickets take integers\n');
    process.exitCode = 2;
  } else {
    process.stdout.write(generateLog({ seed, tickets }));
  }
}
