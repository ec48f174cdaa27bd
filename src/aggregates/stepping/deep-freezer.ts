import type { AnyMachineSnapshot } from 'xstate';

/**
 * Freezes what is handed out of states that are kept, so that neither a caller nor an `assign` can
 * change them in place. What was frozen once is not walked again: the parts that a step has left
 * as they were cost one look-up, and a step pays only for what it made.
 */
export class DeepFreezer {
  /** Frozen by this object, with all that is inside: others may freeze only the outside. */
  readonly #frozen = new WeakSet<object>();

  /** Freezes value, context and output of the state. */
  freezeSnapshot(snapshot: AnyMachineSnapshot): void {
    this.freeze(snapshot.value);
    this.freeze(snapshot.context);
    this.freeze(snapshot.output);
  }

  /** Freezes arrays and plain objects, at every depth; anything else is left as it is. */
  freeze(value: unknown): void {
    if (typeof value !== 'object' || value === null || this.#frozen.has(value)) return;
    if (Array.isArray(value)) {
      this.#frozen.add(value);
      for (const item of value) this.freeze(item);
    } else {
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype !== Object.prototype && prototype !== null) return;
      this.#frozen.add(value);
      for (const item of Object.values(value)) this.freeze(item);
    }
    Object.freeze(value);
  }
}
