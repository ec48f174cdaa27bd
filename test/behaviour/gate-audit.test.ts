import {
  allow,
  appendDenial,
  type CommandContext,
  defineGate,
  denialKind,
  denialOf,
  deny,
  explainDecision,
  item,
  openReadOnly,
  Proposal,
  pipeline,
  Region,
  repository,
  verifyDecision,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { memoryPlatform } from '../../src/testing/index.ts';
import { door } from '../support/aggregates.ts';
import { approved, Deposited, denied, funds, positive, Withdrawn } from '../support/gates.ts';
import { StoreHost } from '../support/store-host.ts';

const context = { balance: 100 };

describe('the audit of gates', () => {
  it('tells who was judged, by which gates and versions, on what, after a reopen too', () => {
    const host = new StoreHost();
    const store = host.open();
    const gates = pipeline(store, [positive, funds]);
    const receipt = approved(gates.evaluate(context, Proposal.of({ cents: 30 })));
    host.clock.advance(1_000_000);
    const stored = gates.commit(receipt, (payload) => [
      item('account:ann', Withdrawn, payload),
      item('account:ben', Deposited, payload),
    ]);
    store.close();
    const again = host.open();
    for (const { eventId } of stored) {
      expect(explainDecision(again, eventId)).toMatchObject({
        type: 'approved',
        event: { eventId },
        receiptId: receipt.id,
        decidedAtUs: 1_735_689_600_000_000,
        gates: [
          { name: 'positive', version: 1 },
          { name: 'funds', version: 2 },
        ],
        contextHash: receipt.contextHash,
        payloadHash: receipt.payloadHash,
        context: undefined,
      });
    }
    expect(again.verify().ok).toBe(true);
  });

  it('proves which context was judged, by its hash', () => {
    const store = new StoreHost().open();
    const gates = pipeline(store, [funds]);
    const receipt = approved(gates.evaluate(context, Proposal.of({ cents: 30 })));
    const { eventId } = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
    const decision = explainDecision(store, eventId);
    if (decision?.type !== 'approved') throw new Error('no decision');
    const denial = denied(gates.evaluate(context, Proposal.of({ cents: 101 })));
    for (const judged of [receipt, decision, denial]) {
      expect(verifyDecision(judged, { balance: 100 })).toBe(true);
      expect(verifyDecision(judged, { balance: 101 })).toBe(false);
    }
  });

  it('keeps the context itself when it is told to', () => {
    const store = new StoreHost().open();
    const gates = pipeline(store, [funds], { audit: 'context' });
    const at = new Date(5);
    const wide = { balance: 100, at, lines: [1n] };
    const receipt = approved(gates.evaluate(wide, Proposal.of({ cents: 30 })));
    const { eventId } = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
    expect(explainDecision(store, eventId)).toMatchObject({ type: 'approved', context: wide });
  });

  it('tells of a bypass, and why', () => {
    const store = new StoreHost().open();
    const gates = pipeline(store, [funds], { audit: 'context' });
    const reason = { name: 'incident', justification: 'No. 7, approved by kim' };
    const receipt = gates.bypass(Proposal.of({ cents: 1_000 }), reason);
    expect(receipt).toMatchObject({ type: 'bypassed', gates: [], contextHash: undefined });
    const { eventId } = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
    expect(explainDecision(store, eventId)).toMatchObject({
      type: 'bypassed',
      receiptId: receipt.id,
      bypass: reason,
      payloadHash: receipt.payloadHash,
    });
    expect(verifyDecision(receipt, undefined)).toBe(false);
  });

  it('keeps denials that somebody appends among the events of an entity', () => {
    const host = new StoreHost();
    const store = host.open();
    const gates = pipeline(store, [funds]);
    const denial = denied(gates.evaluate(context, Proposal.of({ cents: 101 })));
    store.append('account:ann', Withdrawn, { cents: 1 });
    const { eventId } = appendDenial(store, denial, { at: 'account:ann' });
    store.close();
    const again = host.open();
    const found = [...again.events(Region.entity('account:ann').withKind(denialKind))];
    expect(found.map((event) => denialOf(event))).toEqual([denial]);
    expect(explainDecision(again, eventId)).toMatchObject({ type: 'denied', denial });
    expect([...again.stream('account:ann')].length).toBe(2);
    expect(again.verify().ok).toBe(true);
  });

  it('can be read by a follower', () => {
    const host = new StoreHost();
    const store = host.open();
    const gates = pipeline(store, [funds]);
    const receipt = approved(gates.evaluate(context, Proposal.of({ cents: 30 })));
    const { eventId } = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
    const platform = memoryPlatform({ files: host.files });
    const follower = openReadOnly({ dataDir: host.directory, platform });
    expect(explainDecision(follower, eventId)).toMatchObject({ receiptId: receipt.id });
  });

  it('is under the hash: a changed decision is found', () => {
    const host = new StoreHost();
    const store = host.open();
    const gates = pipeline(store, [funds]);
    const receipt = approved(gates.evaluate(context, Proposal.of({ cents: 30 })));
    const { position } = gates.commit(receipt, (payload) => item('a', Withdrawn, payload));
    store.sync();
    host.flip('000001.fbat', position.offset + position.length - 60);
    expect(store.verify()).toMatchObject({ ok: false });
  });

  it('covers commands to aggregates, when a pipeline guards their repository', () => {
    const store = new StoreHost().open();
    const onlyKim = defineGate({
      name: 'only-kim',
      version: 4,
      evaluate: ({ state }: CommandContext, command: { by?: string }) =>
        command.by === 'kim' || state !== undefined
          ? allow()
          : deny({ code: 'NOT_KIM', reason: 'kim opens first' }),
    });
    const doors = repository(store, door, { guard: pipeline(store, [onlyKim]) });
    const refused = doors.send('front', { type: 'opened', by: 'lee' });
    if (refused.accepted || refused.denial === undefined) throw new Error('not denied');
    appendDenial(store, refused.denial, { at: 'door:front' });
    const sent = doors.send('front', { type: 'opened', by: 'kim' });
    if (!sent.accepted) throw new Error(sent.reason);
    for (const { eventId } of [sent.receipt, ...sent.emitted]) {
      expect(explainDecision(store, eventId)).toMatchObject({
        type: 'approved',
        gates: [{ name: 'only-kim', version: 4 }],
      });
    }
    expect(doors.load('front')?.value).toBe('open');
    expect(doors.send('front', { type: 'opened', by: 'kim' }).accepted).toBe(false);
    expect(doors.send('front', { type: 'closed' }).accepted).toBe(true);
  });
});
