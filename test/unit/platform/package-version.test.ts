import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { installedVersion } from '../../../src/platform/package-version.ts';

describe('installedVersion', () => {
  it('is what the package says of itself', () => {
    const manifest = new URL('../../../node_modules/xstate/package.json', import.meta.url);
    const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect(installedVersion('xstate')).toBe(version);
  });

  it('throws the error of Node for a package that is not installed', () => {
    expect(() => installedVersion('batpak-is-not-installed-here')).toThrow(
      expect.objectContaining({ code: 'MODULE_NOT_FOUND' }),
    );
  });
});
