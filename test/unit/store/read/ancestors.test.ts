import { describe, expect, it } from 'vitest';
import { walkAncestorsOf } from '../../../../src/store/read/ancestors.ts';
import { engineOf } from '../../../support/engine.ts';
import { appendSome, StoreHost, thrownBy } from '../../../support/store-host.ts';

describe('walkAncestorsOf', () => {
  it('can be told twice, and checks what it is given', () => {
    const store = new StoreHost().open();
    const last = appendSome(store, 3).at(-1)?.eventId;
    const engine = engineOf(store);
    const walk = walkAncestorsOf(engine, last, { limit: 2 });
    for (let round = 0; round < 2; round += 1) {
      expect([...walk].map(({ sequence }) => sequence)).toEqual([2, 1]);
    }
    for (const [options, field] of [
      ['2', 'options'],
      [{ limit: 1.5 }, 'limit'],
      [{ region: 'all' }, 'region'],
      [{ most: 1 }, 'options.most'],
    ] as const) {
      expect(thrownBy(() => walkAncestorsOf(engine, last, options))).toMatchObject({ field });
    }
  });
});
