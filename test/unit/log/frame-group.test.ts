import { describe, expect, it } from 'vitest';
import { checkFrame } from '../../../src/codec/frame.ts';
import { RecordDraft } from '../../../src/codec/record.ts';
import { recordBytesMin } from '../../../src/codec/record-layout.ts';
import { FrameGroup } from '../../../src/log/frame-group.ts';
import { AssertionFailure } from '../../../src/model/assert.ts';
import { forgedSalt } from '../../support/forged-log.ts';

function draftOf(payloadBytes: number): RecordDraft {
  return Object.assign(new RecordDraft(), {
    entity: 'e',
    payload: new Uint8Array(payloadBytes),
    prevHash: new Uint8Array(32),
  });
}

describe('FrameGroup', () => {
  it('stages frames one behind the other', () => {
    const group = new FrameGroup(forgedSalt);
    group.begin(1000);
    expect(group.stage(draftOf(10))).toBe(0);
    const { length } = group;
    expect(group.stage(draftOf(20))).toBe(length);
    const second = checkFrame(group.bytes, length, group.length, forgedSalt, recordBytesMin);
    expect(second).toBe(group.length - length - 8);
  });

  it('tells the hash of the event staged last, which later ones leave alone', () => {
    const group = new FrameGroup(forgedSalt);
    group.begin(1000);
    group.stage(draftOf(1));
    const first = group.hash;
    const copy = Uint8Array.from(first ?? []);
    group.stage(draftOf(2));
    expect(group.hash).not.toEqual(first);
    expect(Uint8Array.from(first ?? [])).toEqual(copy);
    group.stage(Object.assign(draftOf(3), { prevHash: undefined }));
    expect(group.hash).toBeUndefined();
  });

  it('keeps its bytes when it ends, until the next one is begun', () => {
    const group = new FrameGroup(forgedSalt);
    group.begin(1000);
    group.stage(draftOf(10));
    const { length, bytes } = group;
    expect(group.end()).toBe(length);
    expect(group.length).toBe(0);
    expect(checkFrame(bytes, 0, length, forgedSalt, recordBytesMin)).toBe(length - 8);
  });

  it('is not begun before the last one has ended', () => {
    const group = new FrameGroup(forgedSalt);
    group.begin(1000);
    group.stage(draftOf(10));
    expect(() => group.begin(1000)).toThrow(AssertionFailure);
    group.end();
    group.begin(1000);
  });

  it('grows for a large group and gives the room back after it', () => {
    const group = new FrameGroup(forgedSalt);
    const usual = group.bytes.length;
    group.begin(6 * 1024 * 1024);
    group.stage(draftOf(5 * 1024 * 1024));
    group.end();
    expect(group.bytes.length).toBeGreaterThanOrEqual(6 * 1024 * 1024);
    group.begin(100);
    expect(group.bytes.length).toBe(usual);
  });

  it('refuses frames that it has no room for', () => {
    const group = new FrameGroup(forgedSalt);
    group.begin(100);
    expect(() => group.stage(draftOf(100_000))).toThrow();
  });
});
