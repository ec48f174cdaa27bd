import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, initialTransition, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { batchMachine } from '../../machines/batch.ts';
import { fenceMachine } from '../../machines/fence.ts';
import { gateMachine } from '../../machines/gate.ts';
import { recoveryMachine } from '../../machines/recovery.ts';
import { type RestartEvent, restartMachine } from '../../machines/restart.ts';
import { writerMachine } from '../../machines/writer.ts';
import type { RestartPolicy } from '../../src/model/restart-policy.ts';
import { edgesOf } from '../support/coverage-of-machine.ts';
import {
  batchEdgesNotTaken,
  batchLongerWays,
  batchScenarios,
  fenceScenarios,
  gateScenarios,
  recoveryEdgesNotTaken,
  recoveryScenarios,
} from '../support/engine-scenarios.ts';
import { MachineTraces } from '../support/machine-traces.ts';
import { type PathStep, pathsToEdges } from '../support/paths-of-machine.ts';
import { appendSome, thrownBy } from '../support/store-host.ts';
import {
  queueLimits,
  type Scenario,
  writerIsSent,
  writerScenarios,
} from '../support/writer-scenarios.ts';

const { channelCapacity: queueCapacity, ...writerLimits } = queueLimits;
const failure = { operation: 'sync', systemCode: 'EIO', atMs: 0 };

const writerPaths = pathsToEdges(writerMachine, {
  input: { queueCapacity, ...writerLimits },
  isSent: writerIsSent,
  events: [
    ...typesOf(writerMachine)
      .filter((type) => !['queue.changed', 'io.failed', 'restart.failed'].includes(type))
      .map((type) => ({ type, events: 1, queued: 0 }) as never),
    { type: 'queue.changed', length: 0 },
    { type: 'queue.changed', length: 3 },
    { type: 'queue.changed', length: 4 },
    { type: 'io.failed', ...failure },
    { type: 'restart.failed', ...failure },
  ],
});

describe.each<MachineUnderTest>([
  {
    machine: writerMachine,
    paths: writerPaths,
    scenarios: writerScenarios,
    notTaken: {},
    longerWays: {},
  },
  flat(batchMachine, batchScenarios, batchEdgesNotTaken, batchLongerWays),
  flat(fenceMachine, fenceScenarios),
  flat(gateMachine, gateScenarios),
  flat(recoveryMachine, recoveryScenarios, recoveryEdgesNotTaken),
])('the machine $machine.id in a real store', (tested) => {
  const { machine, paths, scenarios, notTaken, longerWays } = tested;
  const edges = edgesOf(machine);

  it('has a scenario, or a reason why there is none, for every edge', () => {
    expect([...Object.keys(scenarios), ...Object.keys(notTaken)].sort()).toEqual(edges.sort());
  });

  it.each(Object.keys(scenarios).filter((edge) => longerWays[edge] === undefined))(
    'goes its shortest way to %s',
    async (edge) => {
      const path = paths.get(edge) ?? [];
      const traces = new MachineTraces();
      await scenarios[edge]?.(traces);
      const begun = traces.of(machine.id).map((trace) => begunBy(trace, path));
      expect(begun).toContainEqual(path);
    },
  );

  it.each(Object.keys(longerWays))('comes to %s', async (edge) => {
    const traces = new MachineTraces();
    await scenarios[edge]?.(traces);
    expect(traces.of(machine.id).flatMap((trace) => edgesAlong(trace))).toContain(edge);
  });
});

interface MachineUnderTest {
  readonly machine: AnyStateMachine;
  readonly paths: ReadonlyMap<string, readonly PathStep[]>;
  /** For every edge that a store takes: what makes it do so. */
  readonly scenarios: Readonly<Record<string, Scenario>>;
  /** Edges that no store takes, and why. */
  readonly notTaken: Readonly<Record<string, string>>;
  /** Edges that a store takes only after steps which the machine doesn't ask for, and why. */
  readonly longerWays: Readonly<Record<string, string>>;
}

/** A machine without context, in which every event of a type is the same. */
function flat(
  machine: AnyStateMachine,
  scenarios: Readonly<Record<string, Scenario>>,
  notTaken: Readonly<Record<string, string>> = {},
  longerWays: Readonly<Record<string, string>> = {},
): MachineUnderTest {
  // Of ways of one length the first by name is looked for.
  const events = typesOf(machine)
    .sort()
    .map((type) => ({ type }));
  return { machine, paths: pathsToEdges(machine, { events }), scenarios, notTaken, longerWays };
}

/** As much of a trace as the path is long. */
function begunBy(trace: readonly PathStep[], path: readonly PathStep[]): PathStep[] {
  // What is only there because somebody looks, and leads nowhere.
  const counted = path.some(({ type }) => type === 'events.written');
  return trace.filter(({ type }) => counted || type !== 'events.written').slice(0, path.length);
}

/** Names of the edges that a flat machine has taken, but for the first. */
function edgesAlong(trace: readonly PathStep[]): string[] {
  return trace.slice(1).map(({ type, value }, at) => `${trace[at]?.value} + ${type} → ${value}`);
}

describe.each<RestartPolicy>([
  { type: 'once' },
  { type: 'bounded', maxRestarts: 2, withinMs: 100 },
  { type: 'bounded', maxRestarts: 0, withinMs: 100 },
])('the restart machine with the policy %o', (restartPolicy) => {
  const input = { policy: restartPolicy };
  const ways = getShortestPaths(restartMachine, {
    input,
    events: [
      ...[0, 60, 100, 159, 160].map((atMs) => ({ type: 'io.failed' as const, atMs })),
      { type: 'restart.finished' },
      { type: 'restart.failed' },
    ],
    // Time does not fall back.
    filterEvents: ({ context }, event) =>
      event.type !== 'io.failed' || event.atMs > (context.failedAtMs ?? -1),
    limit: 20_000,
  }).map(({ steps }) => steps.flatMap(({ event }) => (isInitial(event) ? [] : [event])));
  const reached = new Set<unknown>();

  it('decides what follows each failure of a real store', () => {
    for (const events of ways) {
      let [snapshot] = initialTransition(restartMachine, input);
      const decided: string[] = [];
      for (const event of events) {
        [snapshot] = transition(restartMachine, snapshot, event);
        reached.add(snapshot.value);
        if (event.type !== 'io.failed') decided.push(event.type);
        else decided.push(snapshot.matches('allowed') ? 'restart.allowed' : 'restart.denied');
      }
      // A store never stops while it restarts.
      if (snapshot.matches('allowed')) decided.push('restart.finished');
      expect(decisionsOf(restartPolicy, events)).toEqual(decided);
    }
    const states = ['healthy', 'allowed', 'exhausted'];
    const left = restartPolicy.type === 'once' || restartPolicy.maxRestarts > 0;
    expect([...reached].sort()).toEqual(left ? states.sort() : ['exhausted']);
  });
});

/** What the writer of a real store is told when the disk fails as the events say. */
function decisionsOf(restartPolicy: RestartPolicy, events: readonly RestartEvent[]): string[] {
  const traces = new MachineTraces();
  const { plan, timers } = traces.host;
  const store = traces.open({ writer: { restartPolicy } });
  appendSome(store, 1);
  let nowMs = 0;
  for (const [at, event] of events.entries()) {
    if (event.type !== 'io.failed') continue;
    timers.advance(event.atMs - nowMs);
    nowMs = event.atMs;
    plan.heal();
    plan.fail({ operation: 'write', code: 'EIO' });
    const restartFails = events[at + 1]?.type === 'restart.failed';
    if (restartFails)
      plan.fail({ operation: 'open', path: '.fbat', nth: 1, code: 'EIO', andLater: true });
    thrownBy(() => appendSome(store, 1));
  }
  const [trace = []] = traces.of('writer');
  return trace.map(({ type }) => type).filter((type) => type.startsWith('restart.'));
}

function isInitial({ type }: { readonly type: string }): boolean {
  return type === 'xstate.init';
}

describe('a salvage', () => {
  it.each([
    ['a frame', 500],
    ['a header', 30],
  ])('of damage in %s is a step of the cold start', (_, offset) => {
    const traces = new MachineTraces();
    const options = { segmentMaxBytes: 1000, recovery: 'salvage' } as const;
    const store = traces.host.open(options);
    appendSome(store, 12);
    store.sync();
    traces.host = traces.host.killed();
    traces.host.flip('000001.fbat', offset);
    traces.open(options);
    const [trace = []] = traces.of('recovery');
    expect(trace.slice(0, 2)).toEqual([
      { type: 'salvage.begun', value: 'salvaging' },
      { type: 'salvage.finished', value: 'image' },
    ]);
    expect(trace.at(-1)).toEqual({ type: 'segments.finished', value: 'ready' });
  });
});

/** Types of all events that a machine lists. */
function typesOf(machine: AnyStateMachine): string[] {
  return [...new Set<string>(machine.events)];
}
