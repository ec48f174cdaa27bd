import { isBatpakError, item, Proposal, pipeline, type Store } from 'batpak';
import { approved, positive, Withdrawn } from './gates.ts';
import { type MachineTraces, settled } from './machine-traces.ts';
import { appendSome, type HostOptions, StoreHost, someKind, thrownBy } from './store-host.ts';
import type { Scenario } from './writer-scenarios.ts';

const small: HostOptions = { segmentMaxBytes: 1000 };
const salvage: HostOptions = { ...small, recovery: 'salvage' };
const noRestart: HostOptions = {
  writer: { restartPolicy: { type: 'bounded', maxRestarts: 0, withinMs: 1000 } },
};
const items = ['a', 'b'].map((at) => ({ at, kind: someKind, payload: at }));

/** A scenario for each edge of the batch machine that the engine takes. */
export const batchScenarios: Readonly<Record<string, Scenario>> = {
  'validating + items.valid → beginning': writtenBatch,
  'validating + items.invalid → aborted': (traces) => {
    const store = traces.open();
    const wrong = items.map((item) => ({ ...item, options: { expected: 'exists' as const } }));
    refusedWith('BATPAK_BATCH_FAILED', () => store.appendBatch(wrong));
  },
  'beginning + begin.staged → writing': writtenBatch,
  'beginning + io.failed → aborting': withoutSegment,
  'writing + items.staged → committing': writtenBatch,
  'committing + commit.written → publishing': writtenBatch,
  'committing + io.failed → aborting': (traces) => {
    const store = traces.open();
    appendSome(store, 1);
    traces.host.plan.fail({ operation: 'write', code: 'ENOSPC' });
    refusedWith('BATPAK_BATCH_FAILED', () => store.appendBatch(items));
  },
  'publishing + events.published → published': writtenBatch,
  'published + sync.started → syncing': (traces) => traces.open().appendBatch(items),
  'syncing + sync.finished → durable': (traces) => traces.open().appendBatch(items),
  'syncing + sync.failed → unknown': (traces) => {
    const store = traces.open();
    appendSome(store, 1);
    traces.host.plan.fail({ operation: 'sync', code: 'EIO' });
    refusedWith('BATPAK_SYNC_FAILED', () => store.appendBatch(items));
  },
  'aborting + truncate.finished → aborted': withoutSegment,
  'aborting + truncate.failed → unknown': (traces) => {
    const store = traces.open(noRestart);
    appendSome(store, 1);
    traces.host.plan.tear({ code: 'EIO', keepBytes: 10 });
    traces.host.plan.fail({ operation: 'truncate', code: 'EIO' });
    refusedWith('BATPAK_BATCH_FAILED', () => store.appendBatch(items));
  },
};

/** Edges of the batch machine that no store takes, and why. */
export const batchEdgesNotTaken: Readonly<Record<string, string>> = {
  'writing + io.failed → aborting':
    'items are staged in memory, which fails at 2^32 events and nowhere before',
};

/** Edges of the batch machine that a store takes, but not by the shortest way, and why. */
export const batchLongerWays: Readonly<Record<string, string>> = {
  'aborting + truncate.failed → unknown':
    'a batch whose segment could not be made has left nothing to cut off',
};

/** A scenario for each edge of the fence machine. */
export const fenceScenarios: Readonly<Record<string, Scenario>> = {
  'open + commit.requested → committing': committedFence,
  'open + cancel.requested → cancelled': (traces) => {
    const fence = traces.open().beginVisibilityFence();
    void fence.submit('a', someKind, 1).then(undefined, () => undefined);
    fence.cancel();
  },
  'committing + commit.written → committed': committedFence,
  'committing + commit.refused → open': (traces) => {
    const fence = traces.open().beginVisibilityFence();
    fence.submit('a', someKind, 1, { expected: 'exists' });
    refusedWith('BATPAK_BATCH_FAILED', () => fence.commit());
  },
  'committing + commit.failed → failed': (traces) => {
    const store = traces.open(noRestart);
    appendSome(store, 1);
    const fence = store.beginVisibilityFence();
    fence.submit('a', someKind, 1);
    traces.host.plan.fail({ operation: 'write', code: 'EIO' });
    refusedWith('BATPAK_BATCH_FAILED', () => fence.commit());
  },
};

/** A scenario for each edge of the gate machine. */
export const gateScenarios: Readonly<Record<string, Scenario>> = {
  'proposed + evaluation.started → evaluating': (traces) => void judged(traces, 1),
  'proposed + bypass.requested → bypassed': (traces) => void letPast(traces),
  'evaluating + gates.passed → approved': (traces) => void judged(traces, 1),
  'evaluating + gate.denied → denied': (traces) => void judged(traces, 0),
  'approved + commit.started → committing': (traces) => {
    const { gates, verdict } = judged(traces, 1);
    gates.commit(approved(verdict), (payload) => item('a', Withdrawn, payload));
  },
  'bypassed + commit.started → committing': committedBypass,
  'committing + commit.succeeded → committed': committedBypass,
  'committing + commit.failed → failed': (traces) => {
    const { gates, receipt } = letPast(traces);
    const late = { options: { expected: 'exists' as const } };
    refusedWith('BATPAK_EXPECTATION_FAILED', () =>
      gates.commit(receipt, (payload) => item('a', Withdrawn, payload, late)),
    );
  },
};

/** A scenario for each edge of the recovery machine. */
export const recoveryScenarios: Readonly<Record<string, Scenario>> = {
  'image + image.joined → footers': (traces) => {
    traces.host = closedHost();
    traces.open(small);
  },
  'image + image.absent → footers': (traces) => traces.open(),
  'image + image.refused → footers': (traces) => {
    traces.host = closedHost();
    // Its summary is what is last in it.
    traces.host.flip('index.image', traces.host.read('index.image').length - 60);
    traces.open(small);
  },
  'image + damage.found → refused': (traces) => openRefused(traces, withoutLastSegment(), small),
  'image + salvage.begun → salvaging': salvaged,
  'footers + footer.joined → footers': async (traces) => {
    traces.host = await footedHost();
    traces.open(small);
  },
  'footers + footer.absent → scanning': unclean,
  'footers + footer.refused → scanning': async (traces) => {
    const host = await footedHost();
    // The footer is what is last in the file of a sealed segment.
    host.flip('000001.fbat', host.read('000001.fbat').length - 45);
    traces.host = host;
    traces.open(small);
  },
  'footers + segments.finished → ready': (traces) => traces.open(),
  'footers + damage.found → refused': (traces) => openRefused(traces, damagedHeader(), small),
  'scanning + segment.scanned → footers': unclean,
  'scanning + damage.found → refused': (traces) => openRefused(traces, damagedFrame(), small),
  'salvaging + salvage.finished → image': salvaged,
  'salvaging + salvage.failed → refused': (traces) => {
    traces.host = withoutLastSegment();
    traces.host.plan.fail({ operation: 'write', path: '', code: 'EIO', nth: 2, andLater: true });
    thrownBy(() => traces.open(salvage));
  },
};

/** Edges of the recovery machine that no store takes, and why. */
export const recoveryEdgesNotTaken: Readonly<Record<string, string>> = {
  'footers + salvage.begun → salvaging': 'see scanning',
  'scanning + salvage.begun → salvaging':
    'an opening that may salvage reads every frame before it takes the first step of the ladder',
};

function writtenBatch(traces: MachineTraces): void {
  traces.open().appendBatch(items, { durable: false });
}

function withoutSegment(traces: MachineTraces): void {
  const store = traces.open();
  traces.host.plan.fail({ operation: 'open', path: '.fbat', code: 'EMFILE' });
  refusedWith('BATPAK_BATCH_FAILED', () => store.appendBatch(items));
}

function committedFence(traces: MachineTraces): void {
  const fence = traces.open().beginVisibilityFence();
  fence.submit('a', someKind, 1);
  fence.commit();
}

function judged(traces: MachineTraces, cents: number) {
  const gates = pipeline(traces.open(), [positive]);
  return { gates, verdict: gates.evaluate({}, Proposal.of({ cents })) };
}

function letPast(traces: MachineTraces) {
  const gates = pipeline(traces.open(), [positive]);
  const reason = { name: 'incident', justification: 'No. 7' };
  return { gates, receipt: gates.bypass(Proposal.of({ cents: 0 }), reason) };
}

function committedBypass(traces: MachineTraces): void {
  const { gates, receipt } = letPast(traces);
  gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
}

function salvaged(traces: MachineTraces): void {
  traces.host = withoutLastSegment();
  traces.open(salvage);
}

function unclean(traces: MachineTraces): void {
  appendSome(traces.host.open(), 1);
  traces.host = traces.host.killed();
  traces.open();
}

function openRefused(traces: MachineTraces, host: StoreHost, options: HostOptions): void {
  traces.host = host;
  refusedWith('BATPAK_CORRUPT_SEGMENT', () => traces.open(options));
}

/** A closed store of a few segments, with an image. */
function closedHost(): StoreHost {
  const host = new StoreHost();
  written(host).close();
  return host;
}

function withoutLastSegment(): StoreHost {
  const host = closedHost();
  host.files.remove(`/store/${host.segmentNames().at(-1)}`);
  return host;
}

/** Killed before there was an image. */
function killedHost(): StoreHost {
  const host = new StoreHost();
  written(host);
  return host.killed();
}

async function footedHost(): Promise<StoreHost> {
  const host = new StoreHost();
  written(host);
  for (let time = 0; time < 10; time += 1) await settled();
  return host.killed();
}

function damagedHeader(): StoreHost {
  const host = killedHost();
  host.flip('000001.fbat', 30);
  return host;
}

function damagedFrame(): StoreHost {
  const host = killedHost();
  host.flip('000001.fbat', 500);
  return host;
}

function written(host: StoreHost): Store {
  const store = host.open(small);
  appendSome(store, 12);
  store.sync();
  return store;
}

function refusedWith(code: string, call: () => unknown): void {
  const thrown = thrownBy(call);
  if (!isBatpakError(thrown) || thrown.code !== code) throw thrown;
}
