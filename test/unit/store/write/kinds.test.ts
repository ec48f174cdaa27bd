import { describe, expect, it } from 'vitest';
import { defineEvent, EventDefinition } from '../../../../src/model/event-definition.ts';
import { KindTable } from '../../../../src/store/write/kinds.ts';
import { thrownBy } from '../../../support/store-host.ts';

const named = (name: string, kind?: number) =>
  defineEvent<number>(kind === undefined ? { name } : { name, kind });

describe('KindTable', () => {
  it('gives names the lowest free kinds of category 1', () => {
    const kinds = new KindTable();
    kinds.markUsed(0x1001);
    expect([kinds.resolve(named('a')), kinds.resolve(named('b'))]).toEqual([0x1000, 0x1002]);
    expect(kinds.resolve(named('a'))).toBe(0x1000);
    expect([kinds.find('b'), kinds.nameOf(0x1002)]).toEqual([0x1002, 'b']);
  });

  it('keeps new bindings tentative until their record is in the file', () => {
    const kinds = new KindTable();
    kinds.resolve(named('a'));
    expect(kinds.tentative).toMatchObject([{ name: 'a', kind: 0x1000 }]);
    expect(kinds.takeUnstaged('a')).toMatchObject({ name: 'a', kind: 0x1000 });
    expect([kinds.takeUnstaged('a'), kinds.takeUnstaged('b')]).toEqual([undefined, undefined]);
    kinds.confirm();
    expect(kinds.tentative).toEqual([]);
    kinds.resolve(named('b'));
    kinds.rollback();
    expect([kinds.find('a'), kinds.find('b'), kinds.nameOf(0x1001)]).toEqual([
      0x1000,
      undefined,
      undefined,
    ]);
  });

  it('confirms only what was staged, and stages again what was not written', () => {
    const kinds = new KindTable();
    kinds.resolve(named('a'));
    kinds.resolve(named('b'));
    kinds.keep();
    kinds.takeUnstaged('a');
    kinds.rollback();
    expect(kinds.takeUnstaged('a')).toMatchObject({ name: 'a' });
    kinds.confirm();
    expect(kinds.tentative).toMatchObject([{ name: 'b' }]);
  });

  it('forgets a binding when the last request that holds it lets go', () => {
    const kinds = new KindTable();
    kinds.resolve(named('a'));
    kinds.keep();
    kinds.resolve(named('a'));
    kinds.keep();
    kinds.resolve(named('a'));
    kinds.rollback();
    kinds.release('a');
    expect(kinds.find('a')).toBe(0x1000);
    kinds.release('a');
    expect([kinds.find('a'), kinds.tentative.length]).toEqual([undefined, 0]);
  });

  it('keeps a binding that is in the file, whoever lets go of it', () => {
    const kinds = new KindTable();
    kinds.resolve(named('a'));
    kinds.keep();
    kinds.takeUnstaged('a');
    kinds.confirm();
    kinds.release('a');
    expect(kinds.find('a')).toBe(0x1000);
  });

  it('refuses a reserved kind, also of a definition that was made by hand', () => {
    const kinds = new KindTable();
    const made = new EventDefinition<number>({ name: 'a', kind: 0x0006 });
    expect(thrownBy(() => kinds.resolve(made))).toMatchObject({
      code: 'BATPAK_RESERVED_KIND',
      kind: 0x0006,
    });
    expect([kinds.find('a'), kinds.tentative]).toEqual([undefined, []]);
  });

  it('takes the kind that a definition asks for, once', () => {
    const kinds = new KindTable();
    expect(kinds.resolve(named('a', 0x2000))).toBe(0x2000);
    expect(kinds.resolve(named('a'))).toBe(0x2000);
    for (const wrong of [named('a', 0x2001), named('b', 0x2000)]) {
      expect(thrownBy(() => kinds.resolve(wrong))).toMatchObject({
        code: 'BATPAK_KIND_CONFLICT',
        eventName: wrong.name,
        kind: wrong.kind,
      });
    }
  });

  it('enters what the log holds, and tells when that contradicts itself', () => {
    const kinds = new KindTable();
    expect([
      kinds.restore('a', 0x1000),
      kinds.restore('a', 0x1000),
      kinds.restore('a', 0x1001),
      kinds.restore('b', 0x1000),
    ]).toEqual([true, true, false, false]);
    expect(kinds.tentative).toEqual([]);
  });

  it('knows the bindings of the log in the order of their records', () => {
    const kinds = new KindTable();
    kinds.restore('old', 0x1000);
    for (const name of ['a', 'b', 'c']) kinds.resolve(named(name));
    kinds.takeUnstaged('b');
    expect(kinds.logged.map(({ name }) => name)).toEqual(['old']);
    kinds.confirm();
    kinds.takeUnstaged('a');
    kinds.rollback();
    kinds.takeUnstaged('c');
    kinds.takeUnstaged('a');
    kinds.confirm();
    expect(kinds.logged.map(({ name }) => name)).toEqual(['old', 'b', 'c', 'a']);
  });

  it('has no kind left when every type of category 1 is taken', () => {
    const kinds = new KindTable();
    for (let type = 0; type < 0x1000; type += 1) {
      if (type % 2 === 0) kinds.markUsed(0x1000 + type);
      else kinds.restore(`n${type}`, 0x1000 + type);
    }
    expect(thrownBy(() => kinds.resolve(named('late')))).toMatchObject({
      code: 'BATPAK_KINDS_EXHAUSTED',
      eventName: 'late',
    });
    expect(kinds.resolve(named('given', 0x3000))).toBe(0x3000);
  });
});
