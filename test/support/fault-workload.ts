import { defineEvent, type Store } from 'batpak';
import type { Attempt, FaultRun } from './fault-run.ts';

const nothing = { kinds: [] };

/** Everything that writes, over a few segments and a few processes. */
export async function workload(run: FaultRun): Promise<void> {
  await run.step(single(run));
  await run.step(single(run), single(run, { durable: true }));
  await run.step(batch(run, 3, false));
  await run.step(batch(run, 2, true));
  await run.step(submitted(run, false), submitted(run, false), submitted(run, true));
  await run.step(single(run, { payload: 'x'.repeat(700) }), submitted(run, false));
  await run.step({ ...nothing, call: (store) => store.sync() });
  await run.step(fenced(run, 3));
  run.kill();
  await run.step(single(run), batch(run, 2, false));
  await run.step({ ...nothing, call: (store) => store.whenDurable(store.eventCount - 1) });
  await run.step(...Array.from({ length: 8 }, () => single(run)));
  await run.idle(1000);
  await run.close();
  await run.step(single(run), submitted(run, false));
  await run.step(batch(run, 3, true), single(run, { payload: 'x'.repeat(1600) }));
  await run.step(single(run));
  run.kill();
  await run.step({ ...nothing, call: (store) => store.sync() });
  await run.step(single(run), fenced(run, 2));
}

/** One event by itself, with a name every third time. */
function single(run: FaultRun, more: { durable?: true; payload?: string } = {}): Attempt {
  const kinds = run.kinds(1);
  const [kind = 0] = kinds;
  const { payload = 'x', ...given } = more;
  return {
    kinds,
    call: (store) =>
      kind % 3 === 0
        ? store.append(`entity:${kind % 2}`, named(kind), payload, given)
        : store.append(`entity:${kind % 2}`, kind, payload, given),
  };
}

function named(kind: number) {
  return defineEvent<string>({ name: `kind-${kind}`, kind });
}

function batch(run: FaultRun, count: number, durable: boolean): Attempt {
  const kinds = run.kinds(count);
  const items = kinds.map((kind) => ({ at: `entity:${kind % 3}`, kind, payload: 'item' }));
  return { kinds, call: (store) => store.appendBatch(items, { durable }) };
}

function submitted(run: FaultRun, durable: boolean): Attempt {
  const kinds = run.kinds(1);
  const [kind = 0] = kinds;
  const submit = (store: Store) => store.submit(`entity:${kind % 2}`, kind, 'submitted');
  return { kinds, call: (store) => (durable ? submit(store).durable : submit(store)) };
}

function fenced(run: FaultRun, count: number): Attempt {
  const kinds = run.kinds(count);
  return {
    kinds,
    call: (store) => {
      using fence = store.beginVisibilityFence();
      for (const kind of kinds) fence.submit(`entity:${kind % 3}`, kind, 'fenced');
      return fence.commit();
    },
  };
}
