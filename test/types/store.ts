/**
 * What the compiler takes and refuses of a store: checked by `tsc`, never run. An expected error
 * that does not come is an error itself.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  type BatchItem,
  defineEvent,
  defineProjection,
  type InputOf,
  item,
  type PayloadOf,
  type Receipt,
  type Store,
  type StoredEvent,
} from 'batpak';

declare const store: Store;
declare const schema: StandardSchemaV1<string, number>;

const Moved = defineEvent<{ x: number; y?: number }>({ name: 'moved' });
const Counted = defineEvent({ name: 'counted', schema });
const Anything = defineEvent({ name: 'anything' });

/** Single appends. */
export function appends(): Receipt[] {
  // @ts-expect-error A part of the payload has the wrong type.
  store.append('a', Moved, { x: '1' });
  // @ts-expect-error A part of the payload is missing.
  store.append('a', Moved, { y: 1 });
  // @ts-expect-error The definition knows no such part.
  store.append('a', Moved, { x: 1, z: 1 });
  // @ts-expect-error A definition without a type takes objects.
  store.append('a', Anything, 'text');
  // @ts-expect-error The schema takes text; a number is what it makes of it.
  store.append('a', Counted, 5);
  // @ts-expect-error A kind is a number or a definition, not a name.
  store.append('a', 'moved', { x: 1 });
  // @ts-expect-error There is no such expectation.
  store.append('a', Moved, { x: 1 }, { expected: 'some' });
  // @ts-expect-error There is no such option.
  store.append('a', Moved, { x: 1 }, { idempotency: 'k' });
  // @ts-expect-error An entity is text.
  store.append({ entity: 5 }, Moved, { x: 1 });
  return [
    store.append('a', Moved, { x: 1 }),
    store.append({ entity: 'a', scope: 's' }, Moved, { x: 1, y: 2 }, { expected: 'none' }),
    store.append('a', Counted, '5'),
    store.append('a', Anything, { any: 'thing' }),
    store.append('a', 0x1000, { any: 'thing' }, { expected: 4 }),
  ];
}

/** An append whose failed expectation is an answer. */
export function attempts(): Receipt | string {
  // @ts-expect-error The payload is checked here too.
  store.tryAppend('a', Moved, { x: '1' });
  const outcome = store.tryAppend('a', Moved, { x: 1 });
  // @ts-expect-error There is a value only when it succeeded.
  outcome.value;
  if (outcome.type === 'ok') return outcome.value;
  return outcome.type === 'err' ? outcome.error.code : outcome.type;
}

/** Batches. */
export function batches(): Receipt[] {
  // @ts-expect-error The payload of an item is checked by its definition.
  item('a', Moved, { x: '1' });
  // @ts-expect-error The schema takes text.
  item('a', Counted, 5);
  // @ts-expect-error Durability belongs to the batch.
  item('a', Moved, { x: 1 }, { options: { durable: true } });
  // @ts-expect-error So does the cause to the item, not to its options.
  item('a', Moved, { x: 1 }, { options: { causationId: 'x' } });
  // @ts-expect-error An item has a payload.
  const withoutPayload: BatchItem = { at: 'a', kind: 0x1000 };
  // @ts-expect-error There is no such option of a batch.
  store.appendBatch([], { expected: 'none' });
  return store.appendBatch(
    [
      withoutPayload,
      item('a', Moved, { x: 1 }, { options: { flags: 1 } }),
      item('b', Counted, '5', { causation: { item: 0 } }),
      { at: 'c', kind: 0x1000, payload: null },
    ],
    { durable: false },
  );
}

/** Batches that are written as lists: each item is of its own kind. */
export function lists(untyped: readonly BatchItem[], kinds: readonly number[]): Receipt[][] {
  const Picked = defineEvent<{ side: 'left' | 'right'; at: number[] }>({ name: 'picked' });
  store.appendBatch([
    { at: 'a', kind: 0x1000, payload: 1 },
    // @ts-expect-error The payload is not what its definition says.
    { at: 'a', kind: Moved, payload: 1 },
  ]);
  // @ts-expect-error The definition knows no such part.
  store.tryAppendBatch([{ at: 'a', kind: Moved, payload: { x: 1, z: 1 } }]);
  // @ts-expect-error The schema takes text.
  store.submitBatch([{ at: 'a', kind: Counted, payload: 5 }]);
  // @ts-expect-error There is no such side.
  store.trySubmitBatch([{ at: 'a', kind: Picked, payload: { side: 'up', at: [] } }]);
  const wrong = [1, 2].map((x) => ({ at: 'a', kind: Moved, payload: { y: x } }));
  // @ts-expect-error A list that was made of items is checked as well.
  store.appendReactionBatch('id', wrong);
  // @ts-expect-error There is no such option of an item.
  store.appendBatch([{ at: 'a', kind: 0x1000, payload: 1, cause: 'x' }]);
  // @ts-expect-error A kind is a number or a definition.
  store.appendBatch([{ at: 'a', kind: 'moved', payload: 1 }]);
  // @ts-expect-error The payload is checked within a fence too.
  store.beginVisibilityFence().submitBatch([{ at: 'a', kind: Moved, payload: {} }]);
  return [
    store.appendBatch([
      { at: 'a', kind: Moved, payload: { x: 1 } },
      { at: 'b', kind: Counted, payload: '5', causation: { item: 0 } },
      { at: 'b', kind: Picked, payload: { side: 'left', at: [1, 2] } },
      { at: 'c', kind: 0x1000, payload: null, options: { flags: 1 } },
      item('d', Moved, { x: 1 }),
    ]),
    store.appendBatch([1, 2].map((x) => ({ at: 'a', kind: Moved, payload: { x } }))),
    store.appendBatch(kinds.map((kind) => ({ at: 'a', kind, payload: kind }))),
    store.appendBatch(untyped),
    store.appendBatch([...untyped, { at: 'a', kind: Moved, payload: { x: 1 } }]),
    store.appendBatch([]),
  ];
}

/** What events and definitions say of their payloads. */
export function payloads(event: StoredEvent): void {
  const stored: PayloadOf<typeof Counted> = 5;
  const given: InputOf<typeof Counted> = '5';
  // @ts-expect-error What is stored is what the schema made.
  const wrong: PayloadOf<typeof Counted> = given;
  // @ts-expect-error Of a payload that was read nothing is known: check it.
  event.payload.x;
  // @ts-expect-error Events are not changed.
  event.sequence = stored + wrong;
}

/** Projections. */
export function projections(): number | undefined {
  const total = defineProjection({
    name: 'total',
    version: 1,
    initial: () => 0,
    apply: (sum, event) => sum + event.sequence,
  });
  defineProjection({
    name: 'wrong',
    version: 1,
    initial: () => 0,
    // @ts-expect-error The next state is of the type of the first.
    apply: (_, event) => event.entity,
  });
  const state = store.project(total, 'a');
  // @ts-expect-error An entity without events has no state.
  state.toFixed();
  // @ts-expect-error The state is a number.
  const text: string | undefined = state;
  return text === undefined ? state : undefined;
}
