import { describe, expect, it } from 'vitest';
import { AggregateEngine } from '../../../src/aggregates/aggregate-engine.ts';
import { door } from '../../support/aggregates.ts';
import { StoreHost, someKind } from '../../support/store-host.ts';

describe('an aggregate engine', () => {
  it('has nothing of an entity without events, and only a clock of one with foreign events', () => {
    const store = new StoreHost().open();
    const engine = new AggregateEngine(store, door, 10);
    expect(engine.current('door:1')).toEqual({ snapshot: undefined, clock: -1 });
    store.append('door:1', someKind, 1);
    expect(engine.current('door:1')).toEqual({ snapshot: undefined, clock: 0 });
    expect(engine.foreign('door:1')).toBe(1);
  });

  it('keeps the very state that it swapped in, until the entity moves', () => {
    const store = new StoreHost().open();
    const engine = new AggregateEngine(store, door, 10);
    engine.send('1', { type: 'touched' }, {});
    const kept = engine.current('door:1');
    expect(engine.current('door:1')).toBe(kept);
    store.append('door:1', someKind, 1);
    expect(engine.current('door:1')).toMatchObject({ clock: 1, snapshot: { value: 'closed' } });
  });
});
