import type { Region } from '../../model/region.ts';
import type { StreamTable } from '../stream-table.ts';

const unknown = 0;
const no = 1;
const yes = 2;

/** Which streams lie in a region. They are many fewer than events: each is judged once. */
export class StreamVerdicts {
  readonly #streams: StreamTable;
  readonly #region: Region;
  readonly #verdicts: Uint8Array;

  constructor(streams: StreamTable, region: Region) {
    this.#streams = streams;
    this.#region = region;
    this.#verdicts = new Uint8Array(streams.size);
  }

  /** Whether events of this stream can lie in the region. */
  holds(streamId: number): boolean {
    const known = this.#verdicts[streamId] ?? unknown;
    return known === unknown ? this.#judge(streamId) : known === yes;
  }

  #judge(streamId: number): boolean {
    const holds =
      this.#region.matchesEntity(this.#streams.entity(streamId)) &&
      this.#region.matchesLane(this.#streams.lane(streamId));
    this.#verdicts[streamId] = holds ? yes : no;
    return holds;
  }
}
