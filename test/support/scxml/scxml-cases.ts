import { entryAndExit, kindsOfTransition } from './entry-and-exit.ts';
import { doneEvents, history } from './history.ts';
import { eventless, internalEvents } from './internal-events.ts';
import type { ScxmlCase } from './scxml-case.ts';
import { parallelStates, selection } from './selection.ts';

/** Statements of the SCXML specification about the selection and the order of what is done. */
export const scxmlCases: Readonly<Record<string, readonly ScxmlCase[]>> = {
  'entry and exit': entryAndExit,
  'kinds of transition': kindsOfTransition,
  selection,
  'parallel states': parallelStates,
  history,
  'done events': doneEvents,
  'internal events': internalEvents,
  'eventless transitions': eventless,
};
