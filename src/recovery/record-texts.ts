import { copyBytes, equalBytes, readU16 } from '../codec/bytes.ts';
import type { RecordView } from '../codec/record-view.ts';
import type { EventIndex } from '../indexes/event-index.ts';

const slotCount = 1024;
const textBytesMax = 64;

/** The numbers that an index gives to the texts of records, which are entered when they are new. */
export class RecordTexts {
  readonly #index: EventIndex;
  readonly #entities = new KnownTexts();
  readonly #scopes = new KnownTexts();

  constructor(index: EventIndex) {
    this.#index = index;
  }

  /** The number of the record's stream. */
  streamId(record: RecordView): number {
    const { entities } = this.#index;
    if (record.laneAt > 0) return entities.intern(record.entity, record.lane);
    const { bytes, entityAt, scopeAt } = record;
    const length = scopeAt - entityAt - 2;
    const known = this.#entities.find(bytes, entityAt + 2, length);
    if (known >= 0) return known;
    const streamId = entities.intern(record.entity);
    this.#entities.remember(bytes, entityAt + 2, length, streamId);
    return streamId;
  }

  /** The number of the record's scope. */
  scopeId(record: RecordView): number {
    const { bytes, scopeAt } = record;
    const length = readU16(bytes, scopeAt);
    const known = this.#scopes.find(bytes, scopeAt + 2, length);
    if (known >= 0) return known;
    const scopeId = this.#index.scopes.intern(record.scope);
    this.#scopes.remember(bytes, scopeAt + 2, length, scopeId);
    return scopeId;
  }
}

/**
 * Numbers of texts by their bytes, as far as they were seen lately: entities and scopes repeat, and
 * to make a string of each costs more than everything else that is done with an event's record.
 * One slot for each hash; a text that is not in its slot is looked up the long way.
 */
class KnownTexts {
  readonly #bytes = new Uint8Array(slotCount * textBytesMax);
  readonly #lengths = new Uint8Array(slotCount);
  /** Numbers that the texts have, and of an entity its lane. */
  readonly #numbers = new Uint32Array(slotCount);
  #slot = 0;

  /** The number of the text in these bytes, or -1; then `remember` can enter it. */
  find(bytes: Uint8Array, start: number, length: number): number {
    if (length === 0 || length > textBytesMax) return -1;
    let hash = length;
    for (let at = start; at < start + length; at += 1) {
      hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x0100_0193);
    }
    const slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
    this.#slot = slot;
    if (this.#lengths[slot] !== length) return -1;
    if (!equalBytes(this.#bytes, slot * textBytesMax, bytes, start, length)) return -1;
    return this.#numbers[slot] ?? 0;
  }

  /** Enters the text that `find` was asked for last. */
  remember(bytes: Uint8Array, start: number, length: number, number: number): void {
    if (length === 0 || length > textBytesMax) return;
    const slot = this.#slot;
    copyBytes(this.#bytes, slot * textBytesMax, bytes, start, length);
    this.#lengths[slot] = length;
    this.#numbers[slot] = number;
  }
}
