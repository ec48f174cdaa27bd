import { describe, expect, it } from 'vitest';
import { CausalLinks, causesOf } from '../../../../src/store/read/causality.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost } from '../../../support/store-host.ts';

describe('CausalLinks', () => {
  it('reads each frame once, however often it is asked', () => {
    const host = new StoreHost();
    const store = host.open();
    const [first] = appendSome(store, 20);
    const causationId = first?.eventId ?? '';
    const { sequence, eventId } = store.append('b', 0x1000, 1, { causationId });
    const links = new CausalLinks(engineOf(store));
    expect(links.effects(causationId).map((entry) => entry.sequence)).toEqual([sequence]);
    const before = host.plan.count('read');
    links.effects(causationId);
    expect(host.plan.count('read') - before).toBe(1);
    expect(causesOf(engineOf(store), eventId)).toMatchObject([{ sequence: 0 }]);
  });
});
