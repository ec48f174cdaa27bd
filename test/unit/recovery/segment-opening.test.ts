import { describe, expect, it } from 'vitest';
import { encodeSegmentHeader } from '../../../src/codec/segment-header.ts';
import { StorageError } from '../../../src/model/errors/disk-errors.ts';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import {
  listSegmentFiles,
  listSegments,
  readSegmentHeader,
  withSegment,
} from '../../../src/recovery/segment-opening.ts';
import { headerOf } from '../../support/forged-log.ts';
import { thrownBy } from '../../support/store-host.ts';

const header = headerOf();
const headerBytes = encodeSegmentHeader(header);

/** Files with the bytes under each name. */
function given(names: readonly string[], bytes: Uint8Array = headerBytes): FaultPlan {
  const plan = new FaultPlan(new MemoryFiles());
  plan.makeDirectory('/log');
  for (const name of names) {
    const handle = plan.open(`/log/${name}`, 'create');
    handle.write(bytes, 0, bytes.length, 0);
    handle.close();
  }
  return plan;
}

describe('listSegmentFiles', () => {
  it('finds the segments in the order of their numbers, and nothing else', () => {
    const files = given(['1000000.fbat', '000010.fbat', '000002.fbat', 'LOCK', '3.fbat']);
    expect(listSegmentFiles(files, '/log')).toEqual([
      { id: 2, revision: 0, path: '/log/000002.fbat' },
      { id: 10, revision: 0, path: '/log/000010.fbat' },
      { id: 1_000_000, revision: 0, path: '/log/1000000.fbat' },
    ]);
  });

  it('finds of each segment the highest revision only', () => {
    const files = given(['000002.9.fbat', '000002.10.fbat', '000002.fbat', '000001.fbat']);
    expect(listSegmentFiles(files, '/log')).toEqual([
      { id: 1, revision: 0, path: '/log/000001.fbat' },
      { id: 2, revision: 10, path: '/log/000002.10.fbat' },
    ]);
  });

  it('tells when the directory can not be read', () => {
    const thrown = thrownBy(() => listSegmentFiles(given([]), '/none'));
    expect(thrown).toBeInstanceOf(StorageError);
    expect(thrown).toMatchObject({ systemCode: 'ENOENT', operation: 'list', path: '/none' });
  });
});

describe('listSegments', () => {
  it('tells lower revisions and unfinished ones apart', () => {
    const names = ['000002.9.fbat', '000002.10.fbat', '000002.fbat', '000003.1.fbat.new', 'a.new'];
    const { superseded, unfinished } = listSegments(given(names), '/log');
    expect(superseded.map(({ path }) => path).sort()).toEqual([
      '/log/000002.9.fbat',
      '/log/000002.fbat',
    ]);
    expect(unfinished).toEqual(['/log/000003.1.fbat.new']);
  });
});

describe('withSegment', () => {
  it('hands the open file and its size over, and closes it', () => {
    const files = given(['a']);
    const answer = withSegment(files, '/log/a', (handle, sizeBytes) => [handle.size(), sizeBytes]);
    expect(answer).toEqual([headerBytes.length, headerBytes.length]);
    expect(files.count('open')).toBe(files.count('close'));
  });

  it('closes it also when its user throws, whose own error comes out', () => {
    const files = given(['a']);
    const own = new RangeError('mine');
    expect(
      thrownBy(() =>
        withSegment(files, '/log/a', () => {
          throw own;
        }),
      ),
    ).toBe(own);
    expect(files.count('open')).toBe(files.count('close'));
  });

  it('tells when the system refuses', () => {
    const files = given(['a']).fail({ operation: 'open', code: 'EACCES' });
    expect(thrownBy(() => withSegment(files, '/log/a', () => 1))).toMatchObject({
      code: 'BATPAK_STORAGE',
      systemCode: 'EACCES',
      path: '/log/a',
    });
  });
});

describe('readSegmentHeader', () => {
  const read = (bytes: Uint8Array, prepare: (files: FaultPlan) => unknown = () => 1): unknown => {
    const files = given(['a'], bytes);
    prepare(files);
    return withSegment(files, '/log/a', (handle, size) => readSegmentHeader(handle, size, 'a'));
  };

  it('reads the header and tells where it ends, also by short reads', () => {
    const expected = { header, bytes: headerBytes.length };
    expect(read(headerBytes)).toEqual(expected);
    expect(read(Buffer.concat([headerBytes, new Uint8Array(9000)]))).toEqual(expected);
    const short = (files: FaultPlan) => files.shortRead({ bytes: 5, andLater: true });
    expect(read(headerBytes, short)).toEqual(expected);
  });

  it('takes an empty file, a short one of zeros and a part of a header for cut off', () => {
    expect(read(new Uint8Array(0))).toBe('cut off');
    expect(read(new Uint8Array(4000))).toBe('cut off');
    for (let size = 0; size < headerBytes.length; size += 1) {
      expect(read(headerBytes.subarray(0, size)), `${size} bytes`).toBe('cut off');
    }
  });

  it('takes a long file of zeros for damage', () => {
    expect(read(new Uint8Array(5000))).toBe('bad magic');
  });
});
