import { describe, expect, it } from 'vitest';
import { encodeSegmentHeader, type SegmentHeader } from '../../../src/codec/segment-header.ts';
import { formatSegmentName } from '../../../src/log/segment-name.ts';
import { gaveWay, surveySegments } from '../../../src/recovery/survey.ts';
import { frameOf, headerOf } from '../../support/forged-log.ts';
import { logDisk } from '../../support/log-start.ts';

/** A disk with segments of these headers, each with so many bytes behind it. */
function surveyOf(...segments: readonly (Partial<SegmentHeader> & { readonly bytes?: number })[]) {
  const { memory } = logDisk();
  const found = segments.map(({ bytes = 100, ...fields }, index) => {
    const id = index + 1;
    const path = `/log/${formatSegmentName(id)}`;
    const header = encodeSegmentHeader(headerOf({ segmentId: id, ...fields }));
    const handle = memory.open(path, 'create');
    handle.write(header, 0, header.length, 0);
    handle.truncate(header.length + bytes);
    handle.close();
    return { id, revision: 0, path };
  });
  return { memory, found, survey: surveySegments(memory, found) };
}

/** The link to a segment that ends there. */
function link(segmentId: number, validBytes: number, nextSequence = 0) {
  return { segmentId, validBytes, nextSequence };
}

describe('surveySegments', () => {
  it('knows where a segment ends from the one after it, and of the last one nothing', () => {
    const { survey } = surveyOf({}, { previous: link(1, 170) }, { previous: link(2, 180) });
    expect([...survey.ends].sort()).toEqual([
      [1, 170],
      [2, 180],
    ]);
    expect([...survey.superseded]).toEqual([]);
    expect([...survey.headers.keys()].sort()).toEqual([1, 2, 3]);
  });

  it('passes over a segment whose place one of a later epoch has taken', () => {
    const { survey } = surveyOf(
      {},
      { previous: link(1, 170) },
      { previous: link(1, 170), epoch: 1 },
      { previous: link(3, 180), epoch: 1 },
    );
    expect([...survey.superseded]).toEqual([2]);
    expect([...survey.ends].sort()).toEqual([
      [1, 170],
      [3, 180],
    ]);
  });

  it('passes over the first segment when another one began the log anew', () => {
    const { survey } = surveyOf({}, { epoch: 1 });
    expect([...survey.superseded]).toEqual([1]);
    expect(survey.ends.size).toBe(0);
  });

  it('passes over an empty segment that the next one does not name', () => {
    const { survey } = surveyOf(
      {},
      { previous: link(1, 170), bytes: 0 },
      { previous: link(1, 170) },
    );
    expect([...survey.superseded]).toEqual([2]);
  });

  it('passes over the first of two attempts to go on, which could not be removed', () => {
    const attempt = { previous: link(1, 170), epoch: 1 };
    const { survey } = surveyOf({}, attempt, attempt);
    expect([...survey.superseded]).toEqual([2]);
  });

  it('passes over nothing that holds frames and whose place in the log is its own', () => {
    const { survey } = surveyOf({}, { previous: link(1, 170) }, { previous: link(1, 171) });
    expect([...survey.superseded]).toEqual([]);
  });

  it('passes over an empty last segment when writing went on in the one before', () => {
    const frame = frameOf({ entity: 'a' }).bytes;
    const survey = (fields: Partial<SegmentHeader>, bytes: Uint8Array) => {
      const end = encodeSegmentHeader(headerOf()).length;
      const { memory, found } = surveyOf({}, { previous: link(1, end), bytes: 0, ...fields });
      const handle = memory.open('/log/000001.fbat', 'write');
      handle.write(bytes, 0, bytes.length, end);
      handle.close();
      const { superseded, ends } = surveySegments(memory, found);
      return [[...superseded], [...ends.keys()]];
    };
    expect(survey({}, frame)).toEqual([[2], []]);
    // A footer, or room that was made ahead; and what a restart has left behind.
    expect(survey({}, new Uint8Array(40).fill(7))).toEqual([[], [1]]);
    expect(survey({}, new Uint8Array(40))).toEqual([[], [1]]);
    expect(survey({ epoch: 1 }, frame)).toEqual([[], [1]]);
  });

  it('leaves what has no header to who reads the segment', () => {
    const { memory, found } = surveyOf({}, { previous: link(1, 170) });
    const handle = memory.open('/log/000002.fbat', 'write');
    handle.truncate(20);
    handle.close();
    const survey = surveySegments(memory, found);
    expect([...survey.headers.keys()]).toEqual([1]);
    expect(survey.ends.size).toBe(0);
  });
});

describe('gaveWay', () => {
  const place = (id: number, fields: Partial<SegmentHeader>, empty = false) => ({
    ...{ id, empty },
    header: headerOf({ segmentId: id, ...fields }),
  });

  it('holds for the same place in the log and no earlier epoch, or for an empty segment', () => {
    const previous = link(1, 170);
    const left = place(2, { previous });
    expect(gaveWay(left, place(3, { previous, epoch: 1 }))).toBe(true);
    expect(gaveWay(left, place(3, { previous }))).toBe(true);
    expect(gaveWay(place(2, { previous, epoch: 2 }), place(3, { previous, epoch: 1 }))).toBe(false);
    expect(gaveWay(left, place(3, { previous: link(1, 171), epoch: 1 }))).toBe(false);
    expect(gaveWay(left, place(3, { previous: link(1, 170, 1), epoch: 1 }))).toBe(false);
    expect(gaveWay(left, place(3, { previous: undefined, epoch: 1 }))).toBe(false);
    expect(gaveWay(place(2, { previous }, true), place(3, { previous }))).toBe(true);
  });
});
