import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { built } from './library.ts';

/** Load over the last minute above which figures are those of a machine that does other work. */
export const loadMax = 0.7;

/** Where and of what the figures are. */
export interface Environment {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** Load average over the last minute when the run began; always 0 on Windows. */
  readonly load: number;
  /** Abbreviated, with `+` when the working tree has changes; `unknown` outside a repository. */
  readonly commit: string;
  /** Whether the library ran from its sources or as built. */
  readonly library: 'sources' | 'built';
}

/** Looks at the machine and the working tree. */
export function readEnvironment(): Environment {
  return {
    platform: process.platform,
    arch: process.arch,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg()[0] ?? 0,
    commit: readCommit(),
    library: built ? 'built' : 'sources',
  };
}

/** The lines that head a report. */
export function describeEnvironment(environment: Environment): string[] {
  const { processor, cores, memoryGiB, platform, arch, node, commit, load, library } = environment;
  const lines = [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${platform} ${arch}`,
    `Node ${node}, commit ${commit}, batpak ${library}, load ${load.toFixed(2)}`,
  ];
  if (load > loadMax) lines.push(`WARNING: the machine was busy: load ${load.toFixed(2)}`);
  if (globalThis.gc === undefined) lines.push('WARNING: no --expose-gc, garbage is not collected');
  return lines;
}

function readCommit(): string {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changed = git('status', '--porcelain').length > 0;
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}
