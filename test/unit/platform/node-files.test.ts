import { lstatSync } from 'node:fs';
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
});

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o777;
}
