import { item, Proposal, pipeline } from 'batpak';
import { describe, expect, it } from 'vitest';
import { approved, denied, funds, positive, Withdrawn } from '../../support/gates.ts';
import { StoreHost, thrownBy } from '../../support/store-host.ts';

describe('pipeline', () => {
  it('takes a store that is open for writing, gates, and how to audit', () => {
    const host = new StoreHost();
    const store = host.open();
    expect(pipeline(store, [positive, funds]).gates.names).toEqual(['positive', 'funds']);
    for (const [given, facts] of [
      [[{}, []], { field: 'store' }],
      [[store, [{}]], { field: 'gates[0]' }],
      [[store, [], { audit: 'all' }], { field: 'audit' }],
      [[store, [], { audits: 'hash' }], { field: 'options.audits' }],
      [[store, [], null], { field: 'options' }],
    ] as const) {
      const [first, second, third] = given;
      expect(
        thrownBy(() => pipeline(first as never, second as never, third as never)),
      ).toMatchObject(facts);
    }
  });

  it('judges a proposal, not what looks like one, and takes a reason that says something', () => {
    const gates = pipeline(new StoreHost().open(), [positive]);
    const lookalike = { payload: { cents: 1 } };
    expect(thrownBy(() => gates.evaluate({}, lookalike as never))).toMatchObject({
      code: 'BATPAK_ARGUMENT_TYPE',
      field: 'proposal',
    });
    const proposal = Proposal.of({ cents: 1 });
    for (const [reason, field] of [
      [undefined, 'reason'],
      [{ name: 'n' }, 'reason.justification'],
      [{ name: '', justification: 'j' }, 'reason.name'],
      [{ name: 'n', justification: 'x'.repeat(1025) }, 'reason.justification'],
      [{ name: 'n', justification: 'j', by: 'kim' }, 'reason.by'],
    ] as const) {
      expect(thrownBy(() => gates.bypass(proposal, reason as never))).toMatchObject({ field });
    }
  });

  it('leaves a receipt as it is when an argument is wrong', () => {
    const gates = pipeline(new StoreHost().open(), [positive]);
    const receipt = approved(gates.evaluate({}, Proposal.of({ cents: 1 })));
    expect(thrownBy(() => gates.commit(receipt, 7 as never))).toMatchObject({ field: 'plan' });
    expect(
      thrownBy(() => gates.commit(receipt, (p) => item('a', Withdrawn, p), { sync: 1 } as never)),
    ).toMatchObject({ field: 'options.sync' });
    expect(gates.commit(receipt, (p) => item('a', Withdrawn, p))).toMatchObject({ sequence: 0 });
  });

  it('guards commands: what it allows is written once, by whoever asked', () => {
    const gates = pipeline(new StoreHost().open(), [positive]);
    const judgement = gates.judge({}, { cents: 1 });
    if (!judgement.allowed) throw new Error('denied');
    expect(judgement.decision[0]).toBe(1);
    judgement.settle('committed');
    expect(thrownBy(() => judgement.settle('failed'))).toMatchObject({ code: 'BATPAK_ASSERTION' });
    const failed = gates.judge({}, { cents: 1 });
    if (failed.allowed) failed.settle('failed');
    const refused = gates.judge({}, { cents: 0 });
    expect(refused).toMatchObject({ allowed: false, denial: { code: 'NOT_POSITIVE' } });
  });

  it('names each decision by an id of its time', () => {
    const host = new StoreHost();
    const gates = pipeline(host.open(), [positive]);
    const ids = [1, 2].map((cents) => approved(gates.evaluate({}, Proposal.of({ cents }))).id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(denied(gates.evaluate({}, Proposal.of({ cents: -1 }))).gate.name).toBe('positive');
  });
});
