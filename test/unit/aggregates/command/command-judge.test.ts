import { describe, expect, it } from 'vitest';
import { CommandJudge } from '../../../../src/aggregates/command/command-judge.ts';
import { AggregateReader } from '../../../../src/aggregates/fold/aggregate-reader.ts';
import { door } from '../../../support/aggregates.ts';
import { StoreHost } from '../../../support/store-host.ts';

const options = { checksPurity: false, guard: undefined };

function someJudge() {
  const store = new StoreHost().open();
  const reader = new AggregateReader(store, door, { maxEntities: 10 });
  return { store, reader, judge: new CommandJudge(door, reader, store.platform, options) };
}

describe('a command judge', () => {
  it('takes a command in without looking at any state, with a fingerprint for its key', () => {
    const { judge } = someJudge();
    const command = { type: 'rang', times: 1 };
    const request = judge.request('1', command, { idempotencyKey: 'one' });
    expect(request).toMatchObject({
      id: '1',
      entity: 'door:1',
      command,
      creates: false,
      checked: { payload: { times: 1 } },
    });
    expect(request.fingerprint).toHaveLength(8);
    expect(judge.request('1', command, {}).fingerprint).toBeUndefined();
    expect(judge.request('1', { type: 'unknown' }, {}).checked).toBeUndefined();
    expect(judge.creation('1', new Map(), {}).checked).toMatchObject({ issues: [{ path: '$' }] });
  });

  it('leads from a state to the next one and what is to be written, and writes nothing', () => {
    const { store, reader, judge } = someJudge();
    const before = reader.current('door:1');
    const command = { type: 'opened', by: 'kim' };
    const opening = judge.request('1', command, {});
    const opened = judge.judge(opening, before);
    if (!opened.accepted) throw new Error(opened.reason);
    expect(opened.snapshot.value).toBe('open');
    expect(opened.written.event).toMatchObject({ type: 'opened', emitted: [{ type: 'creaked' }] });
    const after = { ...before, snapshot: opened.snapshot, clock: 1 };
    expect(judge.judge(opening, after)).toMatchObject({ accepted: false, reason: 'unhandled' });
    expect(judge.judge(judge.creation('1', undefined, {}), after)).toMatchObject({
      reason: 'conflict',
      facts: { actual: 1 },
    });
    expect(store.eventCount).toBe(0);
  });

  it('tells a machine that has failed from one that is done', () => {
    const { reader, judge } = someJudge();
    const { stepper } = reader;
    const { snapshot } = stepper.start(undefined);
    const opening = { type: 'opened', by: 'kim' };
    const command = judge.request('1', opening, {});
    const verdictIn = (event: { type: string; [key: string]: unknown }) => {
      const ended = stepper.step(snapshot, event).snapshot;
      return judge.judge(command, { ...reader.current('door:1'), snapshot: ended, clock: 0 });
    };
    expect(verdictIn({ type: 'removed' })).toMatchObject({ accepted: false, reason: 'done' });
    // No event of an aggregate does this yet: an actor that fails does.
    expect(verdictIn({ type: 'xstate.error.actor.x', error: 'lost' })).toMatchObject({
      accepted: false,
      reason: 'failed',
    });
  });
});
