import { describe, expect, it } from 'vitest';
import { EventColumns, type EventRow, eventCountMax } from '../../../src/indexes/columns.ts';
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
