import { checkHistory, defineAggregate, defineEvent, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { assigned2, events1, events2, oldTickets, options2, ticket1 } from '../support/evolving.ts';
import { FollowerHost } from '../support/follower-host.ts';
import { StoreHost, someKind, thrownBy } from '../support/store-host.ts';

const ticket2 = defineAggregate(options2);
const skipping = defineAggregate({ ...options2, onRefused: 'skip' });

describe('a history of an earlier version', () => {
  it('is folded with the upcasts, earlier names and renames of today', () => {
    const { store } = oldTickets();
    const tickets = repository(store, ticket2);
    const plain = tickets.load('plain');
    expect(plain).toMatchObject({ value: 'busy', context: { to: 'team kim', nudges: 1 } });
    expect(plain?.report).toMatchObject({ refused: { count: 0 }, changed: { count: 0 } });
    const events = [...tickets.history('plain')].map((entry) =>
      entry.role === 'input' ? entry.event : entry.role,
    );
    expect(events).toEqual([{ type: 'nudged' }, { type: 'assigned', to: 'team kim' }]);
    expect(store.at(1)?.payload).toEqual({ to: 'kim' });
  });

  it('goes on with events of today, and both are read after a reopen', () => {
    const { host, store } = oldTickets();
    const tickets = repository(store, ticket2);
    tickets.send('plain', { type: 'resolved' });
    tickets.send('new', { type: 'assigned', to: 'team kim' });
    store.close();
    const again = repository(host.open(), ticket2);
    expect(again.load('plain')?.value).toBe('closed');
    expect(again.load('new')?.context.to).toBe('team kim');
  });

  it('tells an event that is refused today, with its versions', () => {
    const { store } = oldTickets();
    const tickets = repository(store, ticket2);
    expect(thrownBy(() => tickets.load('rushed'))).toMatchObject({
      code: 'BATPAK_HISTORY_REFUSED',
      entity: 'ticket:rushed',
      sequence: 2,
      eventType: 'resolved',
      fromVersion: 1,
      toVersion: 2,
    });
    expect(thrownBy(() => [...tickets.history('rushed')])).toMatchObject({
      code: 'BATPAK_HISTORY_REFUSED',
    });
  });

  it("skips it with onRefused: 'skip', and reports it in the state", () => {
    const { store } = oldTickets();
    const tickets = repository(store, skipping);
    expect(tickets.load('nudged')).toMatchObject({
      value: 'closed',
      clock: 2,
      report: { refused: { count: 1, firstSequence: 5 }, changed: { count: 0 } },
    });
    expect([...tickets.history('nudged')].map(({ role }) => role)).toEqual([
      'input',
      'input',
      'refused',
    ]);
    expect(tickets.load('rushed')).toBeUndefined();
  });

  it('is gone on with after a skipped event, and verified under the new version', () => {
    const { host, store } = oldTickets();
    const tickets = repository(store, skipping);
    expect(tickets.send('rushed', { type: 'assigned', to: 'x' })).toMatchObject({
      accepted: true,
      state: { value: 'busy' },
      receipt: { clock: 1 },
    });
    store.close();
    expect(repository(host.open(), skipping).load('rushed')).toMatchObject({
      value: 'busy',
      report: { refused: { count: 1, firstSequence: 2 } },
    });
  });

  it('reports state values that are not what they were', () => {
    const { store } = oldTickets();
    const { renames: _, ...unnamed } = options2;
    const tickets = repository(store, defineAggregate(unnamed));
    expect(tickets.load('plain')?.report.changed).toEqual({ count: 1, firstSequence: 0 });
  });

  it('never skips what its own version accepted', () => {
    const { store } = oldTickets();
    const changed = defineAggregate({ ...options2, version: 1, onRefused: 'skip' });
    expect(thrownBy(() => repository(store, changed).load('rushed'))).toMatchObject({
      code: 'BATPAK_HISTORY_REFUSED',
      fromVersion: 1,
      toVersion: 1,
    });
  });

  it.each([
    ['throws', { 1: () => JSON.parse('{') }, 'its upcast threw'],
    ['makes no object', { 1: () => 7 }, 'must make an object'],
    ['makes a list', { 1: () => [] }, 'must make an object'],
    ['is missing', {}, 'there is no upcast from it'],
  ])('with an upcast that %s is an UpcastFailedError', (_, upcasts, problem) => {
    const { store } = oldTickets();
    const broken = defineAggregate({
      ...options2,
      events: { ...events2, assigned: assigned2(upcasts) },
    });
    expect(thrownBy(() => repository(store, broken).load('plain'))).toMatchObject({
      code: 'BATPAK_UPCAST_FAILED',
      event: 'ticket.assigned',
      fromVersion: 1,
      sequence: 1,
      message: expect.stringContaining(problem),
    });
    expect(checkHistory(broken, store)).toMatchObject({ ok: false });
    expect(checkHistory(broken, store).findings).toContainEqual({
      type: 'failed',
      entity: 'ticket:plain',
      sequence: 1,
      message: expect.stringContaining(problem),
    });
  });

  it('with a payload of a later version than the definition knows is not read', () => {
    const { store } = oldTickets();
    repository(store, ticket2).send('new', { type: 'assigned', to: 'team kim' });
    expect(thrownBy(() => repository(store, ticket1).load('new'))).toMatchObject({
      code: 'BATPAK_FUTURE_EVENT_VERSION',
      stored: 2,
      known: 1,
    });
    expect(checkHistory(ticket1, store).findings).toContainEqual(
      expect.objectContaining({ type: 'failed', entity: 'ticket:new' }),
    );
  });

  it('is read by the definition of the name of today, versions and all', () => {
    const { store } = oldTickets();
    const nudged = defineEvent<{ by: string }>({
      name: 'ticket.nudged',
      version: 2,
      upcasts: { 1: (stored: object) => ({ ...stored, by: 'somebody' }) },
    });
    const tickets = repository(
      store,
      defineAggregate({ ...options2, events: { ...events2, nudged } }),
    );
    const [first] = [...tickets.history('plain')];
    expect(first).toMatchObject({ event: { type: 'nudged', by: 'somebody' } });
    expect(first?.stored).toMatchObject({ name: 'ticket.touched', payload: {} });
  });

  it('is not changed for other readers by an upcast that changes its argument', () => {
    const { store } = oldTickets();
    const careless = assigned2({
      1: (stored: { to: string }) => {
        stored.to = `team ${stored.to}`;
        return stored;
      },
    });
    const tickets = repository(
      store,
      defineAggregate({ ...options2, events: { ...events2, assigned: careless } }),
    );
    const entry = [...tickets.history('plain')][1];
    expect(entry).toMatchObject({ event: { to: 'team kim' }, stored: { payload: { to: 'kim' } } });
  });
});

describe('checkHistory', () => {
  it('is ok for the definition that wrote it, and counts what it read', () => {
    const { store } = oldTickets();
    store.append('ticket:foreign', someKind, 1);
    store.append('ticket', someKind, 1);
    store.append('tickets:1', someKind, 1);
    expect(checkHistory(ticket1, store)).toEqual({
      ok: true,
      aggregates: 4,
      events: 7,
      findings: [],
      findingsTotal: 0,
    });
    expect(checkHistory(ticket1, new StoreHost().open())).toMatchObject({ ok: true, events: 0 });
  });

  it('lists what would be refused, in the order of sequences, as plain data', () => {
    const { host } = oldTickets();
    const check = checkHistory(ticket2, new FollowerHost(host).open());
    expect(check.ok).toBe(false);
    const refused = { type: 'refused', fromVersion: 1, toVersion: 2, skipped: false };
    expect(check.findings).toEqual([
      { ...refused, entity: 'ticket:rushed', sequence: 2, eventType: 'resolved' },
      { ...refused, entity: 'ticket:nudged', sequence: 5, eventType: 'nudged' },
    ]);
    expect(JSON.parse(JSON.stringify(check))).toEqual(check);
  });

  it('is ok with what is skipped on purpose, and lists it', () => {
    const { store } = oldTickets();
    const check = checkHistory(skipping, store);
    expect(check).toMatchObject({ ok: true, findingsTotal: 2 });
    expect(
      check.findings.map(({ type, ...rest }) => [type, 'skipped' in rest && rest.skipped]),
    ).toEqual([
      ['refused', true],
      ['refused', true],
    ]);
  });

  it('lists what would differ, and what becomes of an unknown name', () => {
    const { store } = oldTickets();
    const { renames: _, ...unnamed } = options2;
    expect(checkHistory(defineAggregate(unnamed), store).findings[0]).toEqual({
      type: 'changed',
      entity: 'ticket:plain',
      sequence: 0,
      expected: '"open"',
      actual: '"triage"',
    });
    const { earlierNames: __, ...forgetful } = options2;
    expect(checkHistory(defineAggregate(forgetful), store).findings[0]).toMatchObject({
      type: 'refused',
      eventType: 'ticket.touched',
    });
  });

  it('finds a machine that was changed under its version', () => {
    const { store } = oldTickets();
    const changed = defineAggregate({ ...options2, version: 1 });
    expect(checkHistory(changed, store).findings).toContainEqual({
      type: 'diverged',
      entity: 'ticket:plain',
      sequence: 0,
      expected: '"open"',
      actual: '"triage"',
    });
  });

  it('refuses what is no definition or no store', () => {
    const { store } = oldTickets();
    expect(thrownBy(() => checkHistory({} as never, store))).toMatchObject({ field: 'definition' });
    expect(thrownBy(() => checkHistory(ticket1, {} as never))).toMatchObject({ field: 'store' });
  });
});

describe('what a definition says of its earlier versions', () => {
  it.each([
    ['options.upcasts', { upcasts: {} }],
    ['earlierNames.x', { earlierNames: { x: 'unknown' } }],
    ['earlierNames', { earlierNames: { 'ticket.resolved': 'nudged' } }],
    ['renames.open', { renames: { open: 'nowhere' } }],
    ['onRefused', { onRefused: 'ignore' }],
  ])('is checked: %s', (field, wrong) => {
    const define = () => defineAggregate({ ...options2, ...(wrong as object) });
    expect(thrownBy(define)).toMatchObject({ field });
  });

  it('may share event definitions between versions', () => {
    expect(events2.resolved).toBe(events1.resolved);
  });
});
