import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from 'batpak';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/platform/random.ts';
import { checkpointKeys, rememberedReceiptOf } from '../../src/store/write/idempotency.ts';
import { engineOf } from '../support/engine.ts';
import { appendSome, type HostOptions, StoreHost, someKind } from '../support/store-host.ts';

const keyCount = 5;
const file = 'idempotency';
const path = `/store/${file}`;

/** Writes events, every second one with a key: those of even sequences, from `first` on. */
function write(store: Store, first = 0, count = keyCount): void {
  for (let index = first; index < first + count; index += 1) {
    store.append('a', someKind, index, { idempotencyKey: `key-${index}` });
    store.append('a', someKind, 'without a key');
  }
}

/** A host with a store that was closed, and has keys. */
function closedHost(options: HostOptions = {}): StoreHost {
  const host = new StoreHost();
  const store = host.open(options);
  write(store);
  store.close();
  return host;
}

/** Opens the store, repeats every write with a key, and closes it. @returns what was replayed */
function retried(
  host: StoreHost,
  count = keyCount,
  options: HostOptions = {},
): (number | string)[] {
  const store = host.open(options);
  const answers = Array.from({ length: count }, (_, index) => {
    const receipt = store.append('a', someKind, index, { idempotencyKey: `key-${index}` });
    return receipt.replayed ? receipt.sequence : 'stored again';
  });
  store.close();
  return answers;
}

const allReplayed = [0, 2, 4, 6, 8];
const scanned: HostOptions = { index: { enableCheckpoint: false } };

describe('the idempotency file', () => {
  it('is made by close in a store with keys, and in no other', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 3);
    store.close();
    expect(host.files.stat(path)).toBeUndefined();
    expect(closedHost().files.stat(path)?.type).toBe('file');
  });

  it('is not written again by a store that nothing was written to', () => {
    const host = closedHost();
    const before = host.content();
    expect(retried(host)).toEqual(allReplayed);
    expect(host.content()).toEqual(before);
    host.files.remove(path);
    expect(retried(host)).toEqual(allReplayed);
    expect(host.files.stat(path)).toBeUndefined();
  });

  it('is written again by a store that was written to, with or without a key', () => {
    const host = closedHost();
    const before = host.read(file);
    const store = host.open();
    store.append('a', someKind, 'more');
    store.close();
    expect(host.read(file)).not.toEqual(before);
    expect(host.read(file)).toHaveLength(before.length);
    expect(retried(host)).toEqual(allReplayed);
  });

  it('is not needed: keys come from the log when it is missing', () => {
    for (const options of [{}, scanned]) {
      const host = closedHost();
      host.files.remove(path);
      expect(retried(host, keyCount, options)).toEqual(allReplayed);
      expect(host.open(options).recovery.refused).toEqual([]);
    }
  });

  it('of an older close is joined with what the log says since', () => {
    for (const options of [{}, scanned]) {
      const host = closedHost();
      const old = host.read(file);
      const store = host.open();
      write(store, keyCount, 3);
      const killed = host.killed();
      store.close();
      host.replace(file, old);
      expect(retried(host, 8, options)).toEqual([...allReplayed, 10, 12, 14]);
      expect(killed.read(file)).toEqual(old);
      expect(retried(killed, 8, options)).toEqual([...allReplayed, 10, 12, 14]);
    }
  });

  it('is not written when the log did not end cleanly', () => {
    const host = closedHost();
    const before = host.read(file);
    const store = host.open();
    write(store, keyCount, 1);
    host.plan.fail({ operation: 'write', path: '.fbat', code: 'ENOSPC' });
    expect(store.close().clean).toBe(false);
    host.plan.heal();
    expect(host.read(file)).toEqual(before);
    expect(retried(host, keyCount + 1)).toEqual([...allReplayed, 10]);
  });

  it('is readable by nobody else', () => {
    const directory = mkdtempSync(join(tmpdir(), 'batpak-keys-'));
    try {
      const dataDir = join(directory, 'store');
      const store = openStore({ dataDir });
      write(store);
      store.close();
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
      const again = openStore({ dataDir });
      expect(again.recovery.refused).toEqual([]);
      expect(again.append('a', someKind, 0, { idempotencyKey: 'key-0' }).replayed).toBe(true);
      again.close();
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('an idempotency file that is not as it was written', () => {
  /** Opens the store with such a file: it is reported, and every key still stands. */
  function expectRefused(host: StoreHost, reason: unknown, where = ''): void {
    const warnings: object[] = [];
    const logger = { warn: (facts: object) => warnings.push(facts), error: () => undefined };
    const store = host.open({ logger });
    expect(store.recovery.refused, where).toEqual([{ path, reason }]);
    expect(warnings, where).toEqual([expect.objectContaining({ path })]);
    for (let index = 0; index < keyCount; index += 1) {
      const receipt = store.append('a', someKind, index, { idempotencyKey: `key-${index}` });
      expect(receipt, where).toMatchObject({ sequence: 2 * index, replayed: true });
    }
    store.close();
  }

  it('in any byte is left out and reported', () => {
    const host = closedHost();
    const length = host.read(file).length;
    for (let offset = 0; offset < length; offset += 1) {
      host.flip(file, offset, 1 << (offset % 8));
      expectRefused(host, expect.any(String), `byte ${offset}`);
      host.flip(file, offset, 1 << (offset % 8));
    }
    expect(host.open().recovery.refused).toEqual([]);
  });

  it('because it was cut off is left out and reported', () => {
    const host = closedHost();
    const whole = host.read(file);
    for (let length = 0; length < whole.length; length += 1) {
      host.replace(file, whole.subarray(0, length));
      expectRefused(host, 'cut off', `cut to ${length}`);
    }
  });

  it('because it is of another store is left out and reported', () => {
    const host = closedHost();
    const other = new StoreHost();
    other.clock.advance(1000);
    const store = other.open();
    write(store);
    store.close();
    host.replace(file, other.read(file));
    expectRefused(host, 'another store');
  });

  it('because it is ahead of the log is left out and reported', () => {
    const host = closedHost();
    const earlier = host.killed();
    const store = host.open();
    write(store, keyCount);
    store.close();
    earlier.replace(file, host.read(file));
    expectRefused(earlier, 'ahead of the log');
  });

  it('because it is of a log that went another way is left out and reported', () => {
    const host = closedHost();
    const branch = host.killed();
    for (const one of [host, branch]) {
      one.clock.advance(one === host ? 1000 : 2000);
      const store = one.open();
      appendSome(store, 2);
      store.close();
    }
    branch.replace(file, host.read(file));
    expectRefused(branch, 'another log');
  });

  it('because a later version wrote it is left out and reported', () => {
    const host = closedHost();
    host.flip(file, 7, 1 ^ 2);
    expectRefused(host, 'unknown version');
  });

  it('because something else bears its name is left out and reported', () => {
    const host = closedHost();
    host.files.rename(path, '/store/elsewhere');
    host.files.symlink('/store/elsewhere', path);
    expectRefused(host, 'no file');
    host.files.remove(path);
    host.files.makeDirectory(path);
    expectRefused(host, 'no file');
  });

  it('because the disk does not give it is left out and reported', () => {
    const host = closedHost();
    host.plan.fail({ operation: 'read', path: file, code: 'EIO' });
    expectRefused(host, 'unreadable: EIO');
  });

  it('is replaced by the next close of a store that was written to', () => {
    const host = closedHost();
    host.flip(file, 30);
    const store = host.open();
    appendSome(store, 1);
    store.close();
    expect(host.open().recovery.refused).toEqual([]);
  });

  it('keeps its place when it is a link, with a warning', () => {
    const host = closedHost();
    host.files.rename(path, '/store/elsewhere');
    const before = host.read('elsewhere');
    host.files.symlink('/store/elsewhere', path);
    const warnings: object[] = [];
    const logger = { warn: (facts: object) => warnings.push(facts), error: () => undefined };
    const store = host.open({ logger });
    appendSome(store, 1);
    expect(store.close().clean).toBe(true);
    expect(warnings.at(-1)).toMatchObject({ path, err: { systemCode: 'ELOOP' } });
    expect(host.files.stat(path)?.type).toBe('symlink');
    expect(host.read('elsewhere')).toEqual(before);
  });
});

describe('writing the idempotency file', () => {
  const after = [...allReplayed, 10, 12];

  /** A host whose store has a file of an older close, open again and with more keys. */
  function given(): { host: StoreHost; store: Store } {
    const host = closedHost();
    const store = host.open();
    write(store, keyCount, 2);
    return { host, store };
  }

  function callsOfClose(): number {
    const { host, store } = given();
    const before = host.plan.operations.length;
    store.close();
    return host.plan.operations.length - before;
  }

  it('may be cut short by a kill or by power loss before every call of close', () => {
    const calls = callsOfClose();
    expect(calls).toBeGreaterThan(15);
    for (let nth = 1; nth <= calls; nth += 1) {
      const { host, store } = given();
      // What is not synced may be lost; then there is nothing to replay.
      store.sync();
      const left: StoreHost[] = [];
      host.plan.before({ nth }, () => {
        left.push(host.killed(), host.afterPowerLoss(), host.afterPowerLoss(new SeededRandom(nth)));
      });
      store.close();
      for (const each of left) {
        expect(retried(each, 7), `call ${nth}`).toEqual(after);
        expect(each.open().recovery.refused, `call ${nth}`).toEqual([]);
      }
    }
  });

  it('may fail in every call: close is clean, it is a warning, and the old one is whole', () => {
    const { host: counted, store: counting } = given();
    const before = counted.plan.operations.length;
    counting.close();
    const calls = counted.plan.operations
      .slice(before)
      .filter((call) => call.path === `${path}.new`)
      .map(({ operation }) => operation);
    expect(calls).toEqual(['stat', 'open', 'write', 'sync', 'close', 'rename']);
    for (let nth = 1; nth <= calls.length; nth += 1) {
      const host = closedHost();
      const warnings: object[] = [];
      const logger = { warn: (facts: object) => warnings.push(facts), error: () => undefined };
      const store = host.open({ logger });
      write(store, keyCount, 2);
      host.plan.fail({ path: `${file}.new`, nth, code: 'EIO' });
      expect(store.close().clean, `call ${nth}`).toBe(true);
      expect(warnings, `call ${nth}`).toMatchObject([{ path, err: { code: 'BATPAK_STORAGE' } }]);
      expect(host.files.stat(`${path}.new`), `call ${nth}`).toBeUndefined();
      host.plan.heal();
      expect(retried(host, 7), `call ${nth}`).toEqual(after);
    }
  });
});

describe('the receipt of an event whose frame was dropped', () => {
  it('is given again after a reopen, from the file', () => {
    const host = new StoreHost();
    const store = host.open();
    write(store);
    const { eventId, position } = store.append('b', someKind, 'x', { idempotencyKey: 'last' });
    const engine = engineOf(store);
    engine.keptKeys.remember([rememberedReceiptOf(engine, 10)]);
    checkpointKeys(engine);
    store.close();
    // As if it were gone: the image knows of the frame, and nobody can read it.
    const again = host.open();
    host.flip('000001.fbat', position.offset + 30);
    const receipt = again.append('b', someKind, 'x', { idempotencyKey: 'last' });
    expect(receipt).toMatchObject({ eventId, sequence: 10, position, replayed: true });
    expect(receipt.durability).toBe('durable');
    expect(again.findByKey('last')).toBeUndefined();
  });

  it('is kept by a later close, too', () => {
    const host = new StoreHost();
    const store = host.open();
    const { eventId } = store.append('b', someKind, 'x', { idempotencyKey: 'key' });
    const engine = engineOf(store);
    engine.keptKeys.remember([rememberedReceiptOf(engine, 0)]);
    checkpointKeys(engine);
    for (let count = 0; count < 3; count += 1) {
      const killed = host.killed().open();
      expect(engineOf(killed).keptKeys.find(0)?.entity).toBe('b');
      appendSome(killed, 1);
    }
    appendSome(store, 1);
    store.close();
    const again = host.open();
    expect(again.append('b', someKind, 'x', { idempotencyKey: 'key' })).toMatchObject({
      eventId,
      replayed: true,
    });
  });
});
