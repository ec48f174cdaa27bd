import { KindConflictError, KindsExhaustedError } from '../model/errors/write-errors.ts';
import type { AnyEventDefinition } from '../model/event-definition.ts';
import { allocatedCategory, kindOf, kindTypeMax } from '../model/kind.ts';

/** A name bound to a kind. */
export interface NameBinding {
  readonly name: string;
  readonly kind: number;
}

/**
 * Names of kinds as the log remembers them. A binding made for a write stays tentative until the
 * write is in the file: `confirm` keeps it, `rollback` forgets it.
 */
export class KindTable {
  readonly #kindOfName = new Map<string, number>();
  readonly #nameOfKind = new Map<number, string>();
  /** Kinds that an event bears or a name is bound to. */
  readonly #used = new Uint8Array(0x10000);
  #tentative: NameBinding[] = [];

  /** Bindings whose records are still to be written. */
  get tentative(): readonly NameBinding[] {
    return this.#tentative;
  }

  /** The name of a kind, or `undefined`. */
  nameOf(kind: number): string | undefined {
    return this.#nameOfKind.get(kind);
  }

  /** The kind bound to a name, or `undefined`. */
  find(name: string): number | undefined {
    return this.#kindOfName.get(name);
  }

  /** Notes that events bear the kind, so that it isn't given to a name. */
  markUsed(kind: number): void {
    this.#used[kind] = 1;
  }

  /** Enters a binding that the log holds. @returns whether it agrees with those before it */
  restore(name: string, kind: number): boolean {
    const known = this.#kindOfName.get(name);
    if (known !== undefined) return known === kind;
    if (this.#nameOfKind.has(kind)) return false;
    this.#bind(name, kind);
    return true;
  }

  /**
   * The kind of a definition: the one bound to its name, or its own, or the lowest free one.
   *
   * @throws {KindConflictError} when name and kind are bound otherwise
   * @throws {KindsExhaustedError} when no kind is left to give
   */
  resolve(definition: AnyEventDefinition): number {
    const { name, kind } = definition;
    const bound = this.#kindOfName.get(name);
    if (bound !== undefined) {
      if (kind === undefined || kind === bound) return bound;
      throw new KindConflictError(name, kind, `this store has bound it to 0x${hex(bound)}`);
    }
    const other = kind === undefined ? undefined : this.#nameOfKind.get(kind);
    if (kind !== undefined && other !== undefined) {
      throw new KindConflictError(name, kind, `this store has bound that kind to '${other}'`);
    }
    const given = kind ?? this.#lowestFree(name);
    this.#bind(name, given);
    this.#tentative.push({ name, kind: given });
    return given;
  }

  /** The tentative bindings are in the file. */
  confirm(): void {
    if (this.#tentative.length > 0) this.#tentative = [];
  }

  /** The tentative bindings are not. */
  rollback(): void {
    if (this.#tentative.length === 0) return;
    for (const { name, kind } of this.#tentative) {
      this.#kindOfName.delete(name);
      this.#nameOfKind.delete(kind);
    }
    this.#tentative = [];
  }

  #bind(name: string, kind: number): void {
    this.#kindOfName.set(name, kind);
    this.#nameOfKind.set(kind, name);
  }

  #lowestFree(name: string): number {
    for (let type = 0; type <= kindTypeMax; type += 1) {
      const kind = kindOf(allocatedCategory, type);
      if (this.#used[kind] === 0 && !this.#nameOfKind.has(kind)) return kind;
    }
    throw new KindsExhaustedError(name);
  }
}

function hex(kind: number): string {
  return kind.toString(16).padStart(4, '0');
}
