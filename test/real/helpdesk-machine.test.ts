import { describe, expect, it } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { eventTypeOf, toTicketEvent } from '../../examples/helpdesk/activities.ts';
import { type TicketContext, ticketMachine } from '../../examples/helpdesk/ticket-machine.ts';
import { describeState } from '../../examples/helpdesk/ticket-state.ts';

describe('the ticket machine', () => {
  it.each([...eventTypeOf.keys()])('takes %s as the first event of a ticket', (activity) => {
    expect(play([[activity, 0]]).refused).toEqual([]);
  });

  it('leads an ordinary ticket to closed', () => {
    const { state, refused } = play([
      ['Insert ticket', 0],
      ['Assign seriousness', 60],
      ['Take in charge ticket', 120],
      ['Wait', 180],
      ['Resolve ticket', 240],
      ['Closed', 300],
    ]);
    expect(refused).toEqual([]);
    expect(state).toBe('closed');
  });

  it('reopens a resolved ticket when it is taken in charge, put on hold or assessed anew', () => {
    for (const activity of ['Take in charge ticket', 'Wait', 'Assign seriousness'] as const) {
      const { context, refused } = play([
        ['Take in charge ticket', 0],
        ['Resolve ticket', 60],
        [activity, 120],
      ]);
      expect(refused).toEqual([]);
      expect(context).toMatchObject({ reopenings: 1, resolvedAt: null });
    }
  });

  it('refuses to close what is not resolved, and to close twice', () => {
    const start: Step[] = [['Take in charge ticket', 0]];
    expect(play([...start, ['Closed', 60]]).refused).toEqual([1]);
    const closed: Step[] = [...start, ['Resolve ticket', 60], ['Closed', 120]];
    expect(play([...closed, ['Closed', 9000]]).refused).toEqual([3]);
  });

  it('takes a closed ticket up again for thirty days and refuses it one second later', () => {
    const closed: Step[] = [['Closed', 0]];
    const days = 86_400;
    expect(play([...closed, ['Take in charge ticket', 30 * days]])).toMatchObject({
      refused: [],
      state: 'open.inCharge',
    });
    expect(play([...closed, ['Take in charge ticket', 30 * days + 1]])).toMatchObject({
      refused: [1],
      state: 'closed',
    });
    expect(play([...closed, ['Wait', 60], ['Resolve ticket', 120]]).refused).toEqual([1, 2]);
  });

  it('refuses the same entry of the same person within ten seconds, and no other', () => {
    const start: Step[] = [['Resolve ticket', 0]];
    expect(play([...start, ['Resolve ticket', 10]]).refused).toEqual([1]);
    expect(play([...start, ['Resolve ticket', 11]]).refused).toEqual([]);
    expect(play([...start, ['Resolve ticket', 10, 'somebody else']]).refused).toEqual([]);
  });

  it('refuses to resolve what was only inserted', () => {
    expect(
      play([
        ['Insert ticket', 0],
        ['Resolve ticket', 60],
      ]).refused,
    ).toEqual([1]);
  });

  it('counts the faults of the software and refuses to mend more than were reported', () => {
    const both: Step[] = [
      ['Create SW anomaly', 0],
      ['Create SW anomaly', 600],
      ['Resolve SW anomaly', 1200],
      ['Resolve SW anomaly', 1203],
    ];
    expect(play(both)).toMatchObject({
      refused: [],
      state: 'open.pending.correction, anomaly mended',
    });
    expect(play([...both, ['Resolve SW anomaly', 1300]]).refused).toEqual([4]);
    expect(
      play([
        ['Wait', 0],
        ['Resolve SW anomaly', 60],
      ]).refused,
    ).toEqual([1]);
  });

  it("hears the tracker's verdict on a closed ticket", () => {
    expect(
      play([
        ['Create SW anomaly', 0],
        ['Resolve ticket', 60],
        ['Closed', 120],
        ['RESOLVED', 180],
        ['INVALID', 180],
        ['VERIFIED', 240],
      ]),
    ).toMatchObject({ refused: [], state: 'closed, anomaly verified' });
  });
});

/** An activity, how many seconds after the first, and by whom. */
type Step = readonly [activity: string, atSeconds: number, by?: string];

/** Sends the steps to a new ticket; `refused` holds the positions of those it didn't take. */
function play(steps: readonly Step[]): {
  state: string;
  context: TicketContext;
  refused: number[];
} {
  let [snapshot] = initialTransition(ticketMachine);
  const refused: number[] = [];
  steps.forEach(([activity, atSeconds, by = 'kim'], index) => {
    const time = new Date(Date.UTC(2024, 0, 8) + atSeconds * 1000).toISOString();
    const event = toTicketEvent({
      number: index + 1,
      case: 'T-1',
      activity,
      time,
      resource: by,
      attributes: { seriousness: 'minor' },
    });
    if (event === undefined) throw new Error(`${activity} is not an activity`);
    if (snapshot.can(event)) [snapshot] = transition(ticketMachine, snapshot, event);
    else refused.push(index);
  });
  return { state: describeState(snapshot.value), context: snapshot.context, refused };
}
