import { describe, expect, it } from 'vitest';
import { canonicalHash, JudgedValue } from '../../../src/gates/judged-value.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('JudgedValue', () => {
  it('is a frozen copy that what happens to the original leaves alone', () => {
    const given = { lines: [{ cents: 1 }] };
    const judged = JudgedValue.of(given);
    given.lines.push({ cents: 2 });
    expect(judged.value).toEqual({ lines: [{ cents: 1 }] });
    for (const part of [judged.value, judged.value.lines, judged.value.lines[0]]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
    expect(judged.unchanged).toBe(true);
  });

  it('notices a date and bytes that were changed in place', () => {
    const date = JudgedValue.of({ at: new Date(0) });
    const bytes = JudgedValue.of([Uint8Array.of(1)]);
    expect([date.unchanged, bytes.unchanged]).toEqual([true, true]);
    date.value.at.setTime(1);
    bytes.value[0]?.fill(7);
    expect([date.unchanged, bytes.unchanged]).toEqual([false, false]);
  });

  it('holds itself and its very parts, and equal primitives', () => {
    const judged = JudgedValue.of({ a: { b: [1, 'x'] }, bytes: Uint8Array.of(9) });
    const { a, bytes } = judged.value;
    for (const part of [judged.value, a, a.b, 1, 'x', bytes]) expect(judged.holds(part)).toBe(true);
    for (const other of [{ ...a }, { b: a.b }, [1, 'x'], 2, 9, undefined, null]) {
      expect(judged.holds(other)).toBe(false);
    }
  });

  it('names the place of what can not be judged', () => {
    expect(thrownBy(() => JudgedValue.of({ a: () => 1 }))).toMatchObject({
      code: 'BATPAK_INVALID_PAYLOAD',
      path: '$.a',
    });
    expect(thrownBy(() => JudgedValue.ofContext({ a: [new Map()] }))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'context.a[0]',
    });
  });

  it('can be a context of nothing', () => {
    expect(JudgedValue.ofContext(undefined)).toMatchObject({ value: undefined });
  });

  it('has the hash of its canonical text: blake3 of {"a":1,"b":[2]}', () => {
    const judged = JudgedValue.of({ b: [2], a: 1 });
    expect(judged.hash).toBe(canonicalHash({ a: 1, b: [2] }));
    expect(judged.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(judged.hash).not.toBe(canonicalHash({ a: 1, b: [3] }));
    expect(JudgedValue.ofContext(undefined).hash).toBe(canonicalHash(undefined));
  });
});
