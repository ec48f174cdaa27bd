import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GivenFiles, nodeFilesUnderTest } from '../../support/files-under-test.ts';

// What all implementations have in common is in the contract suite.
describe('NodeFiles', () => {
  it('makes files and directories that nobody else may read', () => {
    const { files, path, create, tested } = new GivenFiles(nodeFilesUnderTest());
    try {
      create('a').close();
      files.makeDirectory(path('b/c'));
      expect([path('a'), path('b'), path('b/c')].map(modeOf)).toEqual([0o600, 0o700, 0o700]);
    } finally {
      tested.dispose();
    }
  });

  it('keeps the descriptor of a closed file until its sync has answered', async () => {
    if (process.platform !== 'linux') return;
    const { path, create, tested } = new GivenFiles(nodeFilesUnderTest());
    try {
      const handle = create('synced', 'text');
      const [descriptor] = descriptorsOf(path('synced'));
      const answer = new Promise((resolve) => handle.beginSync('all', resolve));
      handle.close();
      // The next file must not get its number: the system would then sync the wrong one.
      const next = create('next');
      expect(descriptorsOf(path('synced'))).toEqual([descriptor]);
      expect(await answer).toBeUndefined();
      expect(descriptorsOf(path('synced'))).toEqual([]);
      expect(descriptorsOf(path('next'))).not.toEqual([descriptor]);
      next.close();
    } finally {
      tested.dispose();
    }
  });
});

/** The descriptors through which this process has a file open. */
function descriptorsOf(path: string): string[] {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
    } catch {
      // That of the listing itself is gone by now.
      return false;
    }
  });
}

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777;
}
