import { isBatpakError, type Store } from 'batpak';
import { type MachineTraces, settled } from './machine-traces.ts';
import { appendSome, type HostOptions, someKind, thrownBy } from './store-host.ts';

/** Takes a store to a place where the last thing that it sends its machine is a certain edge. */
export type Scenario = (traces: MachineTraces) => unknown;

/** Limits of the queue with which the writer machine is walked. */
export const queueLimits = {
  channelCapacity: 4,
  pressureRetryThresholdPct: 75,
  shutdownDrainLimit: 3,
};

const options: HostOptions = { writer: queueLimits };
const noRestart: HostOptions = {
  writer: { ...queueLimits, restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1000 } },
};

/** A scenario for each edge of the writer machine that the engine takes. */
export const writerScenarios: Readonly<Record<string, Scenario>> = {
  'opening + open.succeeded → ready': (traces) => traces.open(options),
  'ready + io.failed → failed': failedWrite,
  'ready + events.written → (stays)': (traces) => {
    appendSome(traces.open(options), 3);
    traces.host.timers.advance(250);
  },
  'ready + close.requested → draining': closed,
  'ready.writing.idle + rotation.started → ready.writing.rotating': rotation,
  'ready.writing.rotating + rotation.finished → ready.writing.idle': rotation,
  'ready.writing.rotating + rotation.refused → ready.writing.idle': (traces) => {
    const store = openedOnDurableTail(traces);
    traces.host.plan.fail({ operation: 'open', path: '000003.fbat', code: 'EMFILE' });
    expectCode('BATPAK_STORAGE', () => appendSome(store, 1));
  },
  'ready.syncing.clean + sync.requested → ready.syncing.due': (traces) => {
    const store = traces.open(options);
    appendSome(store, 1);
    void store.whenDurable(0);
  },
  'ready.syncing.clean + sync.covered → ready.syncing.clean': (traces) => {
    const store = traces.open(options);
    appendSome(store, 1);
    store.sync();
  },
  'ready.syncing.due + sync.covered → ready.syncing.clean': (traces) => {
    const store = traces.open(options);
    appendSome(store, 1);
    void store.whenDurable(0);
    store.sync();
  },
  'ready.syncing.due + sync.started → ready.syncing.running': runningSync,
  'ready.syncing.due + sync.refused → ready.syncing.clean': async (traces) => {
    const store = openedAfterKill(traces, options);
    traces.host.plan.fail({ operation: 'open', path: '.fbat.new', code: 'ENOSPC', andLater: true });
    traces.host.plan.fail({ operation: 'write', code: 'ENOSPC', andLater: true });
    store.whenDurable(0).catch(() => undefined);
    await settled();
  },
  'ready.syncing.running + sync.requested → (stays)': askedWhileRunning,
  'ready.syncing.running + sync.covered → (stays)': async (traces) => {
    const store = await runningSync(traces);
    appendSome(store, 1);
    store.sync();
  },
  'ready.syncing.running + sync.finished [syncWasRequestedWhileRunning] → ready.syncing.due':
    async (traces) => {
      await askedWhileRunning(traces);
      traces.host.plan.releaseSyncs();
      await settled();
    },
  'ready.syncing.running + sync.finished → ready.syncing.clean': async (traces) => {
    await runningSync(traces);
    traces.host.plan.releaseSyncs();
    await settled();
  },
  'ready.pressure + queue.changed [isFull] → ready.pressure.full': (traces) => submitted(traces, 4),
  'ready.pressure + queue.changed [isHigh] → ready.pressure.high': (traces) => submitted(traces, 3),
  'ready.pressure + queue.changed → ready.pressure.normal': (traces) => submitted(traces, 3),
  'ready.pressure + disk.filled → ready.pressure.full': filledDisk,
  'ready.pressure.full + disk.freed [diskAndQueueAreFull] → (stays)': (traces) => freed(traces, 4),
  'ready.pressure.full + disk.freed [diskIsFullAndQueueHigh] → ready.pressure.high': (traces) =>
    freed(traces, 3),
  'ready.pressure.full + disk.freed [diskIsFull] → ready.pressure.normal': (traces) =>
    freed(traces, 0),
  'failed + restart.allowed → restarting': failedWrite,
  'failed + restart.denied → dead': deadWriter,
  'restarting + restart.finished → ready': failedWrite,
  'restarting + restart.failed → dead': (traces) => {
    const store = traces.open(options);
    appendSome(store, 1);
    const { plan } = traces.host;
    plan.fail({ operation: 'write', code: 'EIO', andLater: true });
    expectCode('BATPAK_WRITE_FAILED', () => appendSome(store, 1));
  },
  'draining + close.finished → closed': closed,
  'draining + io.failed → closed': (traces) => {
    const store = traces.open(options);
    appendSome(store, 1);
    traces.host.plan.fail({ operation: 'sync', code: 'EIO' });
    expectCode('BATPAK_SYNC_FAILED', () => store.close());
  },
  'dead + close.requested → closed': (traces) => deadWriter(traces).close(),
};

/** Whether the engine sends the event at a place where the writer machine takes it. */
export function writerIsSent(
  before: { readonly value: unknown; readonly context: Record<string, unknown> },
  event: { readonly type: string },
): boolean {
  const { queueLength, diskFull } = before.context;
  switch (event.type) {
    case 'queue.changed': {
      // Only when that means another level of pressure, or will once the disk takes bytes again.
      const length = 'length' in event ? Number(event.length) : 0;
      if (diskFull === true) return length !== queueLength;
      return levelOf(length) !== levelOf(Number(queueLength));
    }
    default:
      return true;
  }
}

function levelOf(length: number): number {
  return length >= 4 ? 2 : length >= 3 ? 1 : 0;
}

function closed(traces: MachineTraces): void {
  traces.open(options).close();
}

function failedWrite(traces: MachineTraces): void {
  const store = traces.open(options);
  appendSome(store, 1);
  traces.host.plan.fail({ operation: 'write', code: 'EIO' });
  expectCode('BATPAK_WRITE_FAILED', () => appendSome(store, 1));
}

function deadWriter(traces: MachineTraces): Store {
  const store = traces.open(noRestart);
  appendSome(store, 1);
  traces.host.plan.fail({ operation: 'write', code: 'EIO' });
  expectCode('BATPAK_WRITE_FAILED', () => appendSome(store, 1));
  return store;
}

/** A log whose end is not durable, opened after its writer was killed. */
function openedAfterKill(traces: MachineTraces, opened: HostOptions): Store {
  appendSome(traces.host.open(), 1);
  traces.host = traces.host.killed();
  return traces.open(opened);
}

/** The first write carries the tail over, and so makes it durable: there is nothing to sync. */
function openedOnDurableTail(traces: MachineTraces): Store {
  return openedAfterKill(traces, { ...options, segmentMaxBytes: 1 });
}

function rotation(traces: MachineTraces): void {
  appendSome(openedOnDurableTail(traces), 1);
}

async function runningSync(traces: MachineTraces): Promise<Store> {
  const store = traces.open(options);
  appendSome(store, 1);
  traces.host.plan.holdSyncs();
  void store.whenDurable(0);
  await settled();
  return store;
}

async function askedWhileRunning(traces: MachineTraces): Promise<void> {
  const store = await runningSync(traces);
  appendSome(store, 1);
  void store.whenDurable(1);
}

async function submitted(traces: MachineTraces, count: number): Promise<void> {
  const store = traces.open(options);
  appendSome(store, 1);
  await submit(store, count);
}

async function submit(store: Store, count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) {
    store.submit('order:1', someKind, each).then(undefined, () => undefined);
  }
  await settled();
}

function filledDisk(traces: MachineTraces): Store {
  const store = traces.open(options);
  appendSome(store, 1);
  traces.host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
  expectCode('BATPAK_DISK_FULL', () => appendSome(store, 1));
  return store;
}

/** Writes so many queued events once the disk takes them again, or a single one. */
async function freed(traces: MachineTraces, queued: number): Promise<void> {
  const store = filledDisk(traces);
  if (queued === 0) appendSome(store, 1);
  else await submit(store, queued);
}

function expectCode(code: string, call: () => unknown): void {
  const thrown = thrownBy(call);
  if (!isBatpakError(thrown) || thrown.code !== code) throw thrown;
}
