import type { ParkedEvent } from '../../codec/cursor-state.ts';

/** Where a worker's position and parked events are kept: in a file, or nowhere. */
export interface PositionKeeper {
  /** As they were saved last. */
  readonly position: number;
  readonly parked: readonly ParkedEvent[];
  /**
   * Saves both.
   *
   * @param written what has a lower sequence is durable before the position is kept
   */
  save(position: number, parked: readonly ParkedEvent[], written: number): void;
  /** Gives up the name. */
  close(): void;
}

/** Keeps them as long as the worker lives: that of a worker without a name. */
export class UnkeptPosition implements PositionKeeper {
  position: number;
  parked: readonly ParkedEvent[] = [];

  constructor(position: number) {
    this.position = position;
  }

  save(position: number, parked: readonly ParkedEvent[]): void {
    this.position = position;
    this.parked = parked;
  }

  close(): void {
    this.parked = [];
  }
}
