import { fileURLToPath } from 'node:url';
import { exportCloudEventLines, importCloudEvents, openStore, Region, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { takeIn } from '../../examples/helpdesk/intake.ts';
import { openLog } from '../../examples/helpdesk/read-log.ts';
import { ticketsOf } from '../../examples/helpdesk/ticket.ts';
import { memoryPlatform } from '../../src/testing/index.ts';
import { sharedData } from '../support/shared-data.ts';

const shippedLog = fileURLToPath(new URL('../../examples/helpdesk/log.ndjson', import.meta.url));
const realLog = sharedData('data/helpdesk.ndjson.gz');

const newStore = (seed: number): Store =>
  openStore({ dataDir: '/store', platform: memoryPlatform({ seed }) });

/** Exports the store that the log makes, and imports it into another. */
async function movedTickets(path: string) {
  const from = newStore(1);
  const { lines: log } = await openLog(path);
  const { eventsOfTicket } = await takeIn(log, ticketsOf(from), () => undefined);
  const to = newStore(2);
  const lines = exportCloudEventLines(from, Region.all());
  const report = importCloudEvents(to, lines, { checkChains: true });
  const different: string[] = [];
  for (const ticket of eventsOfTicket.keys()) {
    const before = JSON.stringify(ticketsOf(from).load(ticket));
    if (JSON.stringify(ticketsOf(to).load(ticket)) !== before) different.push(ticket);
  }
  const { ok, events, entities } = to.verify();
  return { report, different, verified: { ok, events, entities }, from: from.eventCount };
}

describe('the help desk, exported and imported', () => {
  it('is in the same states, ticket by ticket', async () => {
    const { report, different, verified, from } = await movedTickets(shippedLog);
    expect(report).toMatchObject({ imported: from, known: 0, ignoredAttributes: [] });
    expect(different).toEqual([]);
    expect(verified).toEqual({ ok: true, events: from, entities: 300 });
  });

  it.skipIf(realLog === undefined)(
    'is in the same states with the real log',
    async () => {
      const { report, different, verified, from } = await movedTickets(realLog ?? '');
      expect(from).toBe(21_042);
      expect(report).toMatchObject({ imported: from, known: 0 });
      expect(different).toEqual([]);
      expect(verified).toEqual({ ok: true, events: from, entities: 4_580 });
    },
    120_000,
  );
});
