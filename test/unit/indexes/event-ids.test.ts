import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../../src/codec/bytes.ts';
import { EventColumns, type EventRow, pageRows } from '../../../src/indexes/columns.ts';
import { EventIds } from '../../../src/indexes/event-ids.ts';
import { writeUuid7 } from '../../../src/model/event-id.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const startUs = 1_735_689_600_000_000;

function rowAt(timestampUs: number): EventRow {
  return { kind: 0x1000, entityId: 0, scopeId: 0, clock: 0, offset: 0, length: 62, timestampUs };
}

function idAt(timestampUs: number, counter: number, random = 0): Uint8Array {
  const id = new Uint8Array(16).fill(random, 8);
  writeUuid7(id, 0, timestampUs, counter);
  return id;
}

/** Ids of events, and the bytes they have on the disk. */
class IdsUnderTest {
  readonly columns = new EventColumns();
  readonly ids = new EventIds(this.columns, 7);
  readonly bytes: Uint8Array[] = [];
  compared = 0;

  add(id: Uint8Array, timestampUs: number): this {
    const sequence = this.columns.count;
    this.columns.push(rowAt(timestampUs), -1);
    this.ids.insert(id, 0, sequence, timestampUs);
    this.bytes.push(id);
    return this;
  }

  find(id: Uint8Array): number {
    return this.ids.find(id, 0, (sequence) => {
      this.compared += 1;
      return compareBytes(this.bytes[sequence] ?? new Uint8Array(16), 0, id, 0, 16);
    });
  }
}

describe('EventIds', () => {
  it('finds ids by their times, with one look at a frame and nothing kept', () => {
    const tested = new IdsUnderTest();
    for (let index = 0; index < 1000; index += 1) {
      tested.add(idAt(startUs + 3 * index, 0), startUs + 3 * index);
    }
    expect(tested.bytes.map((id) => tested.find(id))).toEqual(tested.bytes.map((_, at) => at));
    expect(tested.compared).toBe(1000);
    expect(tested.ids.entries()).toHaveLength(0);
    expect(tested.ids.runs).toEqual([{ from: 0, to: 1000, startUs, endUs: startUs + 2997 }]);
    expect(tested.find(idAt(startUs + 1, 0))).toBe(-1);
    expect(tested.find(idAt(startUs - 1, 0))).toBe(-1);
    expect(tested.find(idAt(startUs + 2998, 0))).toBe(-1);
  });

  it('finds ids of a clock that stands by their counters, over the border of pages', () => {
    const tested = new IdsUnderTest();
    const count = pageRows + 500;
    for (let index = 0; index < count; index += 1) {
      const timestampUs = index < 60_000 ? startUs : startUs + 1;
      tested.add(idAt(timestampUs, index % 60_000), timestampUs);
    }
    for (const sequence of [0, 1, 59_999, 60_000, pageRows - 1, pageRows, count - 1]) {
      expect(tested.find(tested.bytes[sequence] ?? new Uint8Array(16))).toBe(sequence);
    }
    expect(tested.compared).toBeLessThan(7 * 17);
    expect(tested.find(idAt(startUs, 0, 9))).toBe(-1);
  });

  it('keeps ids of another make, or of another time, in a table', () => {
    const tested = new IdsUnderTest()
      .add(new Uint8Array(16).fill(5), startUs)
      .add(idAt(startUs + 9, 0), startUs + 1)
      .add(idAt(startUs + 2, 0), startUs + 2)
      .add(new Uint8Array(16).fill(6), startUs + 3)
      .add(idAt(startUs + 4, 0), startUs + 4);
    expect(tested.bytes.map((id) => tested.find(id))).toEqual([0, 1, 2, 3, 4]);
    expect([...tested.ids.entries()].filter((_, at) => at % 2 === 1)).toEqual([0, 1, 3]);
    expect(tested.ids.runs.map(({ from, to }) => [from, to])).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it('begins a new run where the time falls back', () => {
    const tested = new IdsUnderTest();
    for (const timestampUs of [10, 20, 5, 20, 30]) tested.add(idAt(timestampUs, 0, 1), timestampUs);
    expect(tested.ids.runs.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [2, 5],
    ]);
    expect(tested.find(idAt(5, 0, 1))).toBe(2);
    expect(tested.find(idAt(30, 0, 1))).toBe(4);
  });

  it('bounds the number of runs', () => {
    const tested = new IdsUnderTest();
    for (let index = 0; index < 1200; index += 1) {
      const timestampUs = startUs - index;
      tested.add(idAt(timestampUs, 0), timestampUs);
    }
    expect(tested.ids.runs).toHaveLength(1024);
    expect(tested.ids.entries()).toHaveLength(2 * (1200 - 1024));
    expect(tested.bytes.map((id) => tested.find(id))).toEqual(tested.bytes.map((_, at) => at));
  });

  it('is the same when its runs and entries are put into another one', () => {
    const tested = new IdsUnderTest()
      .add(idAt(10, 0), 10)
      .add(new Uint8Array(16).fill(5), 11)
      .add(idAt(12, 0), 12)
      .add(idAt(13, 0), 13);
    const ids = new EventIds(tested.columns, 7);
    for (const run of tested.ids.runs) ids.addRun(run);
    const entries = tested.ids.entries();
    for (let at = 0; at < entries.length; at += 2) {
      ids.insertHash(entries[at] ?? 0, entries[at + 1] ?? 0);
    }
    expect(ids.runs).toEqual(tested.ids.runs);
    expect(ids.entries()).toEqual(entries);
    for (const [sequence, id] of tested.bytes.entries()) {
      const compare = (at: number) => compareBytes(tested.bytes[at] ?? id, 0, id, 0, 16);
      expect(ids.find(id, 0, compare)).toBe(sequence);
    }
  });

  it('joins runs that follow on one another', () => {
    const ids = new EventIds(new EventColumns(), 7);
    ids.addRun({ from: 0, to: 5, startUs: 1, endUs: 9 });
    ids.addRun({ from: 5, to: 8, startUs: 9, endUs: 10 });
    ids.addRun({ from: 8, to: 9, startUs: 8, endUs: 8 });
    expect(ids.runs).toEqual([
      { from: 0, to: 8, startUs: 1, endUs: 10 },
      { from: 8, to: 9, startUs: 8, endUs: 8 },
    ]);
  });

  it('finds what a list would, whatever the times and ids are', () => {
    const step = fc.record({
      deltaUs: fc.integer({ min: -2, max: 3 }),
      foreign: fc.boolean(),
      random: fc.integer({ min: 0, max: 255 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const tested = new IdsUnderTest();
        let timestampUs = startUs;
        let counter = 0;
        for (const { deltaUs, foreign, random } of steps) {
          counter = deltaUs > 0 ? 0 : counter + 1;
          timestampUs += deltaUs;
          const id = idAt(timestampUs, counter, random);
          if (foreign) id[6] = 0x40;
          if (tested.bytes.some((other) => Buffer.from(other).equals(id))) continue;
          tested.add(id, timestampUs);
        }
        expect(tested.bytes.map((id) => tested.find(id))).toEqual(tested.bytes.map((_, at) => at));
      }),
      propertyRuns(200),
    );
  });
});
