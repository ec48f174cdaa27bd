import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Version of an installed package, as its `package.json` says. */
export function installedVersion(packageName: string): string {
  const manifest: unknown = require(`${packageName}/package.json`);
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  return 'unknown';
}
