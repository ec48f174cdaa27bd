import { KindConflictError, KindsExhaustedError } from '../../model/errors/write-errors.ts';
import type { AnyEventDefinition } from '../../model/event-definition.ts';
import { allocatedCategory, checkKind, kindOf, kindTypeMax } from '../../model/kind.ts';

/** A name bound to a kind. */
export interface NameBinding {
  readonly name: string;
  readonly kind: number;
}

/** A binding that is not in the log yet. */
interface TentativeBinding extends NameBinding {
  /** Requests that need it, each by one. */
  holders: number;
  /** Whether its record is in the group that is being written. */
  staged: boolean;
}

/**
 * Names of kinds as the log remembers them. A binding made for a write stays tentative until its
 * record is in the file. Until then the requests that need it hold it: those that wait in a queue
 * as well as that of the running call. A binding that nobody holds any more is forgotten.
 */
export class KindTable {
  readonly #kindOfName = new Map<string, number>();
  readonly #nameOfKind = new Map<number, string>();
  /** Kinds that an event bears or a name is bound to. */
  readonly #used = new Uint8Array(0x10000);
  #tentative: TentativeBinding[] = [];
  /** In the order of their records. */
  readonly #logged: NameBinding[] = [];
  #staged: NameBinding[] = [];
  /** Names that the running call holds, once for each request of it. */
  #held: string[] = [];

  /** Bindings whose records are in the log, in their order. */
  get logged(): readonly NameBinding[] {
    return this.#logged;
  }

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
    this.#logged.push({ name, kind });
    return true;
  }

  /**
   * The kind of a definition: the one bound to its name, or its own, or the lowest free one. The
   * running call holds it until `keep` hands it to its request, or `rollback` lets go.
   *
   * @throws {KindConflictError} when name and kind are bound otherwise
   * @throws {KindsExhaustedError} when no kind is left to give
   * @throws {ReservedKindError} when its own is the store's
   */
  resolve(definition: AnyEventDefinition): number {
    const { name, kind } = definition;
    const bound = this.#kindOfName.get(name);
    if (bound !== undefined) {
      if (kind === undefined || kind === bound) {
        if (this.#tentative.length > 0) this.#hold(name);
        return bound;
      }
      throw new KindConflictError(name, kind, `this store has bound it to 0x${hex(bound)}`);
    }
    // Who writes JavaScript can make a definition that `defineEvent` would have refused.
    if (kind !== undefined) checkKind(kind);
    const other = kind === undefined ? undefined : this.#nameOfKind.get(kind);
    if (kind !== undefined && other !== undefined) {
      throw new KindConflictError(name, kind, `this store has bound that kind to '${other}'`);
    }
    const given = kind ?? this.#lowestFree(name);
    this.#bind(name, given);
    this.#tentative.push({ name, kind: given, holders: 0, staged: false });
    this.#hold(name);
    return given;
  }

  /** The binding of a name whose record must be staged now, once; `undefined` when none must. */
  takeUnstaged(name: string): NameBinding | undefined {
    const binding = this.#find(name);
    if (binding === undefined || binding.staged) return undefined;
    binding.staged = true;
    this.#staged.push({ name, kind: binding.kind });
    return binding;
  }

  /** The staged bindings are in the file, and the running call has what it needed. */
  confirm(): void {
    if (this.#tentative.length > 0) {
      this.#tentative = this.#tentative.filter(({ staged }) => !staged);
      this.#logged.push(...this.#staged);
      this.#staged = [];
    }
    this.keep();
  }

  /** What the running call holds is its requests' from now on: each lets go with `release`. */
  keep(): void {
    if (this.#held.length > 0) this.#held = [];
  }

  /** Nothing staged is in the file, and the running call lets go of what it holds. */
  rollback(): void {
    for (const binding of this.#tentative) binding.staged = false;
    this.#staged = [];
    if (this.#held.length === 0) return;
    const held = this.#held;
    this.#held = [];
    for (const name of held) this.release(name);
  }

  /** One request less needs the name. Without effect once its record is in the file. */
  release(name: string): void {
    const binding = this.#find(name);
    if (binding === undefined) return;
    binding.holders -= 1;
    if (binding.holders > 0) return;
    this.#kindOfName.delete(name);
    this.#nameOfKind.delete(binding.kind);
    this.#tentative.splice(this.#tentative.indexOf(binding), 1);
  }

  #hold(name: string): void {
    const binding = this.#find(name);
    if (binding === undefined) return;
    binding.holders += 1;
    this.#held.push(name);
  }

  #find(name: string): TentativeBinding | undefined {
    return this.#tentative.find((binding) => binding.name === name);
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
