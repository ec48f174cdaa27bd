import { CorruptSegmentError, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1300 } as const;
const salvage = { ...options, recovery: 'salvage' } as const;

/** A closed store of four segments, each a batch of two and a single, damaged in many places. */
function damagedHost(): StoreHost {
  const host = new StoreHost();
  const store = host.open(options);
  for (let round = 0; round < 4; round += 1) {
    store.appendBatch(['order:1', 'order:2'].map((at) => ({ at, kind: someKind, payload: round })));
    store.append('order:1', someKind, { round });
  }
  store.close();
  for (const name of ['000001.fbat', '000002.fbat']) for (const at of [1, 20]) host.flip(name, at);
  host.flip('000002.fbat', 700);
  host.files.remove('/store/000003.fbat');
  // What the image knows of the end is lost, too.
  host.replace('000004.fbat', host.read('000004.fbat').subarray(0, 700));
  host.replace('000009.fbat', Buffer.from('what is this'.repeat(1000)));
  for (const name of host.segmentNames()) {
    const handle = host.files.open(`/store/${name}`, 'write');
    handle.sync();
    handle.close();
  }
  host.files.syncDirectory('/store');
  return host;
}

function contentOf(store: Store): string {
  const text = textOf(store);
  store.close();
  return text;
}

function textOf(store: Store): string {
  const hashes = [...store.events(Region.all())].map(({ sequence, hash }) => [
    sequence,
    Buffer.from(hash ?? []).toString('hex'),
  ]);
  return JSON.stringify(hashes);
}

const damaged = damagedHost();
const expected = contentOf(damaged.killed().open(salvage));

/** What is wrong with the store that a killed salvage left; `undefined` when nothing is. */
function findingOf(host: StoreHost): string | undefined {
  try {
    const strict = contentOf(host.killed().open(options));
    if (strict !== expected) return `strict opening finds ${strict}`;
  } catch (thrown) {
    if (!(thrown instanceof CorruptSegmentError)) return `strict opening breaks: ${thrown}`;
  }
  try {
    const saved = contentOf(host.open(salvage));
    if (saved !== expected) return `salvage finds ${saved}`;
    const again = host.open(options);
    const content = textOf(again);
    const { ok } = again.verify();
    const { putAway } = again.recovery;
    const next = again.append('order:9', someKind, 1).sequence;
    const left = host.files.list('/store').filter((name) => name.endsWith('.new'));
    again.close();
    if (!ok || content !== expected) return `the next opening finds ${content}`;
    if (next !== 12) return `sequence ${next} is given once more`;
    return putAway.length + left.length === 0 ? undefined : 'something was left behind';
  } catch (thrown) {
    return `salvage breaks: ${thrown}`;
  }
}

/** Which file operations of a salvage change something, counted among all it makes. */
function changesOf(host: StoreHost): number[] {
  host.open(salvage);
  const reads = new Set(['read', 'size', 'stat', 'list', 'close']);
  const numbered = [...host.plan.operations.entries()];
  return numbered.filter(([, { operation }]) => !reads.has(operation)).map(([at]) => at + 1);
}

/** Lets each file operation of a salvage that changes something fail, and all behind it. */
function eachCut(after: (host: StoreHost) => StoreHost): string[] {
  const wrong: string[] = [];
  const changes = changesOf(damaged.killed());
  expect(changes.length).toBeGreaterThan(40);
  for (const nth of changes) {
    const host = damaged.killed();
    host.plan.fail({ operation: 'any', nth, andLater: true, code: 'EIO' });
    expect(thrownBy(() => host.open(salvage))).toMatchObject({ code: 'BATPAK_STORAGE' });
    const finding = findingOf(after(host));
    if (finding !== undefined) wrong.push(`cut at operation ${nth}: ${finding}`);
  }
  return wrong;
}

describe('a salvage that is cut short', () => {
  it('puts right what was damaged when nothing fails', () => {
    expect(JSON.parse(expected).map(([sequence]: [number]) => sequence)).toEqual([
      0, 1, 2, 3, 4, 9, 10,
    ]);
    expect(thrownBy(() => damaged.killed().open(options))).toBeInstanceOf(CorruptSegmentError);
  });

  it('by the end of the process is made whole by the next one, wherever it was', () => {
    expect(eachCut((host) => host.killed())).toEqual([]);
  });

  it('by power loss is, too, when nothing is left but what was synced', () => {
    expect(eachCut((host) => host.afterPowerLoss())).toEqual([]);
  });

  it('by power loss is, too, when some of the rest is left', () => {
    const random = new SeededRandom(7);
    expect(eachCut((host) => host.afterPowerLoss(random))).toEqual([]);
  });
});
