import fc from 'fast-check';
import { describe, it } from 'vitest';
import { propertyRuns } from '../support/property-runs.ts';
import {
  crashCommand,
  expectEverything,
  followCommand,
  getCommand,
  powerLossCommand,
  queryCommand,
  reopenCommand,
  syncCommand,
  timeCommand,
} from '../support/store-commands.ts';
import { cancelCommand, type DiskFault, faultCommand } from '../support/store-fault-commands.ts';
import { StoreHost } from '../support/store-host.ts';
import { type ModelAppend, StoreModel } from '../support/store-model.ts';
import { type TurnWrite, turnCommand } from '../support/store-write-commands.ts';

const entities = fc.constantFrom('order', 'order:1', 'order:2', 'orders', 'ü@x');
const lanes = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(1, 0xffff_ffff) },
);
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
  lane: lanes,
  scope: scopes,
  kind: kinds,
  payload: payloads,
  flags: fc.nat({ max: 255 }),
  key: keys,
  expected: expectations,
});
const causes = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.999, noNaN: true }));
const writes: fc.Arbitrary<TurnWrite> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      way: fc.constantFrom('append', 'tryAppend', 'submit', 'trySubmit'),
      append: appends,
      durable: fc.boolean(),
      cause: causes,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      way: fc.constantFrom('appendBatch', 'submitBatch', 'flush', 'submitFlush', 'fence'),
      appends: fc.array(appends, { maxLength: 5 }),
      caused: fc.boolean(),
      durable: fc.boolean(),
    }),
  },
);
const faults: fc.Arbitrary<DiskFault> = fc.record({
  operation: fc.oneof(
    fc.constantFrom('write', 'sync', 'beginSync'),
    fc.constantFrom('truncate', 'open', 'syncDirectory'),
  ),
  code: fc.constantFrom('EIO', 'ENOSPC'),
  nth: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 4 })),
  andLater: fc.boolean(),
  keepBytes: fc.constantFrom(0, 1, 100, 5000),
});
const seeds = fc.integer({ min: 1, max: 0x7fff_ffff });
const regions = fc.oneof(
  fc.record({ entity: entities, lane: lanes, scope: scopes, kind: kinds }, { requiredKeys: [] }),
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
  sync: fc.record({
    everyNEvents: fc.constantFrom(1, 3, 1000),
    preallocate: fc.constantFrom('auto', 'never'),
  }),
  writer: fc.record({
    channelCapacity: fc.constantFrom(1, 4, 4096),
    restartPolicy: fc.constantFrom(
      { type: 'once' },
      { type: 'bounded', maxRestarts: 3, withinMs: 1000 },
    ),
  }),
});

const commands = fc.commands(
  [
    writes.map((write) => turnCommand([write])),
    fc
      .tuple(fc.array(writes, { maxLength: 8 }), fc.boolean())
      .map(([turn, holds]) => turnCommand(turn, holds)),
    fc.tuple(regions, queries).map(([region, query]) => queryCommand(region, query)),
    fc.double({ min: 0, max: 1, noNaN: true }).map(getCommand),
    fc.constant(syncCommand()),
    fc.tuple(fc.nat({ max: 1500 }), fc.boolean()).map(([ms, back]) => timeCommand(ms, back)),
    fc
      .tuple(fc.array(appends, { maxLength: 3 }), fc.boolean())
      .map(([staged, disposes]) => cancelCommand(staged, disposes)),
    fc.constant(followCommand()),
    fc
      .tuple(fc.array(faults, { minLength: 1, maxLength: 2 }), writes, seeds)
      .map(([wrong, write, seed]) => faultCommand(wrong, write, seed)),
    fc.constant(reopenCommand()),
    fc.constant(crashCommand()),
    seeds.map(powerLossCommand),
  ],
  { maxCommands: 30 },
);

/** About 8 ms each. */
const runs = propertyRuns(1000);

describe('a store', () => {
  it(
    'does what a plain list would do, through failing disks, crashes and power loss',
    async () => {
      await fc.assert(
        fc.asyncProperty(options, commands, async (given, run) => {
          const model = new StoreModel();
          const host = new StoreHost();
          const tested = { host, store: host.open(given), reader: undefined, options: given };
          await fc.asyncModelRun(() => ({ model, real: tested }), run);
          expectEverything(model, tested.store);
        }),
        runs,
      );
    },
    60 * runs.numRuns,
  );
});
