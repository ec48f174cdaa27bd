import { allow, defineGate, type GateReceipt, item, Proposal, pipeline, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { approved, Deposited, denied, funds, positive, Withdrawn } from '../support/gates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const rich = { balance: 100 };

function judged(store: Store = new StoreHost().open()) {
  const gates = pipeline(store, [positive, funds]);
  const receipt = approved(gates.evaluate(rich, Proposal.of({ cents: 30 })));
  return { store, gates, receipt };
}

function withdraw(
  gates: ReturnType<typeof judged>['gates'],
  receipt: GateReceipt<{ cents: number }>,
) {
  return gates.commit(receipt, (payload) => item('account:ann', Withdrawn, payload));
}

describe('a pipeline of gates', () => {
  it('writes what every gate allows, and nothing while it judges', () => {
    const { store, gates, receipt } = judged();
    expect(store.eventCount).toBe(0);
    expect(receipt).toMatchObject({ type: 'approved', payload: { cents: 30 } });
    expect(receipt.gates).toEqual([
      { name: 'positive', version: 1 },
      { name: 'funds', version: 2 },
    ]);
    expect(withdraw(gates, receipt)).toMatchObject({ sequence: 0, clock: 0 });
    expect(store.at(0)).toMatchObject({ name: 'account.withdrawn', payload: { cents: 30 } });
  });

  it('answers with the first denial, and stores nothing by itself', () => {
    const { store, gates } = judged();
    const denial = denied(gates.evaluate({ balance: 5 }, Proposal.of({ cents: 30 })));
    expect(denial).toMatchObject({
      gate: { name: 'funds', version: 2 },
      code: 'FUNDS_MISSING',
      reason: 'only 5 left',
      facts: { balance: 5 },
    });
    expect(store.eventCount).toBe(0);
  });

  it('writes across entities as one batch, whole or not at all', () => {
    const { store, gates, receipt } = judged();
    const receipts = gates.commit(receipt, (payload) => [
      item('account:ann', Withdrawn, payload),
      item('account:ben', Deposited, payload),
    ]);
    expect(receipts.map(({ durability }) => durability)).toEqual(['durable', 'durable']);
    const again = approved(gates.evaluate(rich, Proposal.of({ cents: 30 })));
    expect(
      thrownBy(() =>
        gates.commit(again, (payload) => [
          item('account:ann', Withdrawn, payload),
          item('account:ben', Deposited, payload, { options: { expected: 'none' } }),
        ]),
      ),
    ).toMatchObject({ code: 'BATPAK_BATCH_FAILED', itemIndex: 1 });
    expect(store.eventCount).toBe(2);
  });

  it('gives a ticket for what it queues', async () => {
    const { store, gates, receipt } = judged();
    const ticket = gates.submit(receipt, (payload) => item('account:ann', Withdrawn, payload));
    expect(store.eventCount).toBe(0);
    expect(await ticket).toMatchObject({ sequence: 0 });
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({ state: 'committed' });
  });

  it('is durable when that is asked for', () => {
    const { gates, receipt } = judged();
    const plan = (payload: { cents: number }) => item('account:ann', Withdrawn, payload);
    expect(gates.commit(receipt, plan, { durable: true }).durability).toBe('durable');
  });

  it('judges and writes a copy: what happens to the proposed object changes nothing', () => {
    const { store, gates } = judged();
    const given = { cents: 30 };
    const context = { balance: 100 };
    const proposal = Proposal.of(given);
    given.cents = 1_000_000;
    const receipt = approved(gates.evaluate(context, proposal));
    context.balance = 0;
    withdraw(gates, receipt);
    expect(store.at(0)?.payload).toEqual({ cents: 30 });
  });

  it('lets gates look, not touch', () => {
    const store = new StoreHost().open();
    const greedy = defineGate({
      name: 'greedy',
      version: 1,
      evaluate: (_: unknown, payload: { cents: number }) => {
        payload.cents = 1_000_000;
        return allow();
      },
    });
    const verdict = pipeline(store, [greedy]).evaluate({}, Proposal.of({ cents: 1 }));
    expect(denied(verdict)).toMatchObject({ code: 'GATE_DEFECT', cause: expect.any(TypeError) });
  });
});

describe('a gate receipt', () => {
  it('counts once', () => {
    const { store, gates, receipt } = judged();
    withdraw(gates, receipt);
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({
      code: 'BATPAK_GATE_RECEIPT_USED',
      receiptId: receipt.id,
      state: 'committed',
    });
    expect(store.eventCount).toBe(1);
  });

  it('counts once also when the plan throws, and then nothing was written', () => {
    const { store, gates, receipt } = judged();
    const boom = new Error('boom');
    const plan = (): never => {
      throw boom;
    };
    expect(thrownBy(() => gates.commit(receipt, plan))).toBe(boom);
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({
      code: 'BATPAK_GATE_RECEIPT_USED',
      state: 'failed',
    });
    expect(store.eventCount).toBe(0);
  });

  it('counts once also when the store refuses', () => {
    const { store, gates, receipt } = judged();
    const fence = store.beginVisibilityFence();
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({
      code: 'BATPAK_VISIBILITY_FENCE_ACTIVE',
    });
    fence.cancel();
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({ state: 'failed' });
  });

  it('counts once also from inside its own commit', () => {
    const { store, gates, receipt } = judged();
    const thrown = thrownBy(() =>
      gates.commit(receipt, (payload) => {
        withdraw(gates, receipt);
        return item('account:ann', Withdrawn, payload);
      }),
    );
    expect(thrown).toMatchObject({ code: 'BATPAK_GATE_RECEIPT_USED', state: 'committing' });
    expect(store.eventCount).toBe(0);
  });

  it('is of its pipeline, and so of its store', () => {
    const { receipt } = judged();
    const { store, gates } = judged();
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({
      code: 'BATPAK_FOREIGN_GATE_RECEIPT',
      receiptId: receipt.id,
    });
    const lax = pipeline(store, [positive]);
    expect(
      thrownBy(() => lax.commit(judged(store).receipt, (p) => item('a', Withdrawn, p))),
    ).toMatchObject({ code: 'BATPAK_FOREIGN_GATE_RECEIPT' });
    expect(store.eventCount).toBe(0);
  });

  it.each<[string, (receipt: GateReceipt<{ cents: number }>) => unknown]>([
    ['spread', (receipt) => ({ ...receipt, payload: { cents: 1_000_000 } })],
    ['cloned', (receipt) => structuredClone(receipt)],
    ['made from its prototype', (receipt) => Object.create(receipt)],
    ['behind a proxy', (receipt) => new Proxy(receipt, {})],
    ['sent as JSON', (receipt) => JSON.parse(JSON.stringify(receipt))],
    ['nothing', () => undefined],
  ])('is refused when it is %s', (_, forge) => {
    const { store, gates, receipt } = judged();
    expect(thrownBy(() => withdraw(gates, forge(receipt) as never))).toMatchObject({
      code: 'BATPAK_FORGED_GATE_RECEIPT',
    });
    expect(store.eventCount).toBe(0);
  });

  it('writes nothing else than what was judged', () => {
    const { store, gates, receipt } = judged();
    const plan = () => item('account:ann', Withdrawn, { cents: 1_000_000 });
    expect(thrownBy(() => gates.commit(receipt, plan))).toMatchObject({
      code: 'BATPAK_UNJUDGED_PAYLOAD',
      item: 0,
      problem: 'another',
    });
    expect(store.eventCount).toBe(0);
  });

  it('is not fooled by an event of the same key that came without gates', () => {
    const { store, gates, receipt } = judged();
    const options = { idempotencyKey: 'k' };
    const { eventId } = store.append('account:ann', Withdrawn, { cents: 30 }, options);
    const plan = (payload: { cents: number }) => {
      return item('account:ann', Withdrawn, payload, { options });
    };
    expect(thrownBy(() => gates.commit(receipt, plan))).toMatchObject({
      code: 'BATPAK_UNGATED_EVENT',
      idempotencyKey: 'k',
      eventId,
    });
  });

  it('gives back the first receipt when its key was committed before', () => {
    const { store, gates, receipt } = judged();
    const again = judged(store);
    const plan = (payload: { cents: number }) => {
      return item('account:ann', Withdrawn, payload, { options: { idempotencyKey: 'k' } });
    };
    const first = gates.commit(receipt, plan);
    expect(again.gates.commit(again.receipt, plan)).toMatchObject({
      eventId: first.eventId,
      replayed: true,
    });
    expect(store.eventCount).toBe(1);
  });

  it('is worth nothing once the store is closed', () => {
    const { store, gates, receipt } = judged();
    store.close();
    expect(thrownBy(() => withdraw(gates, receipt))).toMatchObject({ code: 'BATPAK_STORE_CLOSED' });
  });
});

describe('the extension of gates', () => {
  it('can not be written by anybody else', () => {
    const store = new StoreHost().open();
    const extensions = { g: new Uint8Array(90) };
    const wrong = { code: 'BATPAK_ARGUMENT_RANGE', field: 'extensions', value: 'g' };
    for (const call of [
      () => store.append('a', Withdrawn, { cents: 1 }, { extensions }),
      () => store.submit('a', Withdrawn, { cents: 1 }, { extensions }),
      () => store.beginVisibilityFence().submit('a', Withdrawn, { cents: 1 }, { extensions }),
    ]) {
      expect(thrownBy(call)).toMatchObject(wrong);
    }
  });
});
