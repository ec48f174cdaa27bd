import type { Denial, GateIdentity, JudgedValues } from '../model/denial.ts';
import { ArgumentTypeError } from '../model/errors/argument-error.ts';
import { type Denied, type Gate, isGateAnswer } from './gate.ts';
import type { JudgedValue } from './judged-value.ts';

/** Code of the denial that a gate which has failed amounts to. */
export const gateDefect = 'GATE_DEFECT';

/** What gates are asked about, as copies that they can't change. */
export interface Judged<Context, Payload> {
  readonly context: JudgedValue<Context>;
  readonly payload: JudgedValue<Payload>;
  /** Whether denials bear context and payload themselves, besides their hashes. */
  readonly kept: boolean;
}

/** The answer of one gate. */
export type GateVerdict = { readonly type: 'allowed'; readonly gate: GateIdentity } | Denial;

/**
 * Asks one gate. Whatever it does is an answer: one that throws, returns a promise or nothing
 * sensible, or changes what it is given, has denied with the code `GATE_DEFECT`.
 */
export function askGate<Context, Payload>(
  gate: Gate<Context, Payload>,
  judged: Judged<Context, Payload>,
): GateVerdict {
  const identity = Object.freeze({ name: gate.name, version: gate.version });
  let answer: unknown;
  try {
    answer = gate.evaluate(judged.context.value, judged.payload.value);
  } catch (cause) {
    return denialOf(identity, defect(`it threw: ${textOf(cause)}`), judged, cause);
  }
  if (!(judged.context.unchanged && judged.payload.unchanged)) {
    return defective(identity, judged, 'a gate that leaves a Date and bytes as they are', answer);
  }
  if (isGateAnswer(answer)) {
    if (answer.type === 'allowed') return Object.freeze({ type: 'allowed', gate: identity });
    return denialOf(identity, answer, judged, undefined);
  }
  if (isThenable(answer)) letFail(answer);
  return defective(identity, judged, 'what allow() or deny() returns, at once', answer);
}

function defective<Context, Payload>(
  gate: GateIdentity,
  judged: Judged<Context, Payload>,
  expected: string,
  answer: unknown,
): Denial {
  const cause = new ArgumentTypeError(`answer of gate '${gate.name}'`, answer, expected);
  return denialOf(gate, defect(cause.message), judged, cause);
}

function denialOf<Context, Payload>(
  gate: GateIdentity,
  { code, reason, facts }: Denied,
  { context, payload, kept }: Judged<Context, Payload>,
  cause: unknown,
): Denial {
  const values: JudgedValues = { context: context.value, payload: payload.value };
  return Object.freeze({
    type: 'denied',
    gate,
    code,
    reason,
    facts,
    contextHash: context.hash,
    payloadHash: payload.hash,
    judged: kept ? Object.freeze(values) : undefined,
    cause,
  });
}

function defect(reason: string): Denied {
  return { type: 'denied', code: gateDefect, reason, facts: Object.freeze({}) };
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'then' in answer &&
    typeof answer.then === 'function'
  );
}

/** Nobody waits for it: its failure, too, is no answer. */
function letFail(answer: PromiseLike<unknown>): void {
  answer.then(undefined, () => undefined);
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
