import { type RecoveryEvent, recoveryMachine } from '../../machines/recovery.ts';
import { mirrorMachine, type WrappedInspector } from '../inspect/inspection.ts';
import { type StateNameOf, Stepper, stepTable } from '../inspect/step-table.ts';
import type { Clock } from '../model/platform.ts';

const table = stepTable(recoveryMachine);
const noSources = { image: 0, footers: 0, scanned: 0 } as const;

/** How many events came from where. */
export interface RecoverySources {
  /** Known from the index image of the last close. */
  image: number;
  /** Known from footers of sealed segments. */
  footers: number;
  /** Read frame by frame. */
  scanned: number;
}

/** Milliseconds that each rung took. */
export interface RecoveryTimes {
  image: number;
  footers: number;
  scanning: number;
}

/** Something derived that was there and not used. */
export interface RefusedSource {
  /** The image, the checkpoint of idempotency keys, or the segment with the footer. */
  readonly path: string;
  /** Why, in a few words. */
  readonly reason: string;
}

/**
 * The steps of a cold start: each is one that the recovery machine allows, and what it brought is
 * counted for the report.
 */
export class RecoverySteps {
  readonly #stepper: Stepper<StateNameOf<typeof recoveryMachine>, RecoveryEvent['type']>;
  readonly #clock: Clock | undefined;
  #sinceMs: number;
  readonly sources: RecoverySources = { ...noSources };
  readonly times: RecoveryTimes = { image: 0, footers: 0, scanning: 0 };
  readonly refused: RefusedSource[] = [];

  /** @param clock measures the steps; without one they take no time */
  constructor(clock?: Clock, inspect?: WrappedInspector) {
    const mirror = inspect === undefined ? undefined : mirrorMachine(recoveryMachine, inspect);
    this.#stepper = new Stepper(table, mirror);
    this.#clock = clock;
    this.#sinceMs = this.#nowMs();
  }

  /** The state of the recovery machine. */
  get state(): string {
    return this.#stepper.state;
  }

  /** Whether the index image that is there was taken up, and nothing else since but frames. */
  imageJoined = false;

  /** Takes the step that the fact leads to. */
  step(type: RecoveryEvent['type']): void {
    if (type === 'image.joined' || type === 'salvage.finished') {
      this.imageJoined = type === 'image.joined';
    }
    this.#measure();
    this.#stepper.step(type);
    // The ladder begins anew, with other files.
    if (type === 'salvage.finished') Object.assign(this.sources, noSources);
  }

  /** Notes why something is not used. */
  refuse(path: string, reason: string): void {
    this.refused.push({ path, reason });
  }

  #measure(): void {
    const nowMs = this.#nowMs();
    const { state } = this.#stepper;
    if (state === 'image' || state === 'footers' || state === 'scanning') {
      this.times[state] += nowMs - this.#sinceMs;
    }
    this.#sinceMs = nowMs;
  }

  #nowMs(): number {
    return this.#clock?.elapsedMs() ?? 0;
  }
}
