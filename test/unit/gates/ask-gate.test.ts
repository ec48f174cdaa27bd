import { describe, expect, it } from 'vitest';
import { askGate, type Judged } from '../../../src/gates/ask-gate.ts';
import { allow, defineGate, deny } from '../../../src/gates/gate.ts';
import { JudgedValue } from '../../../src/gates/judged-value.ts';

function judged(kept = false): Judged<unknown, unknown> {
  const context = JudgedValue.ofContext({ at: new Date(0) });
  return { context, payload: JudgedValue.of({ bytes: Uint8Array.of(1) }), kept };
}

function verdictOf(evaluate: (context: unknown, payload: unknown) => unknown, kept = false) {
  // What a program without a compiler can do.
  const gate = defineGate({ name: 'g', version: 3, evaluate: evaluate as () => never });
  return askGate(gate, judged(kept));
}

describe('askGate', () => {
  it('passes an answer on, with the gate and the hashes of what it was about', () => {
    const gate = { name: 'g', version: 3 };
    expect(verdictOf(() => allow())).toEqual({ type: 'allowed', gate });
    const { context, payload } = judged();
    expect(verdictOf(() => deny({ code: 'NO', reason: 'r', facts: { a: 1 } }))).toEqual({
      type: 'denied',
      gate,
      code: 'NO',
      reason: 'r',
      facts: { a: 1 },
      contextHash: context.hash,
      payloadHash: payload.hash,
      judged: undefined,
      cause: undefined,
    });
  });

  it('puts context and payload into a denial when they are kept', () => {
    expect(verdictOf(() => deny({ code: 'NO', reason: 'r' }), true)).toMatchObject({
      judged: { context: { at: new Date(0) }, payload: { bytes: { 0: 1 } } },
    });
  });

  it('makes a denial of what a gate throws, and keeps it', () => {
    const cause = new Error('boom');
    const thrown = verdictOf(() => {
      throw cause;
    });
    expect(thrown).toMatchObject({ type: 'denied', code: 'GATE_DEFECT', reason: 'it threw: boom' });
    expect(thrown).toHaveProperty('cause', cause);
    expect(
      verdictOf(() => {
        // biome-ignore lint/style/useThrowOnlyError: what others throw is not ours to choose.
        throw 'text';
      }),
    ).toMatchObject({ reason: 'it threw: text', cause: 'text' });
  });

  it.each([
    ['a promise of an answer', async () => allow()],
    ['a promise that fails', async () => Promise.reject(new Error('late'))],
    ['true', () => true],
    ['nothing', () => undefined],
    ['what looks like an answer', () => ({ type: 'allowed' })],
  ])('makes a denial of %s', (_, evaluate) => {
    expect(verdictOf(evaluate)).toMatchObject({
      type: 'denied',
      code: 'GATE_DEFECT',
      cause: { code: 'BATPAK_ARGUMENT_TYPE', field: "answer of gate 'g'" },
    });
  });

  it('makes a denial of a gate that changes what it is given', () => {
    for (const evaluate of [
      (context: unknown) => (context as { at: Date }).at.setTime(5),
      (_: unknown, payload: unknown) => (payload as { bytes: Uint8Array }).bytes.fill(5),
      (context: unknown) => Object.assign(context as object, { more: 1 }),
    ]) {
      const verdict = verdictOf((context, payload) => {
        evaluate(context, payload);
        return allow();
      });
      expect(verdict).toMatchObject({ type: 'denied', code: 'GATE_DEFECT' });
    }
  });
});
