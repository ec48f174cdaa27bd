import { describe, expect, it } from 'vitest';
import { Appender, checkExpectation, requestBytesMax } from '../../../../src/store/write/append.ts';
import { prepareAppend } from '../../../../src/store/write/append-request.ts';
import { engineOf } from '../../../support/engine.ts';
import { StoreHost, someKind, thrownBy } from '../../../support/store-host.ts';

const newEngine = () => engineOf(new StoreHost().open());

describe('checkExpectation', () => {
  const request = prepareAppend(newEngine(), 'a', someKind, 1, undefined);
  const holds = (expected: number | 'none' | 'exists' | 'any', clock: number): boolean => {
    try {
      checkExpectation({ ...request, expected }, clock);
      return true;
    } catch {
      return false;
    }
  };

  it('holds by the clock of the last event, which is -1 when there is none', () => {
    const table = (['any', 'none', 'exists', 0, 1] as const).map((expected) =>
      [-1, 0, 1].map((clock) => holds(expected, clock)),
    );
    expect(table).toEqual([
      [true, true, true],
      [true, false, false],
      [false, true, true],
      [false, true, false],
      [false, false, true],
    ]);
  });

  it('tells what was expected and what is there', () => {
    expect(thrownBy(() => checkExpectation({ ...request, expected: 3 }, 1))).toMatchObject({
      code: 'BATPAK_EXPECTATION_FAILED',
      entity: 'a',
      expected: 3,
      actual: 1,
      retryable: true,
    });
    expect(thrownBy(() => checkExpectation({ ...request, expected: 0 }, -1))).toMatchObject({
      actual: undefined,
    });
  });
});

describe('requestBytesMax', () => {
  it('is never less than what the frame takes', () => {
    const engine = newEngine();
    for (const entity of ['a', 'ü'.repeat(300), '\u{1f600}'.repeat(200)]) {
      const options = { idempotencyKey: entity, extensions: { n: new Uint8Array(50) } };
      const request = prepareAppend(engine, { entity, scope: entity }, someKind, 'x', options);
      const { position } = new Appender(engine).append(request, false);
      expect(requestBytesMax(request)).toBeGreaterThanOrEqual(position.length);
    }
  });
});

describe('Appender', () => {
  it('links an event to the last one of its entity', () => {
    const engine = newEngine();
    const appender = new Appender(engine);
    const append = (entity: string) =>
      appender.append(prepareAppend(engine, entity, someKind, 1, undefined), false);
    const first = append('a');
    append('b');
    const { clock, hashes, hashStart } = appender.headOf(engine.index.entities.intern('a'));
    expect(clock).toBe(0);
    expect([...hashes.subarray(hashStart, hashStart + 32)]).toEqual([...(first.hash ?? [])]);
    expect(append('a').clock).toBe(1);
  });

  it('has nothing to link to for an entity without events', () => {
    const engine = newEngine();
    const end = new Appender(engine).headOf(engine.index.entities.intern('new'));
    expect([end.clock, [...end.hashes]]).toEqual([-1, [...new Uint8Array(32)]]);
  });

  it('makes the earlier write durable when its replay asks for that', () => {
    const engine = newEngine();
    const appender = new Appender(engine);
    const request = prepareAppend(engine, 'a', someKind, 1, { idempotencyKey: 'key' });
    appender.append(request, false);
    expect(appender.append(request, false)).toMatchObject({ durability: 'written' });
    expect(appender.append(request, true)).toMatchObject({ durability: 'durable', replayed: true });
    expect(engine.index.count).toBe(1);
  });
});
