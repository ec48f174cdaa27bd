import { defineEvent, isEvent, openStore, Region, type Store } from 'batpak';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryPlatform } from '../../src/testing/index.ts';

describe('a definition with a schema', () => {
  let store: Store;
  beforeEach(() => {
    store = openStore({ dataDir: '/d', platform: memoryPlatform() });
  });

  const zodSchema = z.object({
    amount: z.coerce.number().positive(),
    note: z.string().default(''),
  });
  const valibotSchema = v.object({
    amount: v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.minValue(1)),
    note: v.optional(v.string(), ''),
  });

  it.each([
    ['zod', defineEvent({ name: 'paid', schema: zodSchema }), 'amount'],
    ['valibot', defineEvent({ name: 'paid', schema: valibotSchema }), 'amount'],
  ])('of %s stores what the schema makes of the input', (_, Paid, field) => {
    store.append('a', Paid, { amount: '12' });
    expect(store.at(0)?.payload).toEqual({ amount: 12, note: '' });
    expect(() => store.append('a', Paid, { amount: '-1' })).toThrow(
      expect.objectContaining({
        code: 'BATPAK_SCHEMA_REFUSED',
        event: 'paid',
        issues: [expect.objectContaining({ path: `$.${field}` })],
      }),
    );
    expect(store.eventCount).toBe(1);
  });

  it('that answers later is refused before anything is written', () => {
    const schema = z.object({ amount: z.number() }).refine(() => Promise.resolve(true));
    const Paid = defineEvent({ name: 'paid', schema });
    expect(() => store.append('a', Paid, { amount: 1 })).toThrow();
    expect(store.eventCount).toBe(0);
  });
});

describe('reading events of earlier versions', () => {
  const V1 = defineEvent<{ name: string }>({ name: 'person.named' });
  const V2 = defineEvent<{ first: string; last: string }>({ name: 'person.named', version: 2 });
  const V3 = defineEvent<{ last: string; initials: string }>({
    name: 'person.named',
    version: 3,
    upcasts: {
      1: ({ name }: { name: string }) => {
        const [first = '', last = ''] = name.split(' ');
        return { first, last };
      },
      2: ({ first, last }: { first: string; last: string }) => ({
        last,
        initials: first.charAt(0),
      }),
    },
  });
  const Other = defineEvent<{ x: number }>({ name: 'other' });
  let store: Store;
  beforeEach(() => {
    store = openStore({ dataDir: '/d', platform: memoryPlatform() });
    store.append('p:1', V1, { name: 'Ada Lovelace' });
    store.append('p:1', V2, { first: 'Alan', last: 'Turing' });
    store.append('p:2', V3, { last: 'Hopper', initials: 'G' });
    store.append('p:2', Other, { x: 1 });
  });

  it('isEvent narrows, and brings payloads of any version into the shape of today', () => {
    const found: string[] = [];
    for (const event of store.events(Region.all())) {
      if (isEvent(event, V3)) found.push(`${event.payload.initials} ${event.payload.last}`);
      else if (isEvent(event, Other)) found.push(String(event.payload.x + 1));
    }
    expect(found).toEqual(['A Lovelace', 'A Turing', 'G Hopper', '2']);
  });

  it('upcasts once, however often it is asked, and from what is stored by each definition', () => {
    const event = store.at(0);
    if (event === undefined) throw new Error('it was appended');
    expect(event.payload).toEqual({ name: 'Ada Lovelace' });
    const Twice = defineEvent<{ first: string; last: string }>({
      name: 'person.named',
      version: 2,
      upcasts: { 1: ({ name }: { name: string }) => ({ first: name, last: '?' }) },
    });
    expect(isEvent(event, V3) && isEvent(event, V3)).toBe(true);
    expect(event.payload).toEqual({ last: 'Lovelace', initials: 'A' });
    expect(event.payloadVersion).toBe(1);
    isEvent(event, Twice);
    expect(event.payload).toEqual({ first: 'Ada Lovelace', last: '?' });
    expect(store.at(0)?.payload).toEqual({ name: 'Ada Lovelace' });
  });

  it('eventsOf gives the events of a definition within a region', () => {
    const last = [...store.eventsOf(V3, Region.entity('p:1'))].map(({ payload }) => payload.last);
    expect(last).toEqual(['Lovelace', 'Turing']);
    const Unused = defineEvent({ name: 'unused' });
    expect([...store.eventsOf(Unused)]).toEqual([]);
    expect([...store.eventsOf(V3, Region.all(), { limit: 1, reverse: true })]).toHaveLength(1);
  });

  it('refuses by name what a later version has stored', () => {
    const event = store.at(2);
    if (event === undefined) throw new Error('it was appended');
    expect(() => isEvent(event, V2)).toThrow(
      expect.objectContaining({
        code: 'BATPAK_FUTURE_EVENT_VERSION',
        ...{ event: 'person.named', stored: 3, known: 2, sequence: 2 },
      }),
    );
  });

  it('refuses a version that nothing leads on from, and tells of an upcast that throws', () => {
    const event = store.at(0);
    if (event === undefined) throw new Error('it was appended');
    expect(() => isEvent(event, V2)).toThrow(
      expect.objectContaining({ code: 'BATPAK_UPCAST_FAILED', fromVersion: 1, sequence: 0 }),
    );
    const cause = new Error('no name');
    const upcasts = {
      1: () => {
        throw cause;
      },
    };
    const Broken = defineEvent({ name: 'person.named', version: 2, upcasts });
    expect(() => isEvent(event, Broken)).toThrow(
      expect.objectContaining({ code: 'BATPAK_UPCAST_FAILED', cause }),
    );
    expect(event.payload).toEqual({ name: 'Ada Lovelace' });
  });
});
