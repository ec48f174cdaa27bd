import { describe, expect, it } from 'vitest';
import { CommandJudge } from '../../../../src/aggregates/command/command-judge.ts';
import { SteadyTime } from '../../../../src/aggregates/effects/steady-time.ts';
import { AggregateReader } from '../../../../src/aggregates/fold/aggregate-reader.ts';
import { AggregateEngine } from '../../../../src/aggregates/repository/aggregate-engine.ts';
import { door } from '../../../support/aggregates.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

describe('an aggregate engine', () => {
  it('keeps the very state that it swapped in, until the entity moves', () => {
    const store = new StoreHost().open();
    const reader = new AggregateReader(store, door, { maxEntities: 10 });
    const judge = new CommandJudge(door, reader, store.platform, {
      checksPurity: false,
      guard: undefined,
    });
    const engine = new AggregateEngine(
      store,
      door,
      reader,
      judge,
      new SteadyTime(store.platform.clock),
    );
    engine.send('1', { type: 'touched' }, {});
    const kept = reader.current('door:1');
    expect(reader.current('door:1')).toBe(kept);
    store.append('door:1', someKind, 1);
    expect(reader.current('door:1')).toMatchObject({ clock: 1, snapshot: { value: 'closed' } });
  });
});
