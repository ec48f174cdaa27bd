import { setImmediate } from 'node:timers/promises';
import {
  type AppendOptions,
  type BatchItem,
  defineEvent,
  isBatpakError,
  openStore,
  type Receipt,
  repository,
  type Store,
} from 'batpak';
import { SeededRandom } from '../../src/platform/random.ts';
import type { Ticket } from '../../src/store/write/ticket.ts';
import { door } from './aggregates.ts';
import {
  itemsOf,
  type KeyedWrite,
  type KilledFact,
  type KilledRequest,
  ringOf,
  type ToldEvent,
  type WritePayload,
} from './killed-facts.ts';

const kind = 0x1abc;
const lanes = 3;
/** Most tickets that are out before the process lets them come in. */
const ticketsMax = 48;
const definitions = Array.from({ length: 40 }, (_, index) =>
  defineEvent<WritePayload>({
    name: `kept.${index}`,
    ...(index % 2 === 0 ? { kind: 0x1b00 + index } : {}),
  }),
);

/** Writes to a store for ever, and tells of everything that comes of it. */
export class KilledWriting {
  readonly #directory: string;
  readonly #request: KilledRequest;
  readonly #tell: (fact: KilledFact) => void;
  readonly #random: SeededRandom;
  #store: Store;
  #writes = 0;
  #tickets = 0;
  /** Keyed events of this process that are stored. */
  readonly #keyed: KeyedWrite[] = [];
  #lastId: string | undefined;

  constructor(directory: string, request: KilledRequest, tell: (fact: KilledFact) => void) {
    this.#directory = directory;
    this.#request = request;
    this.#tell = tell;
    this.#random = new SeededRandom(request.seed);
    this.#store = this.#open();
  }

  /** Writes for ever. */
  async run(): Promise<void> {
    for (const retry of this.#request.retries) this.#repeat(retry);
    const ways: readonly (readonly [weight: number, () => void | Promise<void>])[] = [
      [8, () => this.#append()],
      [3, () => this.#tryAppend()],
      [3, () => this.#appendBatch()],
      [3, () => this.#react()],
      [6, () => this.#submitSome()],
      [3, () => this.#submitBatch()],
      [3, () => this.#flushOutbox()],
      [3, () => this.#fence()],
      [2, () => this.#refuseBatch()],
      [3, () => this.#repeatOwn()],
      [2, () => this.#ring()],
      [1, () => this.#store.sync()],
      [1, () => this.#reopen()],
    ];
    const bag = ways.flatMap(([weight, way]) => Array.from({ length: weight }, () => way));
    for (let turn = 0; ; turn += 1) {
      await bag[this.#random.below(bag.length)]?.();
      // Lets syncs answer, and the timer make one.
      if (turn % 8 === 0 || this.#tickets > ticketsMax) await setImmediate();
    }
  }

  #open(): Store {
    const store = openStore({ dataDir: this.#directory, ...this.#request.options });
    store.onError = (failure) => {
      // Thrown here it would be caught: so it ends the process.
      queueMicrotask(() => {
        throw failure;
      });
    };
    this.#tell({ fact: 'opened', events: store.eventCount });
    return store;
  }

  #reopen(): void {
    if (this.#random.below(3) > 0) return;
    // Every ticket that is out is settled by this.
    const { clean, events } = this.#store.close();
    if (!clean && events > this.#store.recovery.events) {
      throw new Error('a store that was written to, on a disk that is well, closes cleanly');
    }
    this.#store = this.#open();
  }

  #append(): void {
    const single = this.#single();
    const { entity, payload, options } = single;
    const durable = this.#random.below(10) === 0;
    const definition = definitions[this.#random.below(definitions.length * 2)];
    this.#begin(single);
    const receipt =
      definition === undefined || single.keyed !== undefined
        ? this.#store.append(entity, kind, payload, { ...options, durable })
        : this.#store.append(entity, definition, payload, { ...options, durable });
    if (durable && receipt.durability !== 'durable') throw new Error('a sync was asked for');
    this.#stored(single, receipt);
  }

  #tryAppend(): void {
    const single = this.#single();
    const { entity, lane, payload, options } = single;
    const wrong = this.#random.below(2) === 0;
    // What is queued is written first, and moves the clock.
    if (this.#store.writerPressure().queued > 0) this.#store.sync();
    const clock = this.#store.head(entity, lane)?.clock ?? -1;
    const expected = wrong ? clock + 1 : clock < 0 ? 'none' : clock;
    this.#begin(single);
    const outcome = this.#store.tryAppend(entity, kind, payload, { ...options, expected });
    if (outcome.type === 'ok' && !wrong) this.#stored(single, outcome.value);
    else if (outcome.type === 'err' && wrong) this.#refused(single.write, outcome.error);
    else throw new Error(`${wrong ? 'a wrong' : 'the right'} clock was answered ${outcome.type}`);
  }

  #appendBatch(): void {
    const write = this.#name();
    const items = this.#items(write);
    const durable = this.#random.below(4) === 0;
    this.#tell({ fact: 'begun', write, size: items.length });
    this.#written(write, this.#store.appendBatch(items, { durable }));
  }

  #react(): void {
    if (this.#lastId === undefined) return;
    const single = this.#single();
    const { entity, payload, options } = single;
    this.#begin(single);
    const receipt = this.#store.appendReaction(entity, kind, payload, this.#lastId, options);
    if (this.#store.at(receipt.sequence)?.causationId !== this.#lastId) {
      throw new Error('a reaction has its cause');
    }
    this.#stored(single, receipt);
  }

  /** Submits a few events in one turn, and waits for some of them, in one way or another. */
  async #submitSome(): Promise<void> {
    const count = 1 + this.#random.below(12);
    for (let each = 0; each < count; each += 1) {
      const single = this.#single();
      const { entity, payload, options } = single;
      const durable = this.#random.below(20) === 0;
      this.#begin(single);
      if (this.#random.below(3) === 0) {
        const outcome = this.#store.trySubmit(entity, kind, payload, options);
        if (outcome.type === 'ok') void this.#follow(single.write, [outcome.value], single.keyed);
        else this.#tell({ fact: 'refused', write: single.write, code: outcome.type });
        continue;
      }
      const ticket = this.#store.submit(entity, kind, payload, { ...options, durable });
      const answer = this.#follow(single.write, [ticket], single.keyed);
      const waits = this.#random.below(12);
      if (waits === 0) await answer;
      else if (waits === 1) ticket.wait();
      else if (waits === 2) await this.#durable(single.write, ticket);
      else if (waits === 3) void this.#durable(single.write, ticket);
    }
  }

  async #submitBatch(): Promise<void> {
    const write = this.#name();
    const items = this.#items(write);
    this.#tell({ fact: 'begun', write, size: items.length });
    const ticket = this.#store.submitBatch(items, { durable: this.#random.below(4) === 0 });
    const answer = this.#follow(write, ticket);
    const waits = this.#random.below(4);
    if (waits === 0) await answer;
    else if (waits === 1) ticket.wait();
  }

  async #flushOutbox(): Promise<void> {
    const write = this.#name();
    const items = this.#items(write);
    const outbox = this.#store.outbox();
    this.#tell({ fact: 'staged', write, size: items.length });
    for (const item of items) outbox.stageItem(item);
    // Other events come between: what is staged must not.
    this.#append();
    const fate = this.#random.below(3);
    // An outbox that is never flushed writes nothing.
    if (fate === 0) return;
    this.#tell({ fact: 'begun', write, size: items.length });
    if (fate === 1) this.#written(write, outbox.flush({ durable: this.#random.below(2) === 0 }));
    else await this.#follow(write, outbox.submitFlush());
  }

  #fence(): void {
    const write = this.#name();
    const items = this.#items(write);
    using fence = this.#store.beginVisibilityFence();
    this.#tell({ fact: 'staged', write, size: items.length });
    const before = this.#store.eventCount;
    const tickets = items.map((item) =>
      fence.submit(item.at, kind + 1, item.payload, item.options),
    );
    const beside = this.#single();
    this.#begin(beside);
    const outcome = this.#store.tryAppend(beside.entity, kind, beside.payload);
    if (outcome.type !== 'cancelled') throw new Error(`beside a fence: ${outcome.type}`);
    this.#tell({ fact: 'refused', write: beside.write, code: outcome.type });
    if (this.#store.eventCount !== before) throw new Error('a fence shows nothing');
    if (this.#random.below(3) === 0) {
      if (this.#random.below(2) === 0) fence.cancel();
      for (const ticket of tickets) void ticket.then(neverStored, () => undefined);
      return;
    }
    this.#tell({ fact: 'begun', write, size: items.length });
    this.#written(write, fence.commit());
  }

  /** A batch of which one item can't be: nothing of it is stored. */
  #refuseBatch(): void {
    const write = this.#name();
    const items: BatchItem[] = this.#items(write);
    const last = { write, index: items.length, size: items.length + 1, note: '' };
    items.push({ at: 'entity:0', kind, payload: last, options: { expected: 0xffff_ffff } });
    this.#tell({ fact: 'begun', write, size: items.length });
    try {
      this.#store.appendBatch(items);
    } catch (failure) {
      this.#refused(write, failure);
      return;
    }
    throw new Error('a batch with a wrong expectation is refused');
  }

  /** Writes again what is stored, or something else with its key. */
  #repeatOwn(): void {
    const known = this.#keyed[this.#random.below(this.#keyed.length + 1)];
    if (known === undefined) return;
    if (this.#random.below(3) > 0) {
      this.#repeat(known);
      return;
    }
    const single = this.#single();
    this.#begin(single);
    try {
      const { entity, lane, key } = known;
      this.#store.append(entity, known.kind, single.payload, { lane, idempotencyKey: key });
    } catch (failure) {
      this.#refused(single.write, failure);
      return;
    }
    throw new Error(`the key ${known.key} stands for another event`);
  }

  #repeat(known: KeyedWrite): void {
    const { write, entity, lane, payload, key, eventId } = known;
    this.#tell({ fact: 'begun', write, size: 1 });
    const receipt = this.#store.append(entity, known.kind, payload, { lane, idempotencyKey: key });
    if (eventId !== undefined && !(receipt.replayed && receipt.eventId === eventId)) {
      throw new Error(`the key ${key} gave ${receipt.eventId}, and stands for ${eventId}`);
    }
    this.#written(write, [receipt], known);
  }

  #ring(): void {
    const write = this.#name();
    const times = ringOf(this.#request.life, this.#writes);
    this.#tell({ fact: 'begun', write, size: 2 });
    const doors = repository(this.#store, door);
    const decision = doors.send(`${this.#random.below(5)}`, { type: 'rang', times });
    if (!decision.accepted) throw new Error(`refused: ${decision.reason}`);
    this.#written(write, [decision.receipt, ...decision.emitted]);
  }

  #name(): string {
    this.#writes += 1;
    return `${this.#request.life}:${this.#writes}`;
  }

  #note(): string {
    return 'x'.repeat(this.#random.below(this.#random.below(20) === 0 ? 2000 : 300));
  }

  /** An event by itself; one in three has a key. */
  #single(): Single {
    const write = this.#name();
    const entity = `entity:${this.#random.below(20)}`;
    const lane = this.#random.below(2) === 0 ? 0 : this.#random.below(lanes);
    const payload = { write, index: 0, size: 1, note: this.#note() };
    const keyed =
      this.#random.below(3) === 0
        ? { write, entity, lane, kind, payload, key: `key of ${write}` }
        : undefined;
    const options: AppendOptions = {
      lane,
      flags: this.#random.below(256),
      ...(keyed === undefined ? {} : { idempotencyKey: keyed.key }),
      ...(this.#random.below(4) === 0 ? { extensions: { trace: new Uint8Array(24) } } : {}),
    };
    return { write, entity, lane, payload, options, keyed };
  }

  #items(write: string): ReturnType<typeof itemsOf> {
    const entities = Array.from(
      { length: 1 + this.#random.below(6) },
      () => `entity:${1 + this.#random.below(19)}`,
    );
    const items = itemsOf(write, kind + 1, entities, this.#note());
    if (this.#random.below(2) === 0) return items;
    return items.map((item, index) => ({
      ...item,
      options: { idempotencyKey: `key of ${write} ${index}`, lane: this.#random.below(lanes) },
    }));
  }

  #begin({ write, keyed }: Single): void {
    this.#tell({ fact: 'begun', write, size: 1, ...(keyed === undefined ? {} : { keyed }) });
  }

  #stored({ write, keyed }: Single, receipt: Receipt): void {
    this.#written(write, [receipt], keyed);
  }

  #written(write: string, receipts: readonly Receipt[], keyed?: KeyedWrite): void {
    this.#tell({ fact: 'written', write, events: receipts.map(toldOf) });
    const [first] = receipts;
    this.#lastId = first?.eventId;
    if (keyed === undefined || first === undefined || keyed.eventId !== undefined) return;
    this.#keyed.push({ ...keyed, eventId: first.eventId });
  }

  #refused(write: string, failure: unknown): void {
    if (!isBatpakError(failure)) throw failure;
    this.#tell({ fact: 'refused', write, code: failure.code });
  }

  /** Tells when a ticket is settled. */
  async #follow(
    write: string,
    ticket: readonly Ticket<Receipt>[] | Ticket<Receipt[]>,
    keyed?: KeyedWrite,
  ): Promise<void> {
    this.#tickets += 1;
    const receipts = 'then' in ticket ? await ticket : await Promise.all(ticket);
    this.#tickets -= 1;
    this.#written(write, receipts, keyed);
  }

  async #durable(write: string, { durable }: Ticket<Receipt>): Promise<void> {
    this.#tickets += 1;
    const receipt = await durable;
    this.#tickets -= 1;
    if (receipt.durability !== 'durable') throw new Error('a durable receipt says so');
    this.#tell({ fact: 'durable', write, events: [toldOf(receipt)] });
  }
}

/** An event by itself, before it is written. */
interface Single {
  readonly write: string;
  readonly entity: string;
  readonly lane: number;
  readonly payload: WritePayload;
  readonly options: AppendOptions;
  readonly keyed: KeyedWrite | undefined;
}

function toldOf({ eventId, sequence, clock, hash }: Receipt): ToldEvent {
  return { eventId, sequence, clock, hash: Buffer.from(hash ?? []).toString('hex') };
}

function neverStored(): void {
  throw new Error('a ticket of a fence that was cancelled gives no receipt');
}
