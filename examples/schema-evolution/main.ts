/**
 * A definition changes while its histories stay. checkHistory tells, before anything is deployed,
 * which stored events the new version would refuse and where it would come to another state; the
 * definition then says how to read them. In CI: exit with 1 unless the check is ok.
 *
 * npm run example schema-evolution
 */

import { checkHistory, defineAggregate, type HistoryCheck, openStore, repository } from 'batpak';
import { memoryPlatform } from 'batpak/testing';
import { draft2, evolution, ticket1 } from './versions.ts';

const store = openStore({ dataDir: '/tickets', platform: memoryPlatform() });

// What the first version has stored over the years.
const old = repository(store, ticket1);
old.send('1', { type: 'assigned', to: 'kim' });
old.send('1', { type: 'nudged' });
old.send('2', { type: 'resolved' });

// The new machine alone doesn't know how to read it.
tell('the draft', checkHistory(defineAggregate(draft2), store));

// With upcasts, earlier names and renames, one event is left that nothing can be made of.
tell('with upcasts', checkHistory(defineAggregate({ ...draft2, ...evolution }), store));

// Ticket 2 was resolved by nobody. It is decided to pass over that.
const ticket2 = defineAggregate({ ...draft2, ...evolution, onRefused: 'skip' });
tell('with onRefused', checkHistory(ticket2, store));

const tickets = repository(store, ticket2);
const first = tickets.load('1');
print(`ticket 1: ${first?.value}, with the ${first?.context.to}, nudged ${first?.context.nudges}`);
tickets.send('2', { type: 'assigned', to: 'team of lee' });
const second = tickets.load('2');
print(`ticket 2: ${second?.value}, skipped ${second?.report.refused.count}`);
for (const { role, stored, state } of tickets.history('2')) {
  print(`  ${stored.name} ${role}: ${state?.value ?? 'not begun'}`);
}
store.close();

function tell(what: string, { ok, events, findings }: HistoryCheck): void {
  print(`${what}: ${ok ? 'ok' : 'not ok'}, ${events} events`);
  for (const { type, entity, sequence } of findings) print(`  ${type} ${entity} at ${sequence}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
