import { defineAggregate, repository } from 'batpak';
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../../../src/aggregates/evolution/check-history.ts';
import { options2, ticket1 } from '../../../support/evolving.ts';
import { StoreHost } from '../../../support/store-host.ts';

describe('checkHistory', () => {
  it('lists a thousand findings, and counts all', () => {
    const store = new StoreHost().open();
    const tickets = repository(store, ticket1);
    for (let n = 0; n < 1005; n += 1) tickets.send(`${n}`, { type: 'resolved' });
    const check = checkHistory(defineAggregate(options2), store);
    expect(check).toMatchObject({ ok: false, aggregates: 1005, findingsTotal: 1005 });
    expect(check.findings).toHaveLength(1000);
    expect(check.findings.at(-1)?.sequence).toBe(999);
  });
});
