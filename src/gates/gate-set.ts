import type { Denial, GateIdentity } from '../model/denial.ts';
import { ArgumentRangeError, ArgumentTypeError } from '../model/errors/argument-error.ts';
import { askGate, type GateVerdict, type Judged } from './ask-gate.ts';
import { type AnyGate, Gate, type GateContext, type GatePayload } from './gate.ts';
import { JudgedValue } from './judged-value.ts';

/** Most gates in a set. */
export const gatesMax = 255;

/** What a set of gates answers together. */
export type SetVerdict =
  | { readonly type: 'allowed'; readonly gates: readonly GateIdentity[] }
  | Denial;

/** Gates in the order in which they are asked. An empty set has nothing against anything. */
export class GateSet<Context = unknown, Payload = unknown> {
  readonly gates: readonly Gate<Context, Payload>[];

  private constructor(gates: readonly Gate<Context, Payload>[]) {
    this.gates = Object.freeze([...gates]);
    Object.freeze(this);
  }

  /**
   * A set of at most 255 gates.
   *
   * @throws {ArgumentTypeError} when one of them is no gate
   * @throws {ArgumentRangeError} when two have one name, or there are too many
   */
  static of<Gates extends AnyGate>(
    gates: readonly Gates[],
  ): GateSet<GateContext<Gates>, GatePayload<Gates>> {
    if (!Array.isArray(gates)) throw new ArgumentTypeError('gates', gates, 'an array of gates');
    if (gates.length > gatesMax) {
      throw new ArgumentRangeError('gates', gates.length, `at most ${gatesMax}`);
    }
    const names = new Set<string>();
    for (const [index, gate] of gates.entries()) {
      if (!(gate instanceof Gate)) {
        throw new ArgumentTypeError(`gates[${index}]`, gate, 'what defineGate returned');
      }
      if (names.has(gate.name)) {
        throw new ArgumentRangeError(`gates[${index}].name`, gate.name, 'used once in a set');
      }
      names.add(gate.name);
    }
    // What all of them take is what each of them takes: it is made of their types.
    return new GateSet(gates as readonly Gate<never, never>[] as readonly Gate[]);
  }

  /** How many gates it has. */
  get size(): number {
    return this.gates.length;
  }

  /** Their names, in order. */
  get names(): readonly string[] {
    return this.gates.map(({ name }) => name);
  }

  /**
   * Asks the gates in order, up to the first that denies. Never throws because of a gate.
   *
   * @throws {ArgumentTypeError} {@link InvalidPayloadError} when context or payload can't be copied
   */
  evaluate(context: Context, payload: Payload): SetVerdict {
    return this.judge(judgedOf(context, payload));
  }

  /** As {@link GateSet.evaluate}, but asks every gate, and tells what each says, in order. */
  evaluateAll(context: Context, payload: Payload): readonly GateVerdict[] {
    const judged = judgedOf(context, payload);
    return this.gates.map((gate) => askGate(gate, judged));
  }

  /** As {@link GateSet.evaluate}, for copies that are made already. @internal */
  judge(judged: Judged<Context, Payload>): SetVerdict {
    const passed: GateIdentity[] = [];
    for (const gate of this.gates) {
      const verdict = askGate(gate, judged);
      if (verdict.type === 'denied') return verdict;
      passed.push(verdict.gate);
    }
    return { type: 'allowed', gates: Object.freeze(passed) };
  }
}

function judgedOf<Context, Payload>(context: Context, payload: Payload): Judged<Context, Payload> {
  return {
    context: JudgedValue.ofContext(context),
    payload: JudgedValue.of(payload),
    kept: false,
  };
}
