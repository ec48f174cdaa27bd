import type { LostClocks } from '../../codec/gap.ts';
import { isAfter, type LogTime, type LogUnit } from './salvage-units.ts';

/** A gap that a salvage is going to write. */
export interface PlannedGap {
  readonly from: number;
  readonly count: number;
  readonly time: LogTime;
  /** Found out by what comes later in the log. */
  readonly entities: LostClocks[];
}

interface Head {
  readonly clock: number;
  readonly sequence: number;
  /** How many sequences were lost before its last event. */
  readonly lostBefore: number;
}

const counterMax = 0xffff;

/**
 * Walks along a damaged log and says of each unit whether it can stand where it is found: what
 * passes here passes the strict reading of the log, too.
 */
export class SalvageJudge {
  readonly #hashChain: boolean;
  readonly #continued: boolean;
  readonly #heads = new Map<string, Head>();
  readonly #kindOfName = new Map<string, number>();
  readonly #nameOfKind = new Map<number, string>();
  readonly #gaps: PlannedGap[] = [];
  #time: LogTime;
  #lost = 0;
  /** The sequence that comes next. */
  next: number;

  /**
   * @param continued whether earlier events of entities may lie outside of what is walked
   * @param time of the last of these
   */
  constructor(
    next: number,
    hashChain: boolean,
    continued: boolean,
    time: LogTime = { timestampUs: 0, counter: 0 },
  ) {
    this.next = next;
    this.#time = time;
    this.#hashChain = hashChain;
    this.#continued = continued;
  }

  /** Time of the record behind the last one that was taken. */
  get nextTime(): LogTime {
    const { timestampUs, counter } = this.#time;
    if (counter >= counterMax) return { timestampUs: timestampUs + 1, counter: 0 };
    return { timestampUs, counter: counter + 1 };
  }

  /** Why the unit can't come next, sequences before it being lost or not; or `undefined`. */
  misfit(unit: LogUnit): string | undefined {
    if (unit.from < this.next) return `sequence ${unit.from} where ${this.next} belongs`;
    const skips = unit.from > this.next;
    if (!isAfter(unit.firstTime, skips ? this.nextTime : this.#time)) return 'a time that was over';
    if (unit.events.some(({ hashed }) => hashed !== this.#hashChain)) return 'another hash chain';
    return this.#bindingMisfit(unit) ?? this.#clockMisfit(unit);
  }

  /** Takes a unit that fits, sequences before it having been declared lost. */
  take(unit: LogUnit): void {
    for (const [item, { entity, lane, clock }] of unit.events.entries()) {
      const stream = streamOf(entity, lane);
      const sequence = unit.from + item;
      this.#attribute(entity, lane, clock, sequence);
      this.#heads.set(stream, { clock, sequence, lostBefore: this.#lost });
    }
    if (unit.binding !== undefined) {
      this.#kindOfName.set(unit.binding.name, unit.binding.kind);
      this.#nameOfKind.set(unit.binding.kind, unit.binding.name);
    }
    if (unit.gap) this.#lost += unit.to - unit.from;
    this.#time = unit.lastTime;
    this.next = unit.to;
  }

  /** Declares the events up to a sequence lost. @returns the gap to be written for them */
  lose(to: number): PlannedGap {
    const gap = { from: this.next, count: to - this.next, time: this.nextTime, entities: [] };
    this.#gaps.push(gap);
    this.#lost += gap.count;
    this.#time = gap.time;
    this.next = to;
    return gap;
  }

  #bindingMisfit({ binding }: LogUnit): string | undefined {
    if (binding === undefined) return undefined;
    const { name, kind } = binding;
    const same = (this.#kindOfName.get(name) ?? kind) === kind;
    return same && (this.#nameOfKind.get(kind) ?? name) === name ? undefined : 'a second binding';
  }

  #clockMisfit(unit: LogUnit): string | undefined {
    const lost = this.#lost + unit.from - this.next;
    const heads = new Map<string, Head>();
    for (const [item, { entity, lane, clock }] of unit.events.entries()) {
      const stream = streamOf(entity, lane);
      const head = heads.get(stream) ?? this.#heads.get(stream);
      const unknown = head === undefined && this.#continued;
      const expected = head === undefined ? 0 : head.clock + 1;
      const left = lost - (head?.lostBefore ?? 0);
      if (!unknown && (clock < expected || clock - expected > left)) {
        return `clock ${clock} of '${entity}' where ${expected} belongs`;
      }
      heads.set(stream, { clock, sequence: unit.from + item, lostBefore: lost });
    }
    return undefined;
  }

  /** Tells the gaps between an event and the one before it of its entity what they swallowed. */
  #attribute(entity: string, lane: number, clock: number, sequence: number): void {
    const head = this.#heads.get(streamOf(entity, lane));
    if (head === undefined && this.#continued) return;
    const fromClock = head === undefined ? 0 : head.clock + 1;
    const count = clock - fromClock;
    if (count === 0) return;
    for (const gap of this.#gaps) {
      if (gap.from < (head?.sequence ?? 0) || gap.from > sequence) continue;
      gap.entities.push({ entity, lane, fromClock, count });
    }
  }
}

function streamOf(entity: string, lane: number): string {
  return `${lane} ${entity}`;
}
