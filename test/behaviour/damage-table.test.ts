import { CorruptSegmentError, Region, type Store, UnsupportedVersionError } from 'batpak';
import { describe, expect, it } from 'vitest';
import { decodeSegmentHeader } from '../../src/codec/segment-header.ts';
import { StoreHost, someKind } from '../support/store-host.ts';

// Without an image: what it knows is not read again when the store is opened.
const options = {
  segmentMaxBytes: 1300,
  sync: { everyNEvents: 1_000_000 },
  index: { enableCheckpoint: false },
} as const;

/** What lies where in the store that is damaged. */
interface Unit {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Sequences of the events that are lost when one byte of it is. */
  readonly events: readonly number[];
}

/** A store of three segments with singles and batches, and what lies where in it. */
function given(
  close: boolean,
  enableCheckpoint = false,
): { host: StoreHost; units: readonly Unit[] } {
  const host = new StoreHost();
  const store = host.open({ ...options, index: { enableCheckpoint } });
  for (let round = 0; round < 3; round += 1) {
    store.append('order:1', someKind, { round });
    const items = ['order:1', 'order:2'];
    store.appendBatch(
      items.map((at) => ({ at, kind: someKind, payload: round })),
      { durable: false },
    );
  }
  if (close) store.close();
  const killed = host.killed();
  expect(killed.segmentNames()).toHaveLength(3);
  return { host: killed, units: unitsOf(killed, store) };
}

function unitsOf(host: StoreHost, store: Store): Unit[] {
  const entries = close(host.killed().open(options), (copy) => [...copy.query(Region.all())]);
  expect(entries).toHaveLength(store.eventCount);
  return host.segmentNames().flatMap((name) => {
    const id = Number.parseInt(name, 10);
    const bytes = host.read(name);
    const view = new DataView(bytes.buffer);
    const header = decodeSegmentHeader(bytes, name);
    if (typeof header === 'string') throw new Error(header);
    const units: Unit[] = [{ name, start: 0, end: header.bytes, events: [] }];
    let begin: number | undefined;
    for (let at = header.bytes; at < bytes.length; ) {
      const type = bytes[at + 8 + 5];
      const end = at + 8 + view.getUint32(at);
      if (type === 2) begin = at;
      const start = begin ?? at;
      if (begin === undefined || type === 3) {
        const events = entries.filter(({ position: { segmentId, offset } }) => {
          return segmentId === id && offset >= start && offset < end;
        });
        units.push({ name, start, end, events: events.map(({ sequence }) => sequence) });
        begin = undefined;
      }
      at = end;
    }
    return units;
  });
}

function close<Answer>(store: Store, use: (store: Store) => Answer): Answer {
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** Every event as text, its hashes included; holes are left out. */
function served(store: Store): Map<number, string> {
  const events = [...store.events(Region.all())];
  const strip = ({ position: _, ...rest }: Record<string, unknown>) => JSON.stringify(rest);
  return new Map(events.map((event) => [event.sequence, strip(JSON.parse(JSON.stringify(event)))]));
}

/** Calls `check` with one bit of each byte changed, and gathers what it finds wrong. */
function eachFlip(
  host: StoreHost,
  units: readonly Unit[],
  step: number,
  check: (unit: Unit, offset: number) => string | undefined,
): string[] {
  const wrong: string[] = [];
  for (const unit of units) {
    for (let offset = unit.start; offset < unit.end; offset += step) {
      const mask = 1 << (offset % 8);
      host.flip(unit.name, offset, mask);
      const found = check(unit, offset);
      if (found !== undefined) wrong.push(`${unit.name} byte ${offset} ^ ${mask}: ${found}`);
      host.flip(unit.name, offset, mask);
    }
  }
  return wrong;
}

/** What is wrong with how a strict opening takes the damage; `undefined` when nothing is. */
function strictFinding(
  host: StoreHost,
  { name, start }: Unit,
  offset: number,
  expected: Map<number, string> | undefined,
): string | undefined {
  let store: Store;
  try {
    store = host.killed().open(options);
  } catch (thrown) {
    if (thrown instanceof UnsupportedVersionError && start === 0) return undefined;
    if (!(thrown instanceof CorruptSegmentError)) return `broken: ${thrown}`;
    if (expected !== undefined) return `refused: ${thrown.message}`;
    const placed = thrown.path === `/store/${name}`;
    return placed && thrown.offset <= offset && thrown.offset >= start
      ? undefined
      : `placed at ${thrown.path} ${thrown.offset}`;
  }
  return close(store, (opened) => {
    if (expected === undefined) return `opened with ${opened.eventCount} events`;
    const same = JSON.stringify([...served(opened)]) === JSON.stringify([...expected]);
    return same ? undefined : `${opened.eventCount} events, not ${expected.size}`;
  });
}

describe('one changed bit in any byte of a closed store', () => {
  const { host, units } = given(true);
  const all = close(host.killed().open(options), served);
  const last = units.at(-1);

  it('is refused with its file and its frame, or lies in the CLEAN record and is harmless', () => {
    const wrong = eachFlip(host, units, 1, (unit, offset) =>
      strictFinding(host, unit, offset, unit === last ? all : undefined),
    );
    expect(wrong).toEqual([]);
  });

  it('costs a salvage the events of its frame and no other', () => {
    const wrong = eachFlip(host, units, 10, (unit) => {
      const copy = host.killed();
      const lost = new Set(unit === last ? [] : unit.events);
      const left = new Map([...all].filter(([sequence]) => !lost.has(sequence)));
      const salvaged = close(copy.open({ ...options, recovery: 'salvage' }), served);
      if (JSON.stringify([...salvaged]) !== JSON.stringify([...left])) {
        return `salvaged ${[...salvaged.keys()]} of ${[...left.keys()]}`;
      }
      const again = copy.open(options);
      const report = again.verify();
      const { salvage, putAway } = again.recovery;
      const gaps = report.gaps.flatMap(({ from, count }) =>
        Array.from({ length: count }, (_, index) => from + index),
      );
      const same = JSON.stringify([...served(again)]) === JSON.stringify([...left]);
      again.close();
      if (!same) return 'the next opening finds something else';
      if (salvage !== undefined || putAway.length > 0) return 'there is something left to do';
      if (!report.ok) return `verify finds ${JSON.stringify(report.errors)}`;
      return gaps.join() === [...lost].join() ? undefined : `gaps ${gaps}`;
    });
    expect(wrong).toEqual([]);
  });
});

/** Every event as text that can be read; how many can't be is told, too. */
function readable(store: Store): { events: Map<number, string>; refused: number } {
  const events = new Map<number, string>();
  let refused = 0;
  for (let sequence = 0; sequence < store.eventCount; sequence += 1) {
    try {
      const { position: _, ...rest } = JSON.parse(JSON.stringify(store.at(sequence)));
      events.set(sequence, JSON.stringify(rest));
    } catch (thrown) {
      if (!(thrown instanceof CorruptSegmentError)) throw thrown;
      refused += 1;
    }
  }
  return { events, refused };
}

describe('one changed bit in any byte of a closed store with an image', () => {
  const withImage = { ...options, index: { enableCheckpoint: true } };
  const { host, units } = given(true, true);
  const all = close(host.killed().open(options), served);

  it('never changes or hides an event: the opening refuses it, or the reading does', () => {
    const wrong = eachFlip(host, units, 5, (unit) => {
      let store: Store;
      try {
        store = host.killed().open(withImage);
      } catch (thrown) {
        if (thrown instanceof CorruptSegmentError) return undefined;
        return thrown instanceof UnsupportedVersionError ? undefined : `broken: ${thrown}`;
      }
      return close(store, (opened) => {
        const { events, refused } = readable(opened);
        if (events.size + refused !== all.size) return `${events.size} events, ${refused} refused`;
        if (refused > unit.events.length) return `${refused} refused`;
        const changed = [...events].filter(([sequence, text]) => all.get(sequence) !== text);
        return changed.length === 0 ? undefined : `changed: ${changed}`;
      });
    });
    expect(wrong).toEqual([]);
  });

  it('is found by a salvage, although the image does not show it', () => {
    const last = units.at(-1);
    const wrong = eachFlip(host, units, 40, (unit) => {
      const lost = unit === last ? [] : unit.events;
      const copy = host.killed();
      const salvaged = close(copy.open({ ...withImage, recovery: 'salvage' }), served);
      if (salvaged.size !== all.size - lost.length) return `${salvaged.size} events`;
      const { ok, events } = close(copy.open(withImage), (store) => store.verify());
      return ok && events === salvaged.size ? undefined : 'the next opening finds something else';
    });
    expect(wrong).toEqual([]);
  });
});

describe('one changed bit in any byte of the last segment of a killed process', () => {
  const { host, units } = given(false);
  const all = close(host.killed().open(options), served);
  const lastName = units.at(-1)?.name;
  const lastUnits = units.filter(({ name }) => name === lastName);

  it('is refused in a header; at the unsynced end it costs what is behind it', () => {
    const wrong = eachFlip(host, lastUnits, 1, (unit, offset) => {
      const torn = unit.start > 0;
      const before = unit.events[0] ?? Number.POSITIVE_INFINITY;
      const whole = new Map([...all].filter(([sequence]) => sequence < before));
      return strictFinding(host, unit, offset, torn ? whole : undefined);
    });
    expect(wrong).toEqual([]);
  });
});
