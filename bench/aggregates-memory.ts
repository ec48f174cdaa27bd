import { libraryName } from './bench-store.ts';
import { runChild } from './child.ts';
import { type Contestant, MisbehaviourError, type Values } from './measure.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/** Name of the contestant whose process holds live aggregates. */
export const memoryName = `${libraryName}, live`;

/** What aggregates take in memory, in a process of its own, so that nothing else is in it. */
export function holdsAccounts(): Contestant {
  return {
    name: memoryName,
    run: (): Values => {
      const folder = makeScratch();
      const { output, ended } = runChild('aggregates-memory-child.ts', [folder]);
      if (!ended) throw new MisbehaviourError('the process of the live aggregates has failed');
      removeScratch(folder);
      const parsed: { memory?: unknown; context?: unknown } = JSON.parse(output);
      const { memory, context } = parsed;
      if (typeof memory !== 'number' || typeof context !== 'number') {
        throw new MisbehaviourError(`memory of the live aggregates: ${output}`);
      }
      return { memory, context };
    },
  };
}
