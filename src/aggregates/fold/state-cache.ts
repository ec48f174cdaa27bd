import type { AnyMachineSnapshot } from 'xstate';
import type { PendingEffects } from '../effects/pending.ts';
import type { FoldReport } from './fold-report.ts';

/** A state that was folded, and where in the entity's stream that was. */
export interface FoldedState {
  /** `undefined` while the entity has only events that no aggregate wrote. */
  readonly snapshot: AnyMachineSnapshot | undefined;
  /** Clock of the entity's last event that is folded in, or was skipped; -1 before the first. */
  readonly clock: number;
  readonly report: FoldReport;
  /** Timers that wait and actors that run. */
  readonly pending: PendingEffects;
}

/** A state of an aggregate that has begun. */
export interface BegunState extends FoldedState {
  readonly snapshot: AnyMachineSnapshot;
}

/** The state when the aggregate has begun. */
export function begun(state: FoldedState): BegunState | undefined {
  const { snapshot, clock, report, pending } = state;
  return snapshot === undefined ? undefined : { snapshot, clock, report, pending };
}

/** States by entity, as last folded. Holds so many; the least recently used goes first. */
export class StateCache {
  readonly #entitiesMax: number;
  readonly #states = new Map<string, FoldedState>();

  constructor(entitiesMax: number) {
    this.#entitiesMax = entitiesMax;
  }

  find(entity: string): FoldedState | undefined {
    const state = this.#states.get(entity);
    if (state !== undefined) {
      this.#states.delete(entity);
      this.#states.set(entity, state);
    }
    return state;
  }

  keep(entity: string, state: FoldedState): void {
    this.#states.delete(entity);
    this.#states.set(entity, state);
    if (this.#states.size <= this.#entitiesMax) return;
    for (const oldest of this.#states.keys()) {
      this.#states.delete(oldest);
      return;
    }
  }

  drop(entity: string): void {
    this.#states.delete(entity);
  }

  clear(): void {
    this.#states.clear();
  }
}
