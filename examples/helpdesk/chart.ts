import { readFileSync, writeFileSync } from 'node:fs';
import { toMermaid } from 'batpak';
import { ticketMachine } from './ticket-machine.ts';

/** Where the chart of the ticket's machine lies. */
export const chartPath = new URL('./ticket-machine.mmd', import.meta.url);

/** The chart of the ticket's machine, as Mermaid. */
export function chartText(): string {
  return `${toMermaid(ticketMachine).trimEnd()}\n`;
}

/** Writes the chart, unless the file has it already. */
export function writeChart(): 'written' | 'unchanged' {
  const text = chartText();
  if (readChart() === text) return 'unchanged';
  writeFileSync(chartPath, text);
  return 'written';
}

function readChart(): string | undefined {
  try {
    return readFileSync(chartPath, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
