/** A timer in the queue. */
export interface QueuedTimer {
  readonly dueAtUs: number;
  /** Of the event that set it, and its place among what that asked for: who is due together. */
  readonly sequence: number;
  readonly ordinal: number;
  readonly entity: string;
  readonly key: string;
}

/** Entries that are let be, however few of them still count. */
const staleMin = 64;

/**
 * Timers in the order in which they are due; those that are due together, in the order in which
 * they were set. A binary heap, from which nothing is removed but its top: who cancels a timer says
 * so by {@link forget}, and the heap is built anew when most of it counts no more.
 */
export class TimerQueue {
  #heap: QueuedTimer[] = [];
  readonly #live = new Set<string>();

  /** Timers that wait. */
  get size(): number {
    return this.#live.size;
  }

  add(timer: QueuedTimer): void {
    this.#live.add(timer.key);
    this.#push(timer);
  }

  /** The timer of this key is not wanted any more. */
  forget(key: string): void {
    if (!this.#live.delete(key)) return;
    if (this.#heap.length <= 2 * this.#live.size + staleMin) return;
    const kept = this.#heap.filter((timer) => this.#live.has(timer.key));
    this.#heap = [];
    for (const timer of kept) this.#push(timer);
  }

  /** The timer that is due first, which stays. */
  first(): QueuedTimer | undefined {
    for (;;) {
      const [top] = this.#heap;
      if (top === undefined || this.#live.has(top.key)) return top;
      this.#pop();
    }
  }

  #push(timer: QueuedTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const below = this.#earlierChild(at);
      const child = heap[below];
      if (child === undefined || !isBefore(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }

  #earlierChild(at: number): number {
    const left = this.#heap[2 * at + 1];
    const right = this.#heap[2 * at + 2];
    return left !== undefined && right !== undefined && isBefore(right, left)
      ? 2 * at + 2
      : 2 * at + 1;
  }
}

function isBefore(one: QueuedTimer, other: QueuedTimer): boolean {
  if (one.dueAtUs !== other.dueAtUs) return one.dueAtUs < other.dueAtUs;
  if (one.sequence !== other.sequence) return one.sequence < other.sequence;
  return one.ordinal < other.ordinal;
}
