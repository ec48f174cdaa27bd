import { describe, expect, it } from 'vitest';
import {
  type ColumnPage,
  EventColumns,
  type EventRow,
  eventCountMax,
  type PageSource,
} from '../../../src/indexes/columns.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';

const pageSize = 65_536;

/** A row whose every field tells its sequence, at the limits of its type now and then. */
function rowOf(sequence: number): EventRow {
  return {
    kind: sequence % 0x10000,
    entityId: 0xffff_ffff - sequence,
    scopeId: sequence * 3,
    clock: sequence ^ 0x5555,
    offset: 0xf000_0000 + sequence,
    length: 62 + (sequence % 1000),
    timestampUs: 1_735_689_600_000_000 + sequence * 1_001,
  };
}

/** Every third event is the first of its entity; others follow on one up to 70 000 back. */
function previousOf(sequence: number): number {
  if (sequence % 3 === 0) return -1;
  return Math.max(0, sequence - 1 - ((sequence * 7919) % 70_000));
}

function read(columns: EventColumns, sequence: number): EventRow & { previous: number } {
  return {
    kind: columns.kind(sequence),
    entityId: columns.entityId(sequence),
    scopeId: columns.scopeId(sequence),
    clock: columns.clock(sequence),
    offset: columns.offset(sequence),
    length: columns.length(sequence),
    timestampUs: columns.timestampUs(sequence),
    previous: columns.previous(sequence),
  };
}

describe('EventColumns', () => {
  it('gives every row back, over the borders of its pages', () => {
    const columns = new EventColumns();
    const count = 2 * pageSize + 3;
    for (let sequence = 0; sequence < count; sequence += 1) {
      columns.push(rowOf(sequence), previousOf(sequence));
    }
    expect(columns.count).toBe(count);
    const borders = [0, 1, pageSize - 1, pageSize, pageSize + 1, 2 * pageSize - 1, 2 * pageSize];
    for (const sequence of [...borders, count - 1]) {
      expect(read(columns, sequence)).toEqual({
        ...rowOf(sequence),
        previous: previousOf(sequence),
      });
    }
    let wrong = 0;
    for (let sequence = 0; sequence < count; sequence += 1) {
      const { timestampUs, offset } = rowOf(sequence);
      const same =
        columns.previous(sequence) === previousOf(sequence) &&
        columns.timestampUs(sequence) === timestampUs &&
        columns.offset(sequence) === offset;
      if (!same) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  it('takes a copy of the row, which the caller may reuse', () => {
    const columns = new EventColumns();
    const row = rowOf(0);
    columns.push(row, -1);
    Object.assign(row, rowOf(1));
    columns.push(row, 0);
    expect(read(columns, 0)).toEqual({ ...rowOf(0), previous: -1 });
    expect(read(columns, 1)).toEqual({ ...rowOf(1), previous: 0 });
  });

  it('keeps times up to the year 2255 to the microsecond', () => {
    const columns = new EventColumns();
    columns.push({ ...rowOf(0), timestampUs: Number.MAX_SAFE_INTEGER }, -1);
    expect(columns.timestampUs(0)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('asserts that it is asked for an event that is there', () => {
    const columns = new EventColumns();
    expect(() => columns.kind(0)).toThrow(AssertionFailure);
    columns.push(rowOf(0), -1);
    expect(() => columns.kind(pageSize)).toThrow(AssertionFailure);
    expect(eventCountMax).toBe(2 ** 32 - 2);
  });
});

/** Keeps rows, gives pages of them, and counts what it was asked for. */
class RowSource implements PageSource {
  readonly asked: string[] = [];
  readonly #rows: EventColumns;
  damaged = false;

  constructor(count: number) {
    this.#rows = new EventColumns();
    for (let sequence = 0; sequence < count; sequence += 1) {
      this.#rows.push(rowOf(sequence), previousOf(sequence));
    }
  }

  fill(pageNumber: number, page: ColumnPage, from: number): boolean {
    this.asked.push(`page ${pageNumber} from ${from}`);
    if (this.damaged) return false;
    const rows = this.#rows.pageOf(pageNumber * pageSize);
    for (const column of ['kind', 'entity', 'scope', 'clock', 'offset', 'length'] as const) {
      page[column].set(rows[column].subarray(from), from);
    }
    page.timestampUs.set(rows.timestampUs.subarray(from), from);
    page.distance.set(rows.distance.subarray(from), from);
    return true;
  }

  rebuild(): EventColumns {
    this.asked.push('all');
    return this.#rows;
  }
}

const startsUs = (...pages: number[]): number[] =>
  pages.map((page) => rowOf(page * pageSize).timestampUs);

describe('EventColumns, of which a source has pages', () => {
  it('load a page when it is first touched, and once', () => {
    const source = new RowSource(2 * pageSize + 5);
    const columns = new EventColumns();
    expect(columns.extend(2 * pageSize + 5, source, startsUs(0, 1, 2))).toBe(true);
    expect([columns.count, source.asked]).toEqual([2 * pageSize + 5, []]);
    expect(columns.pageStartUs(1)).toBe(rowOf(pageSize).timestampUs);
    expect(source.asked).toEqual([]);
    expect(columns.clock(pageSize + 1)).toBe(rowOf(pageSize + 1).clock);
    expect(columns.previous(pageSize + 4)).toBe(previousOf(pageSize + 4));
    expect(source.asked).toEqual(['page 1 from 0']);
    columns.loadAll();
    expect(source.asked).toEqual(['page 1 from 0', 'page 0 from 0', 'page 2 from 0']);
  });

  it('go on in the last page when the next event comes', () => {
    const source = new RowSource(pageSize + 5);
    const columns = new EventColumns();
    columns.extend(pageSize + 5, source, startsUs(0, 1));
    columns.push(rowOf(pageSize + 5), previousOf(pageSize + 5));
    expect(source.asked).toEqual(['page 1 from 0']);
    for (const sequence of [pageSize + 4, pageSize + 5]) {
      expect(read(columns, sequence)).toEqual({
        ...rowOf(sequence),
        previous: previousOf(sequence),
      });
    }
  });

  it('join rows of a source on to those in memory', () => {
    const source = new RowSource(pageSize + 5);
    const columns = new EventColumns();
    for (let sequence = 0; sequence < 10; sequence += 1) {
      columns.push(rowOf(sequence), previousOf(sequence));
    }
    expect(columns.extend(pageSize + 5, source, startsUs(1))).toBe(true);
    expect(source.asked).toEqual(['page 0 from 10']);
    for (const sequence of [9, 10, pageSize - 1, pageSize, pageSize + 4]) {
      expect(read(columns, sequence)).toEqual({
        ...rowOf(sequence),
        previous: previousOf(sequence),
      });
    }
  });

  it('stay as they are when the source can not fill the page that is in memory', () => {
    const source = new RowSource(20);
    source.damaged = true;
    const columns = new EventColumns();
    columns.push(rowOf(0), -1);
    expect(columns.extend(20, source, [])).toBe(false);
    expect(columns.count).toBe(1);
  });

  it('are made anew, all that are not in memory, when a page is damaged', () => {
    const source = new RowSource(3 * pageSize);
    const columns = new EventColumns();
    columns.extend(3 * pageSize, source, startsUs(0, 1, 2));
    columns.clock(0);
    source.damaged = true;
    expect(columns.clock(pageSize)).toBe(rowOf(pageSize).clock);
    expect(columns.clock(2 * pageSize + 1)).toBe(rowOf(2 * pageSize + 1).clock);
    expect(source.asked).toEqual(['page 0 from 0', 'page 1 from 0', 'all']);
  });

  it('hold any number of holes, whole pages of which are one page', () => {
    const columns = new EventColumns();
    columns.push(rowOf(0), -1);
    columns.pushHoles(3 * pageSize, 77);
    expect(columns.count).toBe(3 * pageSize + 1);
    for (const sequence of [1, pageSize - 1, pageSize, 2 * pageSize + 5, 3 * pageSize]) {
      expect(read(columns, sequence)).toEqual({
        ...{ kind: 0, entityId: 0, scopeId: 0, clock: 0, timestampUs: 0, previous: -1 },
        ...{ offset: 77, length: 0 },
      });
    }
    expect(columns.pageOf(pageSize)).toBe(columns.pageOf(2 * pageSize));
    columns.push(rowOf(7), 0);
    columns.pushHoles(1, 99);
    expect(read(columns, 0)).toEqual({ ...rowOf(0), previous: -1 });
    expect(read(columns, 3 * pageSize + 1)).toEqual({ ...rowOf(7), previous: 0 });
    expect([columns.offset(3 * pageSize), columns.offset(3 * pageSize + 2)]).toEqual([77, 99]);
    columns.pushHoles(eventCountMax - columns.count, 5);
    expect(() => columns.pushHoles(1, 5)).toThrow(AssertionFailure);
  });

  it('asserts that every page that begins has a start', () => {
    const columns = new EventColumns();
    expect(() => columns.extend(5, new RowSource(5), [])).toThrow(AssertionFailure);
  });
});
