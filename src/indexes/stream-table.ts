import { TextTable } from './text-table.ts';

/** What no part of a coordinate may hold: it keeps an entity apart from the number of its lane. */
const separator = '\0';

/**
 * Numbers of streams: an entity, or one lane of it, each with a clock and a chain of its own. The
 * main lane, 0, goes by the entity's text alone, so that who uses no lanes pays nothing for them.
 */
export class StreamTable {
  readonly #keys = new TextTable();
  /** By entity, the numbers of its lanes other than 0, in order of first sight. */
  readonly #branches = new Map<string, number[]>();

  /** How many streams there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** The stream's number, or `undefined` when it was never seen. */
  find(entity: string, lane = 0): number | undefined {
    return this.#keys.find(keyOf(entity, lane));
  }

  /** The stream's number, given now if it has none. */
  intern(entity: string, lane = 0): number {
    if (lane === 0) return this.#keys.intern(entity);
    const known = this.find(entity, lane);
    return known ?? this.internKey(keyOf(entity, lane));
  }

  /** The number of the stream with this key, or `undefined`. */
  findKey(key: string): number | undefined {
    return this.#keys.find(key);
  }

  /** The text that {@link StreamTable.internKey} makes the stream of. */
  key(id: number): string {
    return this.#keys.text(id);
  }

  /** Enters a stream by its key, as a file holds it. @returns its number */
  internKey(key: string): number {
    const known = this.#keys.find(key);
    if (known !== undefined) return known;
    const id = this.#keys.intern(key);
    const cut = key.indexOf(separator);
    if (cut < 0) return id;
    const entity = key.slice(0, cut);
    const branches = this.#branches.get(entity);
    if (branches === undefined) this.#branches.set(entity, [id]);
    else branches.push(id);
    return id;
  }

  entity(id: number): string {
    const key = this.#keys.text(id);
    if (this.#branches.size === 0) return key;
    const cut = key.indexOf(separator);
    return cut < 0 ? key : key.slice(0, cut);
  }

  lane(id: number): number {
    if (this.#branches.size === 0) return 0;
    const key = this.#keys.text(id);
    const cut = key.indexOf(separator);
    return cut < 0 ? 0 : Number(key.slice(cut + 1));
  }

  /** Numbers of all streams of the entity. */
  allOf(entity: string): readonly number[] {
    const main = this.#keys.find(entity);
    const branches = this.#branches.get(entity);
    if (main === undefined) return branches ?? [];
    return branches === undefined ? [main] : [main, ...branches];
  }
}

function keyOf(entity: string, lane: number): string {
  return lane === 0 ? entity : `${entity}${separator}${lane}`;
}
