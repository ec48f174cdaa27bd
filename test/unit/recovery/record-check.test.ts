import { describe, expect, it } from 'vitest';
import { encodePayload } from '../../../src/codec/payload.ts';
import { recordTypes } from '../../../src/codec/record-layout.ts';
import { RecordView } from '../../../src/codec/record-view.ts';
import {
  beginCount,
  boundName,
  checkSequence,
  commitContent,
} from '../../../src/recovery/record-check.ts';
import { frameOf, type RecordFields } from '../../support/forged-log.ts';

const batchId = new Uint8Array(8).fill(7);

function recordOf(fields: RecordFields, content?: unknown): RecordView {
  const payload = content === undefined ? fields.payload : encodePayload(content);
  const { bytes } = frameOf({ ...fields, payload });
  const record = new RecordView();
  expect(record.point(bytes, 8, bytes.length)).toBeUndefined();
  return record;
}

describe('checkSequence', () => {
  it('is satisfied by the sequence that the log needs next', () => {
    expect(checkSequence(recordOf({ sequence: 5 }), 5)).toBeUndefined();
  });

  it('tells which sequence is needed and which is there', () => {
    expect(checkSequence(recordOf({ sequence: 6 }), 5)).toEqual({
      expected: 'sequence 5',
      actual: 'sequence 6',
    });
  });

  it('takes no payload of an encoding that it does not know', () => {
    const record = recordOf({ sequence: 5 });
    record.bytes[8 + 9] = 1;
    expect(checkSequence(record, 5)?.actual).toBe('encoding 1');
  });
});

describe('the content of a BEGIN record', () => {
  const begin = { type: recordTypes.begin, batchId };

  it('is how many items follow', () => {
    expect(beginCount(recordOf(begin, { count: 3 }))).toBe(3);
  });

  it.each([
    ['no count', begin, {}],
    ['a negative count', begin, { count: -1 }],
    ['half an item', begin, { count: 1.5 }],
    ['a text', begin, { count: '3' }],
    ['no map', begin, 3],
    ['nothing', begin, undefined],
    ['no batch', { type: recordTypes.begin }, { count: 3 }],
  ])('is not read from %s', (_, fields, content) => {
    expect(beginCount(recordOf(fields, content))).toBeUndefined();
  });
});

describe('the content of a COMMIT record', () => {
  const commit = { type: recordTypes.commit, batchId };

  it('is how many items there were, and their checksum', () => {
    expect(commitContent(recordOf(commit, { count: 2, crc: 77 }))).toEqual({ count: 2, crc: 77 });
  });

  it.each([
    ['no checksum', commit, { count: 2 }],
    ['no count', commit, { crc: 77 }],
    ['no batch', { type: recordTypes.commit }, { count: 2, crc: 77 }],
    ['bytes that are no msgpack', { ...commit, payload: new Uint8Array([0xc1]) }, undefined],
  ])('is not read from %s', (_, fields, content) => {
    expect(commitContent(recordOf(fields, content))).toBeUndefined();
  });
});

describe('the name in a NAME record', () => {
  const name = { type: recordTypes.name, kind: 0x1000 };

  it('is the text that its kind is bound to', () => {
    expect(boundName(recordOf(name, { name: 'order.placed' }))).toBe('order.placed');
  });

  it.each([
    ['no name', name, {}],
    ['a number', name, { name: 5 }],
    ['another type of record', { type: recordTypes.clean }, { name: 'order.placed' }],
  ])('is not read from %s', (_, fields, content) => {
    expect(boundName(recordOf(fields, content))).toBeUndefined();
  });
});
