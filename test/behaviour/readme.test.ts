import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const samples = samplesOf(readme);
const exchangeSamples = samplesOf(readFileSync(join(root, 'docs/exchange.md'), 'utf8'));

const gates = readFileSync(join(root, 'docs/gates.md'), 'utf8');

function samplesOf(page: string): string[] {
  return [...page.matchAll(/```ts run\n(.*?)```/gs)].map((match) => match[1] ?? '');
}

describe('the README', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'batpak-readme-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function run(sample: string): string {
    const file = join(folder, 'sample.ts');
    // The package imports itself by name only from inside: outside the sources are named.
    writeFileSync(file, sample.replace("'batpak'", JSON.stringify(join(root, 'src/index.ts'))));
    return execFileSync(process.execPath, ['--import', 'tsx', file], {
      cwd: folder,
      encoding: 'utf8',
    });
  }

  it('has a page of gates that prints what it says', () => {
    const printed = gates.match(/It prints\n\n```text\n(.*?)```/s)?.[1];
    expect(samplesOf(gates)).toHaveLength(1);
    expect(run(samplesOf(gates)[0] ?? '')).toBe(printed);
  });

  it('has three samples that can be run', () => {
    expect(samples).toHaveLength(3);
  });

  it('prints what it says, the first time and again', () => {
    const printed = readme.match(/It prints\n\n```text\n(.*?)```/s)?.[1];
    expect(run(samples[0] ?? '')).toBe(printed);
    expect(run(samples[0] ?? '')).toBe(printed);
  });

  it('shows the store underneath at work', () => {
    expect(run(samples[1] ?? '').split('\n')).toEqual([
      'true',
      '{ total: 1999 } 1',
      'order:1 0 order.placed',
      '1 10',
      'true 8',
      'clean 10',
      '',
    ]);
  });

  it('shows deliveries at work', () => {
    const lines = run(samples[2] ?? '').split('\n');
    // Worker and screen are told at the same time.
    expect(lines.slice(0, 2).sort()).toEqual(['mail about order:1', 'on the screen: order:1']);
    expect(lines.slice(2)).toEqual(['0', '']);
  });

  it('leads to a page of exchange whose samples run', () => {
    expect(exchangeSamples.map(run)).toEqual([
      '',
      '{ read: 1, imported: 1, known: 0, ignoredAttributes: [] }\n',
    ]);
  });
});
