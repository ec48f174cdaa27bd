import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../src/platform/fault-plan.ts';
import { MemoryFiles } from '../../../src/platform/memory-files.ts';
import { SeededRandom } from '../../../src/platform/random.ts';
import { replaceFile, replaceFileByParts } from '../../../src/platform/replace-file.ts';
import { thrownBy } from '../../support/store-host.ts';

const before = new Uint8Array(100).fill(1);
const after = new Uint8Array(300).fill(2);

function given(): { files: MemoryFiles; plan: FaultPlan } {
  const files = new MemoryFiles();
  files.makeDirectory('/d');
  replaceFile(files, '/d', 'name', before);
  return { files, plan: new FaultPlan(files) };
}

function read(files: MemoryFiles, name = 'name'): number[] {
  const handle = files.open(`/d/${name}`, 'read');
  const bytes = new Uint8Array(handle.size());
  handle.read(bytes, 0, bytes.length, 0);
  handle.close();
  return [...bytes];
}

describe('replaceFile', () => {
  it('makes the file, and gives it other content', () => {
    const { files } = given();
    expect(read(files)).toEqual([...before]);
    replaceFile(files, '/d', 'name', after);
    expect(read(files)).toEqual([...after]);
    expect(files.list('/d')).toEqual(['name']);
    expect(read(files.afterPowerLoss())).toEqual([...after]);
  });

  it('goes on after short writes', () => {
    const { files, plan } = given();
    replaceFile(plan.shortWrite({ bytes: 7, andLater: true }), '/d', 'name', after);
    expect(read(files)).toEqual([...after]);
  });

  it('leaves the file whole, old or new, when any of its calls fails', () => {
    const { plan: counted } = given();
    const calls = counted.operations.length;
    replaceFile(counted, '/d', 'name', after);
    const total = counted.operations.length - calls;
    expect(total).toBeGreaterThan(6);
    for (let nth = 1; nth <= total; nth += 1) {
      const { files, plan } = given();
      plan.fail({ nth, code: 'EIO' });
      const thrown = thrownBy(() => replaceFile(plan, '/d', 'name', after));
      expect(thrown, `call ${nth}`).toMatchObject({ code: 'EIO' });
      expect([before, after].map((bytes) => [...bytes])).toContainEqual(read(files));
      expect(files.list('/d'), `call ${nth}`).toEqual(['name']);
      replaceFile(plan, '/d', 'name', after);
      expect(read(files)).toEqual([...after]);
    }
  });

  it('leaves the file whole, old or new, when it is killed or the power fails at any call', () => {
    const { plan: counted } = given();
    replaceFile(counted, '/d', 'name', after);
    for (let nth = 1; nth <= counted.operations.length; nth += 1) {
      const { files, plan } = given();
      const kept: MemoryFiles[] = [];
      plan.before({ nth }, () => {
        kept.push(files.clone(), files.afterPowerLoss());
        kept.push(files.afterPowerLoss(new SeededRandom(nth)));
      });
      replaceFile(plan, '/d', 'name', after);
      expect(kept).toHaveLength(3);
      for (const each of kept) {
        expect([before, after].map((bytes) => [...bytes])).toContainEqual(read(each));
        replaceFile(each, '/d', 'name', after);
        expect([each.list('/d'), read(each)]).toEqual([['name'], [...after]]);
      }
    }
  });

  it('refuses to take the place of a symbolic link', () => {
    const { files } = given();
    files.symlink('/d/name', '/d/link');
    const thrown = thrownBy(() => replaceFile(files, '/d', 'link', after));
    expect(thrown).toMatchObject({ code: 'ELOOP', path: '/d/link' });
    expect(files.stat('/d/link')?.type).toBe('symlink');
    expect(read(files)).toEqual([...before]);
  });

  it('does not follow a link that bears the temporary name', () => {
    const { files } = given();
    files.symlink('/d/name', '/d/other.new');
    replaceFile(files, '/d', 'other', after);
    expect([read(files, 'other'), read(files)]).toEqual([[...after], [...before]]);
  });
});

describe('replaceFileByParts', () => {
  it('writes each part before it asks for the next one', () => {
    const { files } = given();
    const sizes: (number | undefined)[] = [];
    function* parts(): Generator<Uint8Array> {
      for (let part = 0; part < 3; part += 1) {
        sizes.push(files.stat('/d/name.new')?.sizeBytes);
        yield Uint8Array.of(part, part);
      }
    }
    replaceFileByParts(files, '/d', 'name', parts());
    expect(sizes).toEqual([0, 2, 4]);
    expect(read(files)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('leaves the file as it was when a part can not be made', () => {
    const { files } = given();
    function* parts(): Generator<Uint8Array> {
      yield after;
      throw new Error('no more');
    }
    expect(thrownBy(() => replaceFileByParts(files, '/d', 'name', parts()))).toEqual(
      new Error('no more'),
    );
    expect([files.list('/d'), read(files)]).toEqual([['name'], [...before]]);
  });
});
