import { libraryName } from './bench-store.ts';
import { built } from './library.ts';
import type { Contestant } from './measure.ts';
import { pathOf, type ReplayCase, timeReplay } from './replay-case.ts';
import type { ReplayState } from './replay-machines.ts';

type Compiled = typeof import('../src/aggregates/compile/compiled-stepper.ts');
type Step = typeof import('../src/aggregates/stepping/step.ts');

const folder = built ? '../dist/src/aggregates' : '../src/aggregates';
const ending = built ? 'js' : 'ts';
const { CompiledStepper }: Compiled = await import(`${folder}/compile/compiled-stepper.${ending}`);
const { advance }: Step = await import(`${folder}/stepping/step.${ending}`);

/** The library's fold by itself, over events that are in memory. */
export function foldedByLibrary(cases: readonly ReplayCase[]): Contestant {
  return {
    name: libraryName,
    run: () => Object.assign({}, ...cases.map((each) => timeReplay(each, foldHistory))),
  };
}

function foldHistory({ name, history, machine }: ReplayCase): ReplayState {
  const stepper = new CompiledStepper(machine);
  const run = stepper.run(stepper.start(undefined).snapshot);
  for (const event of history) advance(run, event, name);
  const { value, context } = run.snapshot();
  return { value: pathOf(value), total: context.total };
}
