import { describe, expect, it } from 'vitest';
import {
  appendGated,
  checkCommitOptions,
  type GatedWrite,
  submitGated,
} from '../../../src/gates/gated-write.ts';
import { JudgedValue } from '../../../src/gates/judged-value.ts';
import { StoreHost, someKind, thrownBy } from '../../support/store-host.ts';

const decision = Uint8Array.of(1, 2, 3);

function write(planned: (payload: { a: { n: number }; at: Date }) => unknown): GatedWrite {
  const payload = JudgedValue.of({ a: { n: 1 }, at: new Date(0) });
  return { planned: planned(payload.value), payload, decision, durable: undefined };
}

describe('appendGated', () => {
  it('gives each record the decision, beside the extensions of its own', () => {
    const store = new StoreHost().open();
    const extensions = { trace: Uint8Array.of(9) };
    appendGated(
      store,
      write((payload) => ({ at: 'a', kind: someKind, payload })),
    );
    appendGated(
      store,
      write(({ a }) => [
        { at: 'b', kind: someKind, payload: a, options: { extensions } },
        { at: 'c', kind: someKind, payload: a.n },
      ]),
    );
    const found = [0, 1, 2].map((at) => [...(store.at(at)?.extensions.keys() ?? [])]);
    expect(found).toEqual([['g'], ['trace', 'g'], ['g']]);
    expect(Array.from(store.at(2)?.extensions.get('g') ?? [])).toEqual([1, 2, 3]);
  });

  it.each<[string, GatedWrite, object]>([
    [
      'another payload',
      write(({ a }) => ({ at: 'a', kind: someKind, payload: { ...a } })),
      { code: 'BATPAK_UNJUDGED_PAYLOAD', item: 0, problem: 'another' },
    ],
    [
      'another payload in a batch',
      write(({ a }) => [
        { at: 'a', kind: someKind, payload: a },
        { at: 'a', kind: someKind, payload: 2 },
      ]),
      { code: 'BATPAK_UNJUDGED_PAYLOAD', item: 1, problem: 'another' },
    ],
    [
      'a payload that was changed in place',
      write((payload) => {
        payload.at.setTime(1);
        return { at: 'a', kind: someKind, payload };
      }),
      { code: 'BATPAK_UNJUDGED_PAYLOAD', item: 0, problem: 'changed' },
    ],
    ['no items', write(() => []), { code: 'BATPAK_ARGUMENT_RANGE', field: 'plan' }],
    ['nothing', write(() => undefined), { code: 'BATPAK_ARGUMENT_TYPE', field: 'plan' }],
    ['a promise', write(async () => []), { code: 'BATPAK_ARGUMENT_TYPE', field: 'plan' }],
    [
      'an extension named as the decision',
      write((payload) => {
        return { at: 'a', kind: someKind, payload, options: { extensions: { g: decision } } };
      }),
      { code: 'BATPAK_ARGUMENT_RANGE', field: 'extensions' },
    ],
    [
      'a kind of the system',
      write((payload) => ({ at: 'a', kind: 0x000f, payload })),
      { code: 'BATPAK_RESERVED_KIND' },
    ],
  ])('refuses %s, and writes nothing', (_, wrong, facts) => {
    const host = new StoreHost();
    const store = host.open();
    const before = host.content();
    expect(thrownBy(() => appendGated(store, wrong))).toMatchObject(facts);
    expect(thrownBy(() => submitGated(store, wrong))).toMatchObject(facts);
    expect(host.content()).toEqual(before);
  });

  it('reads a payload once: what a getter gives later is not stored', () => {
    const store = new StoreHost().open();
    let asked = 0;
    const sly = write((payload) => ({
      at: 'a',
      kind: someKind,
      get payload() {
        asked += 1;
        return asked === 1 ? payload : { forged: true };
      },
    }));
    appendGated(store, sly);
    expect(store.at(0)?.payload).toEqual({ a: { n: 1 }, at: new Date(0) });
  });

  it('asks for a key where the store does', () => {
    const store = new StoreHost().open({ batch: { groupCommitMaxBatch: 8 } });
    const plain = write((payload) => ({ at: 'a', kind: someKind, payload }));
    const code = 'BATPAK_IDEMPOTENCY_REQUIRED';
    expect(thrownBy(() => appendGated(store, plain))).toMatchObject({ code, operation: 'commit' });
    expect(thrownBy(() => submitGated(store, plain))).toMatchObject({ code, operation: 'submit' });
    expect(appendGated(store, { ...plain, durable: true })).toMatchObject({
      durability: 'durable',
    });
  });
});

describe('submitGated', () => {
  it('queues an event, or a batch', async () => {
    const store = new StoreHost().open();
    const one = submitGated(
      store,
      write((payload) => ({ at: 'a', kind: someKind, payload })),
    );
    const two = submitGated(
      store,
      write(({ a }) => [{ at: 'b', kind: someKind, payload: a }]),
    );
    expect(store.eventCount).toBe(0);
    expect(await one).toMatchObject({ sequence: 0 });
    expect(await two).toMatchObject([{ sequence: 1 }]);
    expect([0, 1].every((at) => store.at(at)?.extensions.has('g'))).toBe(true);
  });
});

describe('checkCommitOptions', () => {
  it('takes durable and nothing else', () => {
    expect([{}, { durable: true }].map(checkCommitOptions)).toEqual([undefined, true]);
    for (const wrong of [null, 7, { durable: 1 }, { sync: true }]) {
      expect(thrownBy(() => checkCommitOptions(wrong as never))).toMatchObject({
        code: 'BATPAK_ARGUMENT_TYPE',
      });
    }
  });
});
