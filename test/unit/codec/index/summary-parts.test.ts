import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../../../src/codec/index/byte-reader.ts';
import { ByteWriter } from '../../../../src/codec/index/byte-writer.ts';
import {
  readHoles,
  readLastFrame,
  readNames,
  readRuns,
  writeHoles,
  writeLastFrame,
  writeNames,
  writeRuns,
} from '../../../../src/codec/index/summary-parts.ts';

describe('parts of a summary', () => {
  it('are read as they were written', () => {
    const frame = { offset: 1, length: 2, checksum: 0xffff_ffff };
    const names = [{ name: 'moved', kind: 0xffff }];
    const runs = [{ from: 0, to: 9, startUs: 2 ** 50, endUs: 2 ** 51 }];
    const holes = [{ from: 3, count: 4 }];
    const writer = new ByteWriter();
    writeLastFrame(writer, frame);
    writeNames(writer, names);
    writeRuns(writer, runs);
    writeHoles(writer, holes);
    const reader = new ByteReader(writer.done());
    expect(readLastFrame(reader)).toEqual(frame);
    expect(readNames(reader)).toEqual(names);
    expect(readRuns(reader)).toEqual(runs);
    expect(readHoles(reader)).toEqual(holes);
    expect(reader.finished).toBe(true);
  });
});
