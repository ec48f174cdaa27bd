import type { GapContent, LostClocks } from '../../codec/gap.ts';
import type { RecordView } from '../../codec/record-view.ts';
import type { EventIndex } from '../../indexes/event-index.ts';

/** Events that a salvage found to be lost, as the log says in their place. */
export interface VerifyGap {
  /** Sequence of the first lost event. */
  readonly from: number;
  /** How many are lost. */
  readonly count: number;
  /** What happened to them. */
  readonly reason: string;
  /** Whose they were, as far as the clocks of the events around them tell. */
  readonly entities: readonly LostClocks[];
}

interface OpenGap {
  readonly content: GapContent;
  /** By entity and lane. */
  readonly entities: Map<string, LostClocks>;
}

/** Gaps of a log, gathered while it is walked in order. */
export class GapTally {
  readonly #index: EventIndex;
  readonly #gaps: OpenGap[] = [];

  constructor(index: EventIndex) {
    this.#index = index;
  }

  get all(): readonly VerifyGap[] {
    return this.#gaps.map(({ content: { from, count, reason }, entities }) => ({
      ...{ from, count, reason },
      entities: [...entities.values()],
    }));
  }

  /** Takes note of a gap that the walk has come to. */
  add(content: GapContent): void {
    const entities = new Map(content.entities.map((lost) => [keyOf(lost), lost]));
    this.#gaps.push({ content, entities });
  }

  /**
   * Whether the event of this sequence follows directly on one that is there, so that its link can
   * be checked. If not, the clocks in between are counted to the gaps they can lie in.
   */
  linked(sequence: number, record: RecordView): boolean {
    const { columns, count: visible, holes } = this.#index;
    if (holes.total === 0 || sequence >= visible) return true;
    const previous = columns.previous(sequence);
    const fromClock = previous < 0 ? 0 : columns.clock(previous) + 1;
    const count = record.clock - fromClock;
    if (count <= 0) return true;
    const { entity, lane } = record;
    const lost: LostClocks = { entity, lane, fromClock, count };
    for (const gap of this.#gaps) {
      if (gap.content.from > previous) gap.entities.set(keyOf(lost), lost);
    }
    return false;
  }
}

function keyOf({ entity, lane }: LostClocks): string {
  return `${lane} ${entity}`;
}
