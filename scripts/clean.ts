import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.ts';

// A file that was renamed must not live on in the next build.
rmSync(join(root, 'dist'), { recursive: true, force: true });
