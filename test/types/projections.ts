import {
  defineEvent,
  defineProjection,
  defineReadModel,
  isEvent,
  type Projection,
  Region,
  type Store,
} from 'batpak';

declare const store: Store;
const Moved = defineEvent<{ x: number }>({ name: 'moved' });
const Died = defineEvent<{ by: string }>({ name: 'died' });

/** One definition: the payload has its type. */
export const place = defineProjection({
  ...{ name: 'place', version: 1, events: [Moved], initial: () => 0 },
  apply: (_, { payload }) => payload.x,
});

/** Several: `isEvent` tells which it is. */
export const life: Projection<string> = defineProjection({
  ...{ name: 'life', version: 1, events: [Moved, Died], initial: (): string => '' },
  apply: (state, event) => {
    // @ts-expect-error It may be the other event, which has no `x`.
    const unknown = event.payload.x;
    if (isEvent(event, Died)) return event.payload.by;
    return isEvent(event, Moved) ? `${state}${event.payload.x}` : String(unknown);
  },
});

defineProjection({
  ...{ name: 'entries', version: 1, reads: 'entries', initial: () => 0 },
  // @ts-expect-error An entry has no payload.
  apply: (state: number, { payload }) => state + Number(payload),
});

/** States are readonly for those who ask. */
export function states(): readonly [number | undefined, string | undefined] {
  const board = defineProjection({
    ...{ name: 'board', version: 1, initial: () => ({ open: 1 }) },
    apply: (state) => state,
  });
  const state = store.project(board, 'a', { maxStaleMs: 5 });
  // @ts-expect-error The state is not the caller's to change.
  if (state !== undefined) state.open = 2;
  // @ts-expect-error There are two kinds of freshness.
  store.project(board, 'a', 'stale');
  const [moved, died] = store.projectAll([place, life], Region.all());
  const change = store.projectIfChanged(place, 'a', undefined);
  const at: number | undefined = change?.since;
  return [change?.state ?? moved ?? at, died];
}

/** A read model is built from a version before of the same state. */
export async function models(): Promise<readonly string[]> {
  const parts = { name: 'names', region: Region.all(), initial: (): string[] => [] };
  const apply = (names: string[], { entity }: { readonly entity: string }) => [...names, entity];
  const first = defineReadModel({ ...parts, version: 1, apply });
  const second = defineReadModel({ ...parts, version: 2, reads: 'entries', apply });
  const other = defineReadModel({ ...parts, version: 3, initial: () => 0, apply: (sum) => sum });
  const model = store.readModel(second, { previous: first });
  // @ts-expect-error Its state is another one.
  store.readModel(second, { previous: other });
  await model.build({ onProgress: ({ done, total }) => `${done} of ${total}` });
  for await (const state of store.watchProjection(place, 'a')) return [state.toFixed()];
  return model.state();
}
