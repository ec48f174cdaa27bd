/**
 * The log of an agent: each call of a tool goes through gates and bears their decision, what was
 * denied is in the log too, and the tools are run as effects, whose results are part of it.
 *
 *     npm run example agent-audit-log
 */
import {
  appendDenial,
  denialKind,
  effects,
  explainDecision,
  openStore,
  pipeline,
  Region,
  repository,
} from 'batpak';
import { memoryPlatform } from 'batpak/testing';
import { agent, type Call, noSecrets, withReason } from './agent.ts';

const store = openStore({ dataDir: '/agents', platform: memoryPlatform() });
const guard = pipeline(store, [withReason, noSecrets], { audit: 'context' });
const agents = repository(store, agent, { guard });
const files = new Map([['/notes.txt', 'buy milk']]);

const runner = effects(agents, {
  actors: {
    tool: ({ input: { tool, path } }) => {
      if (tool === 'write') files.set(path, 'written by an agent');
      const text = files.get(path);
      if (text === undefined) throw new Error(`there is no ${path}`);
      return text;
    },
  },
}).start({ from: 'beginning' });

/** What the agent wants to do, one thing after the other. */
const wishes: readonly Call[] = [
  { tool: 'read', path: '/notes.txt', reason: 'to see what is to be done' },
  { tool: 'read', path: '/secrets/key', reason: 'it may be useful' },
  { tool: 'write', path: '/plan.txt', reason: '' },
  { tool: 'read', path: '/milk.txt', reason: 'to see how much is left' },
  { tool: 'write', path: '/plan.txt', reason: 'to keep the plan' },
];
for (const wish of wishes) {
  const decision = agents.send('7', { type: 'called', ...wish });
  const what = `${wish.tool} ${wish.path}`;
  if (decision.accepted) {
    await runner.idle();
    print(`${what}: ${agents.load('7')?.context.last}`);
  } else {
    print(`${what}: ${decision.reason}, ${decision.denial?.reason}`);
    // The pipeline doesn't do it by itself: here every denial is worth a record.
    if (decision.denial !== undefined)
      appendDenial(store, decision.denial, { at: 'denied:agent-7' });
  }
}
agents.send('7', { type: 'finished', summary: 'a plan was written' });

print('the log');
for (const event of store.events(Region.all())) {
  print(`  ${event.sequence} ${nameOf(event.kind, event.name)}: ${decidedBy(event.eventId)}`);
}
print(`verified: ${store.verify().ok}`);
await runner.stop();
store.close();

function nameOf(kind: number, name: string | undefined): string {
  if (kind === denialKind) return 'denied';
  return name ?? `result (${kind.toString(16)})`;
}

/** Who let it through, or did not. */
function decidedBy(eventId: string): string {
  const decision = explainDecision(store, eventId);
  switch (decision?.type) {
    case 'approved':
      return `approved by ${decision.gates.map(({ name, version }) => `${name} v${version}`)}`;
    case 'denied':
      return `${decision.denial.gate.name}, ${decision.denial.code}`;
    case 'bypassed':
      return decision.bypass.justification;
    case undefined:
      return `of ${store.get(eventId)?.causationId === undefined ? 'nobody' : 'a tool'}`;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
