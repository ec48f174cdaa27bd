import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './run.ts';
import { packPackage } from './stage-package.ts';

// Leaves the tarball to publish in the project's root: `npm publish batpak-<version>.tgz`.
const stage = mkdtempSync(join(tmpdir(), 'batpak-pack-'));
try {
  console.log(packPackage(stage, root));
} finally {
  rmSync(stage, { recursive: true, force: true });
}
