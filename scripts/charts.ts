/**
 * Writes `docs/charts/<machine>.md` for each machine of `batpak/machines`: its title, what its
 * description says, and its picture. With `--check` it writes nothing, names every page that is
 * missing, stale, or left over from a machine that is gone, and exits 1 when there is one.
 *
 * npx tsx --conditions=batpak-source scripts/charts.ts [--check]
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as machines from 'batpak/machines';
import { type AnyStateMachine, StateMachine } from 'xstate';
import { toMermaid } from '../src/inspect/mermaid.ts';

const folder = new URL('../docs/charts/', import.meta.url);
const mark = '<!-- Written by scripts/charts.ts: change the machine, not this page. -->';

const pages = new Map<string, string>();
for (const machine of Object.values<unknown>(machines)) {
  if (machine instanceof StateMachine) pages.set(`${machine.id}.md`, page(machine));
}

if (process.argv.includes('--check')) check();
else write();

function page(machine: AnyStateMachine): string {
  const { description } = machine.root;
  if (description === undefined) throw new Error(`machine '${machine.id}' has no description`);
  return [`# ${machine.id}`, mark, description, `\`\`\`mermaid\n${toMermaid(machine)}\n\`\`\``]
    .join('\n\n')
    .concat('\n');
}

function write(): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of pages) writeFileSync(new URL(name, folder), text);
  console.log(`wrote ${pages.size} charts: ${[...pages.keys()].join(', ')}`);
}

function check(): void {
  const written = new Map(listed().map((name) => [name, read(name)]));
  const stale = [...pages.keys()].filter((name) => written.get(name) !== pages.get(name));
  const leftOver = [...written.keys()].filter(
    (name) => !pages.has(name) && written.get(name)?.includes(mark),
  );
  for (const name of stale) console.error(`docs/charts/${name} is stale`);
  for (const name of leftOver) console.error(`docs/charts/${name} is of no machine: remove it`);
  if (stale.length > 0) {
    console.error('Write them: npx tsx --conditions=batpak-source scripts/charts.ts');
  }
  if (stale.length + leftOver.length > 0) process.exitCode = 1;
}

function listed(): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith('.md'));
}

function read(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
