import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { type BatchEvent, batchMachine } from '../../machines/batch.ts';
import { CoverageOfMachine, edgesOf, statesOf } from '../support/coverage-of-machine.ts';

const events: readonly BatchEvent[] = [
  { type: 'items.valid' },
  { type: 'items.invalid' },
  { type: 'begin.staged' },
  { type: 'items.staged' },
  { type: 'commit.written' },
  { type: 'io.failed' },
  { type: 'truncate.finished' },
  { type: 'truncate.failed' },
  { type: 'events.published' },
  { type: 'sync.started' },
  { type: 'sync.finished' },
  { type: 'sync.failed' },
];

/** The state after the events. */
function stateAfter(...types: BatchEvent['type'][]): string {
  let [snapshot] = initialTransition(batchMachine);
  for (const type of types) [snapshot] = transition(batchMachine, snapshot, { type });
  return snapshot.value;
}

const upToCommit = ['items.valid', 'begin.staged', 'items.staged', 'commit.written'] as const;

describe('the batch machine, walked', () => {
  const coverage = new CoverageOfMachine(batchMachine, { events });

  it('has these states', () => {
    expect(statesOf(batchMachine)).toEqual([
      'validating',
      'beginning',
      'writing',
      'committing',
      'publishing',
      'published',
      'syncing',
      'aborting',
      'durable',
      'aborted',
      'unknown',
    ]);
  });

  it('has these edges and no other', () => {
    expect(edgesOf(batchMachine)).toEqual([
      'validating + items.valid → beginning',
      'validating + items.invalid → aborted',
      'beginning + begin.staged → writing',
      'beginning + io.failed → aborting',
      'writing + items.staged → committing',
      'writing + io.failed → aborting',
      'committing + commit.written → publishing',
      'committing + io.failed → aborting',
      'publishing + events.published → published',
      'published + sync.started → syncing',
      'syncing + sync.finished → durable',
      'syncing + sync.failed → unknown',
      'aborting + truncate.finished → aborted',
      'aborting + truncate.failed → unknown',
    ]);
  });

  it('reaches every state', () => {
    expect(coverage.missingStates()).toEqual([]);
  });

  it('takes every edge to where it says', () => {
    expect(coverage.missingEdges()).toEqual([]);
  });

  it('tries every event in every state', () => {
    expect(coverage.probes).toHaveLength(11 * 12);
  });

  it('changes nothing on an event that its state does not list', () => {
    expect(coverage.disobedient()).toEqual([]);
  });
});

describe('a batch', () => {
  it('ends as aborted when an item is invalid', () => {
    expect(stateAfter('items.invalid')).toBe('aborted');
  });

  it.each([1, 2, 3])('is cut off again when step %i of staging fails', (steps) => {
    const staged = upToCommit.slice(0, steps);
    expect(stateAfter(...staged, 'io.failed')).toBe('aborting');
    expect(stateAfter(...staged, 'io.failed', 'truncate.finished')).toBe('aborted');
  });

  it('is of unknown outcome when what was half-written cannot be cut off', () => {
    expect(stateAfter('items.valid', 'io.failed', 'truncate.failed')).toBe('unknown');
  });

  it('cannot be aborted once its commit is written', () => {
    expect(stateAfter(...upToCommit)).toBe('publishing');
    expect(stateAfter(...upToCommit, 'io.failed')).toBe('publishing');
    expect(stateAfter(...upToCommit, 'events.published', 'io.failed')).toBe('published');
  });

  it('is published before any sync, and rests there', () => {
    expect(stateAfter(...upToCommit, 'sync.started')).toBe('publishing');
    expect(stateAfter(...upToCommit, 'events.published')).toBe('published');
    expect(stateAfter(...upToCommit, 'events.published', 'sync.finished')).toBe('published');
  });

  it('is durable after a sync and of unknown durability after a failed one', () => {
    const synced = [...upToCommit, 'events.published', 'sync.started'] as const;
    expect(stateAfter(...synced, 'sync.finished')).toBe('durable');
    expect(stateAfter(...synced, 'sync.failed')).toBe('unknown');
  });
});
