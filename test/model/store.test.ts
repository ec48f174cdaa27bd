import fc from 'fast-check';
import { describe, it } from 'vitest';
import { propertyRuns } from '../support/property-runs.ts';
import {
  appendCommand,
  batchCommand,
  crashCommand,
  expectEverything,
  getCommand,
  powerLossCommand,
  queryCommand,
  reopenCommand,
  syncCommand,
  timeCommand,
} from '../support/store-commands.ts';
import { StoreHost } from '../support/store-host.ts';
import { type ModelAppend, StoreModel } from '../support/store-model.ts';

const entities = fc.constantFrom('order', 'order:1', 'order:2', 'orders', 'ü@x');
const scopes = fc.constantFrom('default', 'shop', 'depot');
const kinds = fc.constantFrom(0x1000, 0x1001, 0x2fff, 0xf000);
const keys = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), {
  nil: undefined,
  freq: 2,
});
const payloads = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 40 }),
  fc.record({ amount: fc.nat(), lines: fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }) }),
  // Long enough to reach over a page of the disk.
  fc.nat({ max: 6000 }).map((length) => 'x'.repeat(length)),
);
const expectations = fc.oneof(
  { weight: 6, arbitrary: fc.constant('any' as const) },
  { weight: 1, arbitrary: fc.constantFrom('none' as const, 'exists' as const) },
  { weight: 1, arbitrary: fc.nat({ max: 4 }) },
);
const appends: fc.Arbitrary<ModelAppend> = fc.record({
  entity: entities,
  scope: scopes,
  kind: kinds,
  payload: payloads,
  flags: fc.nat({ max: 255 }),
  key: keys,
  expected: expectations,
});
const regions = fc.oneof(
  fc.record({ entity: entities, scope: scopes, kind: kinds }, { requiredKeys: [] }),
  fc.record(
    { namespace: fc.constantFrom('order', 'o'), scope: scopes, kind: kinds },
    { requiredKeys: [] },
  ),
);
const queries = fc.record(
  { after: fc.nat({ max: 30 }), limit: fc.nat({ max: 10 }), reverse: fc.boolean() },
  { requiredKeys: [] },
);
const options = fc.record({
  segmentMaxBytes: fc.constantFrom(1, 700, 5000, 256 * 1024 * 1024),
  fdBudget: fc.constantFrom(1, 2, 64),
  hashChain: fc.boolean(),
  sync: fc.record({ everyNEvents: fc.constantFrom(1, 3, 1000) }),
});

const commands = fc.commands(
  [
    fc.tuple(appends, fc.boolean()).map(([append, durable]) => appendCommand(append, durable)),
    appends.map((append) => appendCommand(append, false)),
    fc
      .tuple(fc.array(appends, { maxLength: 5 }), fc.boolean(), fc.boolean())
      .map(([items, caused, durable]) => batchCommand(items, caused, durable)),
    fc.tuple(regions, queries).map(([region, query]) => queryCommand(region, query)),
    fc.double({ min: 0, max: 1, noNaN: true }).map(getCommand),
    fc.constant(syncCommand()),
    fc.tuple(fc.nat({ max: 1500 }), fc.boolean()).map(([ms, back]) => timeCommand(ms, back)),
    fc.constant(reopenCommand()),
    fc.constant(crashCommand()),
    fc.integer({ min: 1, max: 0x7fff_ffff }).map(powerLossCommand),
  ],
  { maxCommands: 40 },
);

describe('a store', () => {
  it('does what a plain list would do, through reopening, crashes and power loss', () => {
    fc.assert(
      fc.property(options, commands, (given, run) => {
        const model = new StoreModel();
        const host = new StoreHost();
        const tested = { host, store: host.open(given), options: given };
        fc.modelRun(() => ({ model, real: tested }), run);
        expectEverything(model, tested.store);
      }),
      propertyRuns(300),
    );
  });
});
