import {
  ArgumentRangeError,
  ArgumentTypeError,
  type Repository,
  repository,
  StoreClosedError,
} from 'batpak';
import { describe, expect, it } from 'vitest';
import { door, sendLoosely } from '../support/aggregates.ts';
import { StoreHost, thrownBy } from '../support/store-host.ts';

const touched = { type: 'touched' };

/** Every public function of a repository that takes an id. */
const calls: [string, (doors: Repository, id: string) => unknown][] = [
  ['send', (doors, id) => sendLoosely(doors, id, touched)],
  ['create', (doors, id) => doors.create(id, undefined)],
  ['load', (doors, id) => doors.load(id)],
  ['stateAt', (doors, id) => doors.stateAt(id, { clock: 0 })],
  ['foreignEvents', (doors, id) => doors.foreignEvents(id)],
];

/** Doors in a new store, as if of any machine. */
function someDoors() {
  const store = new StoreHost().open();
  return { store, doors: repository(store, door) as unknown as Repository };
}

describe.each(calls)('the id that %s takes', (_name, call) => {
  it.each([[undefined], [null], [7], [''], [{}], [['a']]])('is a text, not %j', (id) => {
    const { store, doors } = someDoors();
    const thrown = thrownBy(() => call(doors, id as string));
    expect(thrown).toBeInstanceOf(ArgumentTypeError);
    expect(thrown).toMatchObject({ field: 'id', value: id });
    expect(store.eventCount).toBe(0);
  });

  it.each([
    ['too long', 'x'.repeat(1025 - 'door:'.length)],
    ['too long', 'é'.repeat(510)],
    ['control character', 'a\nb'],
    ['not well-formed', '\ud83d'],
  ])('is %s', (problem, id) => {
    const { store, doors } = someDoors();
    expect(thrownBy(() => call(doors, id))).toMatchObject({
      code: 'BATPAK_INVALID_COORDINATE',
      part: 'entity',
      problem,
    });
    expect(store.eventCount).toBe(0);
  });
});

describe.each(calls)('a closed store', (_name, call) => {
  it(`refuses ${_name}`, () => {
    const { store, doors } = someDoors();
    sendLoosely(doors, 'a', touched);
    store.close();
    for (const id of ['a', 'b']) {
      expect(thrownBy(() => call(doors, id))).toBeInstanceOf(StoreClosedError);
    }
  });
});

describe('send', () => {
  it.each([
    [undefined, 'command'],
    [null, 'command'],
    ['touched', 'command'],
    [{}, 'command'],
    [[], 'command'],
    [{ type: undefined }, 'command.type'],
    [{ type: 7 }, 'command.type'],
  ])('takes a command with a type, not %j', (command, field) => {
    const { doors } = someDoors();
    const thrown = thrownBy(() => sendLoosely(doors, 'a', command));
    expect(thrown).toBeInstanceOf(ArgumentTypeError);
    expect(thrown).toMatchObject({ field });
  });

  it.each([
    [null, ArgumentTypeError, 'options'],
    ['key', ArgumentTypeError, 'options'],
    [{ key: 'k' }, ArgumentTypeError, 'options.key'],
    [{ idempotencyKey: 7 }, ArgumentTypeError, 'idempotencyKey'],
    [{ idempotencyKey: '' }, ArgumentRangeError, 'idempotencyKey'],
    [{ idempotencyKey: 'x'.repeat(1025) }, ArgumentRangeError, 'idempotencyKey'],
    [{ expected: 'none' }, ArgumentTypeError, 'expected'],
    [{ expected: null }, ArgumentTypeError, 'expected'],
    [{ expected: -1 }, ArgumentRangeError, 'expected'],
    [{ expected: 1.5 }, ArgumentRangeError, 'expected'],
  ])('and create refuse the options %j', (options, kind, field) => {
    const { store, doors } = someDoors();
    for (const call of [
      () => sendLoosely(doors, 'a', touched, options),
      () => doors.create('a', undefined, options as never),
    ]) {
      const thrown = thrownBy(call);
      expect(thrown).toBeInstanceOf(kind);
      expect(thrown).toMatchObject({ field });
    }
    expect(store.eventCount).toBe(0);
  });
});

describe('stateAt', () => {
  it.each([
    [undefined, ArgumentTypeError, 'moment'],
    [null, ArgumentTypeError, 'moment'],
    [3, ArgumentTypeError, 'moment'],
    [{}, ArgumentTypeError, 'sequence'],
    [{ clock: undefined }, ArgumentTypeError, 'clock'],
    [{ clock: '1' }, ArgumentTypeError, 'clock'],
    [{ clock: -1 }, ArgumentRangeError, 'clock'],
    [{ clock: 0.5 }, ArgumentRangeError, 'clock'],
    [{ sequence: Number.NaN }, ArgumentRangeError, 'sequence'],
    [{ sequence: -1 }, ArgumentRangeError, 'sequence'],
  ])('refuses the moment %j', (moment, kind, field) => {
    const { doors } = someDoors();
    const thrown = thrownBy(() => doors.stateAt('a', moment as never));
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ field });
  });

  it('takes a moment that is not yet', () => {
    const { doors } = someDoors();
    sendLoosely(doors, 'a', touched);
    for (const moment of [{ clock: 5_000_000_000 }, { sequence: 5_000_000_000 }]) {
      expect(doors.stateAt('a', moment)?.value).toBe('closed');
    }
  });
});

describe('repository', () => {
  const { store } = someDoors();

  it.each([
    [() => repository({} as never, door), ArgumentTypeError, 'store'],
    [() => repository(undefined as never, door), ArgumentTypeError, 'store'],
    [() => repository(store, {} as never), ArgumentTypeError, 'definition'],
    [() => repository(store, door, null as never), ArgumentTypeError, 'options'],
    [
      () => repository(store, door, { maxEntities: '7' } as never),
      ArgumentTypeError,
      'maxEntities',
    ],
    [() => repository(store, door, { maxEntities: 0 }), ArgumentRangeError, 'maxEntities'],
    [() => repository(store, door, { maxEntities: 1.5 }), ArgumentRangeError, 'maxEntities'],
    [() => repository(store, door, { maxEntities: Number.NaN }), ArgumentRangeError, 'maxEntities'],
    [
      () => repository(store, door, { entities: 7 } as never),
      ArgumentTypeError,
      'options.entities',
    ],
  ])('refuses wrong call %#, naming what is wrong', (call, kind, field) => {
    const thrown = thrownBy(call);
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ field });
  });
});
