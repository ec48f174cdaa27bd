import {
  BatchFailedError,
  Region,
  StorageError,
  type Store,
  StoreLockedError,
  SyncFailedError,
  WriteFailedError,
} from 'batpak';

/**
 * What became of a write, as its caller was told: `pending` while it is not told, `stored` when the
 * event must be there, `failed` when it must not, `unknown` when it may.
 */
export type Fate = 'pending' | 'stored' | 'failed' | 'unknown';

/** How a process came to its end: power loss may undo what no sync has covered. */
export type Ending = 'in order' | 'kill' | 'power loss';

/**
 * What the callers of a store were told of their events, to hold against what the store shows
 * later. Every event of a run has a kind of its own, which is how it is known again.
 */
export class FaultLedger {
  /** Kinds of the events that were visible, by sequence. */
  readonly #visible: number[] = [];
  readonly #fates = new Map<number, Fate>();
  /** Kinds of events that are there together or not at all. */
  readonly #batches: (readonly number[])[] = [];
  /** How many events, from the first, were said to be durable. */
  #durable = 0;

  /** Events that were visible, in order. */
  get visible(): readonly number[] {
    return this.#visible;
  }

  /** How many events, from the first, were said to be durable. */
  get durable(): number {
    return this.#durable;
  }

  /** Takes note of events that are about to be written, together if there are several. */
  attempt(kinds: readonly number[]): void {
    for (const kind of kinds) this.#fates.set(kind, 'pending');
    if (kinds.length > 1) this.#batches.push(kinds);
  }

  /** Takes note of what the caller was told of them. */
  told(kinds: readonly number[], fate: Fate): void {
    for (const kind of kinds) this.#fates.set(kind, fate);
  }

  /** Holds the events that a running store shows against what was told, and takes note of them. */
  observe(store: Store): void {
    const shown = kindsOf(store);
    this.#judge(shown, 'in order');
    this.#visible.push(...shown.slice(this.#visible.length));
    for (const kind of shown) this.#fates.set(kind, 'stored');
    this.#durable = Math.max(this.#durable, (store.durableThrough() ?? -1) + 1);
  }

  /** The same of a store that was just opened: what isn't there now is gone for good. */
  observeOpened(store: Store): void {
    this.observe(store);
    for (const [kind, fate] of this.#fates) if (fate !== 'stored') this.told([kind], 'failed');
  }

  /** Holds what a store shows that was opened after the process ended against what was told. */
  compare(store: Store, ending: Ending): void {
    this.#judge(kindsOf(store), ending);
  }

  #judge(shown: readonly number[], ending: Ending): void {
    const known = this.#visible.slice(0, shown.length);
    demand(same(shown.slice(0, known.length), known), `other events than before: ${shown}`);
    const kept = ending === 'power loss' ? this.#durable : this.#visible.length;
    demand(shown.length >= kept, `${shown.length} events of ${kept} that must be there`);
    for (const kind of shown.slice(known.length)) {
      demand(this.#fates.get(kind) !== 'failed', `event ${kind}, which was said not to be stored`);
    }
    const there = new Set(shown);
    for (const [kind, fate] of this.#fates) {
      const missing = fate === 'stored' && !there.has(kind);
      demand(!missing || ending === 'power loss', `no event ${kind}, which was said to be stored`);
    }
    for (const batch of this.#batches) {
      const found = batch.filter((kind) => there.has(kind)).length;
      demand(found === 0 || found === batch.length, `${found} of the batch ${batch}`);
    }
  }
}

/** What the failure of a write says of its events. */
export function fateAfter(failure: unknown): Fate {
  if (failure instanceof SyncFailedError) return 'stored';
  if (failure instanceof BatchFailedError) return fateAfter(failure.cause);
  if (failure instanceof WriteFailedError && failure.outcome === 'unknown') return 'unknown';
  // A sync or a rotation may have found it, behind the write or before it.
  if (failure instanceof StoreLockedError) return 'unknown';
  return 'failed';
}

function kindsOf(store: Store): number[] {
  const kinds = () => [...store.query(Region.all())].map(({ kind }) => kind);
  try {
    return kinds();
  } catch (failure) {
    // Columns of the index are read from the disk when they are first needed.
    if (failure instanceof StorageError) return kinds();
    throw failure;
  }
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((kind, index) => kind === other[index]);
}

function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
