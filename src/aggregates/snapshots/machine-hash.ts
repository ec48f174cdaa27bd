import type { AnyStateMachine } from 'xstate';
import { hashOf } from '../../codec/hash-chain.ts';
import { xstateVersion } from '../stepping/xstate-adapter.ts';

/** Deepest nesting of a configuration that is looked at. */
const depthMax = 64;

/**
 * A hash of all that is known of a machine: configuration, the text of its functions, and the
 * version of XState. Another hash does not mean another machine, but a state that was kept under
 * the same hash was made by the same code; what functions close over is not seen.
 */
export function machineHash(machine: AnyStateMachine): string {
  const { actions, guards, delays } = machine.implementations;
  const parts: string[] = [xstateVersion];
  addText([machine.config, actions, guards, delays], parts, 0);
  const bytes = new TextEncoder().encode(parts.join(' '));
  return Buffer.from(hashOf(bytes, 0, bytes.length)).toString('hex', 0, 16);
}

function addText(value: unknown, parts: string[], depth: number): void {
  if (typeof value !== 'object' && typeof value !== 'function') {
    parts.push(`${typeof value} ${String(value)}`);
    return;
  }
  if (value === null || depth === depthMax) {
    parts.push('…');
    return;
  }
  // A built-in action is a function that holds what it was made of, such as its assignment.
  if (typeof value === 'function') parts.push(String(value));
  parts.push('{');
  for (const [key, item] of Object.entries(value)) {
    parts.push(key);
    addText(item, parts, depth + 1);
  }
  parts.push('}');
}
