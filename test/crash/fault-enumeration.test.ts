import { beforeAll, describe, it } from 'vitest';
import type { FaultPlan, LoggedOperation } from '../../src/platform/fault-plan.ts';
import { FaultRun, type RunOptions } from '../support/fault-run.ts';
import { workload } from '../support/fault-workload.ts';

/**
 * `BATPAK_RUNS=1` looks at a part of the calls, at another one for each `BATPAK_SEED`, in about
 * 15 s of a quiet machine. With `BATPAK_RUNS=12` it is every call that changes the disk, with 48
 * every call, and more disks after power loss.
 */
const runs = Number(process.env['BATPAK_RUNS'] ?? 1);
const firstSeed = Number(process.env['BATPAK_SEED'] ?? 1);
const seeds = Array.from({ length: Math.ceil(runs / 8) }, (_, index) => firstSeed + index);
const timeoutMs = 60_000 * Math.max(1, runs);

/** Small segments, so that most calls belong to a rotation, a restart or a carry-over. */
const frugal: RunOptions = {
  segmentMaxBytes: 1500,
  sync: { everyNEvents: 6, preallocate: 'never' },
  writer: { restartPolicy: { type: 'bounded', maxRestarts: 2, withinMs: 1000 } },
};

/** Every event synced, room made ahead, one restart. */
const eager: RunOptions = { segmentMaxBytes: 4000, sync: { everyNEvents: 1, mode: 'data' } };

/** A call to the files that the workload makes when nothing fails. */
interface PlannedCall {
  /** Which it is of all calls, counted from 1. */
  readonly nth: number;
  /** Which it is of those with its operation. */
  readonly nthOfOperation: number;
  readonly call: LoggedOperation;
}

const changing: ReadonlySet<string> = new Set([
  'write',
  'sync',
  'dataSync',
  'beginSync',
  'truncate',
  'rename',
  'link',
  'remove',
  'syncDirectory',
  'makeDirectory',
]);

describe.each([
  ['with small segments', frugal],
  ['that makes every event durable', eager],
] as const)(
  'a store %s',
  (_, options) => {
    let calls: readonly PlannedCall[] = [];
    let changes: readonly PlannedCall[] = [];
    beforeAll(async () => {
      calls = await plannedCalls(options);
      changes = calls.filter(({ call }) => changing.has(call.operation));
    });

    const writes = () => changes.filter(({ call }) => call.operation === 'write');

    /** Runs the workload once for each of some calls, with a fault at that call. */
    async function keepsItsWord(
      planned: readonly PlannedCall[],
      what: string,
      fault: (plan: FaultPlan, planned: PlannedCall, index: number) => unknown,
    ): Promise<void> {
      for (const [index, call] of planned.entries()) {
        const run = new FaultRun(options, seeds);
        fault(run.plan, call, index);
        run.checkAfter(call.nth);
        await explained(`${what} at ${textOf(call)}`, async () => {
          await workload(run);
          await run.finish();
        });
      }
    }

    it('loses nothing by an end at any call that changes the disk', async () => {
      const run = new FaultRun(options, seeds);
      for (const planned of someOf(changes, 6)) {
        run.plan.before({ nth: planned.nth }, () => run.check(`before ${textOf(planned)}`));
      }
      await workload(run);
      await run.finish();
    });

    it.each(['EIO', 'ENOSPC'])('keeps its word when a change fails with %s', async (code) => {
      await keepsItsWord(someOf(changes, 12), code, (plan, { nth }) => plan.fail({ nth, code }));
    });

    it.each(['EIO', 'ENOSPC'])(
      'keeps its word when all fail with %s from a change on',
      async (code) => {
        await keepsItsWord(someOf(changes, 24), `${code} for good`, (plan, { nth }) =>
          plan.fail({ nth, code, andLater: true }),
        );
      },
    );

    it('keeps its word when two changes fail', async () => {
      await keepsItsWord(someOf(changes, 12), 'two failures', (plan, { nth }, index) =>
        plan
          .fail({ nth, code: 'EIO' })
          .fail({ nth: nth + 1 + ((index + firstSeed) % 16), code: 'EIO' }),
      );
    });

    it.each([
      ['EIO', 'its first byte', () => 1],
      ['EIO', 'half of it', (bytes: number) => Math.floor(bytes / 2)],
      ['ENOSPC', 'all but its last byte', (bytes: number) => bytes - 1],
      ['EIO', 'all of it', (bytes: number) => bytes],
    ])('keeps its word when a write fails with %s after %s', async (code, what, kept) => {
      const tear = (plan: FaultPlan, { nthOfOperation, call }: PlannedCall) =>
        plan.tear({ nth: nthOfOperation, code, keepBytes: kept(call.bytes ?? 0) });
      await keepsItsWord(someOf(writes(), 18), `${code} after ${what}`, tear);
    });

    it('keeps its word when a failed write can neither be cut off nor left behind', async () => {
      await keepsItsWord(someOf(writes(), 18), 'EIO', (plan, { nthOfOperation: nth, call }) =>
        plan
          .before({ operation: 'write', nth }, () => {
            plan.fail({ operation: 'truncate', code: 'EIO' });
            plan.fail({ operation: 'open', path: '.fbat', code: 'EIO' });
            plan.fail({ operation: 'open', path: '.fbat.new', code: 'EIO' });
          })
          .tear({ nth, code: 'EIO', keepBytes: call.bytes ?? 0 }),
      );
    });

    it('keeps its word when a call fails that changes nothing', async () => {
      const looks = calls.filter(({ call }) => !changing.has(call.operation));
      await keepsItsWord(someOf(looks, 48), 'EIO', (plan, { nth }) =>
        plan.fail({ nth, code: 'EIO' }),
      );
    });

    it('keeps its word when a read is short', async () => {
      const reads = calls.filter(({ call }) => call.operation === 'read');
      await keepsItsWord(someOf(reads, 24), 'a short read', (plan, { nthOfOperation }) =>
        plan.shortRead({ nth: nthOfOperation, bytes: 3 }),
      );
    });
  },
  timeoutMs,
);

async function plannedCalls(options: RunOptions): Promise<readonly PlannedCall[]> {
  const run = new FaultRun(options, seeds);
  await workload(run);
  const counts = new Map<string, number>();
  const calls = run.plan.operations.map((call, index) => {
    const nthOfOperation = (counts.get(call.operation) ?? 0) + 1;
    counts.set(call.operation, nthOfOperation);
    return { nth: index + 1, nthOfOperation, call };
  });
  await run.finish();
  return calls;
}

/** One call in `every`, and all of them when so many runs are asked for. */
function someOf(calls: readonly PlannedCall[], every: number): readonly PlannedCall[] {
  const stride = Math.max(1, Math.round(every / runs));
  return calls.filter((_, index) => (index + firstSeed) % stride === 0);
}

function textOf({ nth, call }: PlannedCall): string {
  return `call ${nth}, ${call.operation} of ${call.path}`;
}

/** Runs it, and says in its failure when that was. */
async function explained(when: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    throw new Error(`${when}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
