import type { StoredEvent } from 'batpak';
import type { KeyedWrite, KilledFact, ToldEvent, WritePayload } from './killed-facts.ts';
import { writeOfRing } from './killed-facts.ts';

/** What is known of one write. */
interface KnownWrite {
  /**
   * `staged`: the store was not asked for it yet. `open`: nobody was told what became of it.
   * `void`: it was refused, or its process ended without it. `stored`: it must be there.
   */
  fate: 'staged' | 'open' | 'void' | 'stored';
  readonly size: number;
  readonly keyed: KeyedWrite | undefined;
  /** Its events, by their place in it, as they were told or found. */
  readonly events: (ToldEvent | undefined)[];
}

/** What killed processes were told by the store, to hold against what it shows afterwards. */
export class KillLedger {
  readonly #writes = new Map<string, KnownWrite>();
  /** Every event that was found so far, by its sequence. */
  readonly #found: ToldEvent[] = [];
  /** Clock of the last event of each lane of each entity. */
  readonly #clocks = new Map<string, number>();
  /** How many writes of each kind of outcome were told. */
  readonly counts: Record<string, number> = {};

  /** How many events were found. */
  get events(): number {
    return this.#found.length;
  }

  /** Takes note of what a process has told. */
  told(fact: KilledFact): void {
    this.counts[fact.fact] = (this.counts[fact.fact] ?? 0) + 1;
    if (fact.fact === 'opened') return;
    const { write } = fact;
    const known = this.#writes.get(write);
    if (fact.fact === 'staged' || fact.fact === 'begun') {
      if (known?.fate === 'stored') return;
      const fate = fact.fact === 'begun' ? 'open' : 'staged';
      const keyed = fact.fact === 'begun' ? (fact.keyed ?? known?.keyed) : undefined;
      this.#writes.set(write, { fate, size: fact.size, keyed, events: [] });
      return;
    }
    demand(known !== undefined, `${fact.fact} ${write}, which was never begun`);
    if (fact.fact === 'refused') {
      demand(known.fate === 'open', `${write} is refused, and was ${known.fate}`);
      known.fate = 'void';
      return;
    }
    demand(known.fate === 'open' || known.fate === 'stored', `${write} is ${fact.fact}`);
    demand(fact.events.length === known.size, `${write} has ${fact.events.length} receipts`);
    known.fate = 'stored';
    for (const [place, event] of fact.events.entries()) {
      const before = known.events[place] ?? event;
      demand(same(before, event), `${write} was ${text(before)} and is ${text(event)}`);
      known.events[place] = event;
    }
  }

  /** The processes have ended: what isn't found now is gone for good. */
  compare(events: Iterable<StoredEvent>): void {
    let batch: { write: string; index: number; size: number } | undefined;
    for (const event of events) {
      const { write, index, size } = placeOf(event);
      const name = `${index} of ${size} of ${write}`;
      if (batch !== undefined) {
        demand(batch.write === write, `half of ${batch.write}: ${batch.index} of ${batch.size}`);
        demand(index === batch.index, `${name} where ${batch.index} belongs`);
      } else demand(index === 0, `${name} without those before it`);
      this.#take(event, write, index, name);
      batch = index + 1 < size ? { write, index: index + 1, size } : undefined;
    }
    demand(batch === undefined, `half of ${batch?.write}: ${batch?.index} of ${batch?.size}`);
    for (const [write, known] of this.#writes) {
      const found = known.events.filter((event) => this.#isFound(event)).length;
      if (known.fate === 'stored') demand(found === known.size, `${write} is lost: ${found}`);
      else known.fate = 'void';
    }
  }

  /** The events that were found must be these, whatever has been told of them. */
  compareAll(events: readonly StoredEvent[]): void {
    demand(events.length === this.#found.length, `${events.length} of ${this.#found.length}`);
    for (const [sequence, event] of events.entries()) {
      const known = this.#found[sequence];
      demand(known !== undefined && same(known, toldOf(event)), `${sequence}: ${text(known)}`);
    }
  }

  /** Keyed events to be made again: some that are stored, and some whose fate nobody was told. */
  retries(choose: (bound: number) => number, count: number): KeyedWrite[] {
    const keyed = [...this.#writes].filter(([, known]) => known.keyed !== undefined).slice(-200);
    const retries = new Map<string, KeyedWrite>();
    for (let each = 0; each < count && keyed.length > 0; each += 1) {
      const [write, known] = keyed[choose(keyed.length)] ?? [];
      if (write === undefined || known?.keyed === undefined) continue;
      const { eventId } = known.events[0] ?? {};
      retries.set(write, { ...known.keyed, ...(eventId === undefined ? {} : { eventId }) });
    }
    return [...retries.values()];
  }

  /** What was told or found of the event of a keyed write. */
  eventOf({ write }: KeyedWrite): ToldEvent | undefined {
    return this.#writes.get(write)?.events[0];
  }

  #take(event: StoredEvent, write: string, index: number, name: string): void {
    const known = this.#writes.get(write);
    demand(known !== undefined, `${name} was never begun`);
    demand(known.fate === 'open' || known.fate === 'stored', `${name} is there, but ${known.fate}`);
    const found = toldOf(event);
    demand(found.sequence === this.#found.length, `${name} has sequence ${found.sequence}`);
    const told = known.events[index];
    demand(told === undefined || same(told, found), `${name}: ${text(told)}, not ${text(found)}`);
    known.events[index] = found;
    const stream = `${event.lane} ${event.entity}`;
    const clock = (this.#clocks.get(stream) ?? -1) + 1;
    demand(found.clock === clock, `${name} has clock ${found.clock} where ${clock} belongs`);
    this.#clocks.set(stream, clock);
    this.#found.push(found);
    if (index + 1 === known.size) known.fate = 'stored';
  }

  #isFound(event: ToldEvent | undefined): boolean {
    const found = event && this.#found[event.sequence];
    return found !== undefined && same(found, event);
  }
}

function placeOf(event: StoredEvent): Pick<WritePayload, 'write' | 'index' | 'size'> {
  if (event.name === 'door.rang' || event.name === 'door.sounded') {
    const { times } = event.payload as { times: number };
    return { write: writeOfRing(times), index: event.name === 'door.rang' ? 0 : 1, size: 2 };
  }
  return event.payload as WritePayload;
}

function toldOf({ eventId, sequence, clock, hash }: StoredEvent): ToldEvent {
  return { eventId, sequence, clock, hash: Buffer.from(hash ?? []).toString('hex') };
}

function same(one: ToldEvent, other: ToldEvent | undefined): boolean {
  return text(one) === text(other);
}

function text(event: ToldEvent | undefined): string {
  return event === undefined
    ? 'nothing'
    : `${event.sequence} ${event.clock} ${event.eventId} ${event.hash}`;
}

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
