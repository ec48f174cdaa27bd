import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/model/event.ts';
import { defineEvent } from '../../../src/model/event-definition.ts';
import { isEvent } from '../../../src/model/typed-event.ts';

const event = { name: 'moved', payloadVersion: 0, payload: { x: 1 }, sequence: 0 };

describe('isEvent', () => {
  it('goes by the name, and leaves a payload without a version as it is', () => {
    const Moved = defineEvent({ name: 'moved', version: 4 });
    expect(isEvent(event as unknown as StoredEvent, Moved)).toBe(true);
    expect(event.payload).toEqual({ x: 1 });
    const Other = defineEvent({ name: 'other' });
    expect(isEvent(event as unknown as StoredEvent, Other)).toBe(false);
  });

  it('shows each version of a definition the payload that it knows', () => {
    const old = { ...event, payloadVersion: 1 } as unknown as StoredEvent;
    const First = defineEvent<{ x: number }>({ name: 'moved' });
    const Second = defineEvent<{ left: number }>({
      name: 'moved',
      version: 2,
      upcasts: { 1: ({ x }: { x: number }) => ({ left: x }) },
    });
    for (let round = 0; round < 2; round += 1) {
      expect(isEvent(old, Second)).toBe(true);
      expect(old.payload).toEqual({ left: 1 });
      expect(isEvent(old, First)).toBe(true);
      expect(old.payload).toEqual({ x: 1 });
    }
  });

  it('refuses what is no definition', () => {
    expect(() => isEvent(event as unknown as StoredEvent, { name: 'moved' } as never)).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'definition' }),
    );
  });
});

describe('upcasts', () => {
  it.each([
    [{ 2: () => 0 }, 'BATPAK_ARGUMENT_RANGE', 'upcasts'],
    [{ 0: () => 0 }, 'BATPAK_ARGUMENT_RANGE', 'upcasts'],
    [{ first: () => 0 }, 'BATPAK_ARGUMENT_RANGE', 'upcasts'],
    [{ 1: 'up' }, 'BATPAK_ARGUMENT_TYPE', 'upcasts[1]'],
    [null, 'BATPAK_ARGUMENT_TYPE', 'upcasts'],
  ])('%o are refused', (upcasts, code, field) => {
    expect(() => defineEvent({ name: 'moved', version: 2, upcasts: upcasts as never })).toThrow(
      expect.objectContaining({ code, field }),
    );
  });
});
