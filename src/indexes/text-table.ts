import { defined } from '../model/assert.ts';

/** Texts and the numbers given to them, from 0 in order of first sight. Never forgets one. */
export class TextTable {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];

  /** How many texts there are. */
  get size(): number {
    return this.#texts.length;
  }

  /** The text's number, or `undefined` when it was never seen. */
  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  /** The text's number, given now if it has none. */
  intern(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#ids.set(text, id);
    this.#texts.push(text);
    return id;
  }

  text(id: number): string {
    return defined(this.#texts[id], 'a text id comes from its table');
  }
}
