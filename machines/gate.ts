import { setup } from 'xstate';

/** What is reported to {@link gateMachine} about one proposal. */
export type GateEvent =
  /** The gates are being asked. */
  | { type: 'evaluation.started' }
  /** The caller commits without asking the gates, giving a reason. */
  | { type: 'bypass.requested' }
  /** Every gate allowed the proposal; a receipt exists. */
  | { type: 'gates.passed' }
  /** A gate denied the proposal, or threw. */
  | { type: 'gate.denied' }
  /** The receipt, or the bypass, was handed in: it is consumed. */
  | { type: 'commit.started' }
  /** What was judged is written, or queued. */
  | { type: 'commit.succeeded' }
  /** It was refused, or the plan of what to write threw. Final: the receipt stays used. */
  | { type: 'commit.failed' };

/**
 * One proposal on its way through the gates: decides that nothing is committed unless every gate
 * passed or the gates were bypassed on purpose, and that a receipt is used at most once. The
 * pipeline sends every event.
 *
 * Without guards and context, so that a table derived from it can run it.
 */
export const gateMachine = setup({
  types: {} as { events: GateEvent },
}).createMachine({
  id: 'gate',
  version: '1',
  description:
    'One proposal on its way through the gates. It is evaluated, or bypassed on purpose; only ' +
    'then can it be committed, and at most once, because no state allows a second ' +
    '`commit.started`. A denial is final.',
  initial: 'proposed',
  states: {
    proposed: {
      on: {
        'evaluation.started': { target: 'evaluating' },
        'bypass.requested': { target: 'bypassed' },
      },
    },
    evaluating: {
      on: {
        'gates.passed': { target: 'approved' },
        'gate.denied': { target: 'denied' },
      },
    },
    approved: {
      on: {
        'commit.started': { target: 'committing' },
      },
    },
    bypassed: {
      on: {
        'commit.started': { target: 'committing' },
      },
    },
    committing: {
      on: {
        'commit.succeeded': { target: 'committed' },
        'commit.failed': { target: 'failed' },
      },
    },
    committed: { type: 'final' },
    denied: { type: 'final' },
    failed: { type: 'final' },
  },
});
