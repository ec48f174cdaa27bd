import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../../src/model/errors/disk-errors.ts';
import { Region } from '../../../../src/model/region.ts';
import { FaultPlan } from '../../../../src/platform/fault-plan.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import { type VerifyReport, verifyLog } from '../../../../src/recovery/verify/verify.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

interface Place {
  readonly sequence: number;
  readonly path: string;
  readonly offset: number;
}

/** Recovers the log, lets `damage` change what is on the disk, and verifies it. */
function verified(
  log: ForgedLog,
  damage: (flip: (place: Place, byte: number) => void) => void = () => undefined,
  region = Region.all(),
): VerifyReport {
  const files = log.write();
  const { segments, index } = recoverLog(files, log.directory, 1);
  damage(({ path, offset }, byte) => {
    const handle = files.open(path, 'write');
    const bytes = new Uint8Array(1);
    handle.read(bytes, 0, 1, offset + byte);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    handle.write(bytes, 0, 1, offset + byte);
  });
  return verifyLog({ files, segments, salt: forgedSalt, index }, region);
}

/** What stands next in the log. */
function nextOf({ sequence, path, position }: ForgedLog): Place {
  return { sequence, path, offset: position };
}

describe('verifyLog', () => {
  it('finds nothing wrong in a sound log, and counts its events and entities', () => {
    const log = new ForgedLog().segment().name('n', 0x1000).event('a').event('b').segment();
    log.batch(new Uint8Array(8), ['a', 'c']).clean();
    const sound = { ok: true, events: 4, entities: 3, redacted: 0, gaps: [], errors: [] };
    expect(verified(log)).toEqual(sound);
  });

  it('counts the events of the region only', () => {
    const log = new ForgedLog().segment().event('a').event('b').event('a');
    expect(verified(log, undefined, Region.entity('a'))).toMatchObject({ events: 2, entities: 1 });
  });

  it('finds a changed header', () => {
    const log = new ForgedLog().segment().event('a');
    const header = { sequence: 0, path: log.path, offset: 0 };
    expect(verified(log, (flip) => flip(header, 20)).errors).toEqual([
      { ...header, code: 'HEADER', detail: expect.any(String) },
    ]);
  });

  it('finds a changed byte, and goes on with the event behind it', () => {
    const log = new ForgedLog().segment().event('a');
    const place = nextOf(log);
    log.event('a').event('a').event('b');
    const { errors, events, ok } = verified(log, (flip) => flip(place, 30));
    expect(errors).toEqual([{ ...place, code: 'CHECKSUM', detail: 'checksum mismatch' }]);
    expect([ok, events]).toEqual([false, 3]);
  });

  it('finds a changed NAME, BEGIN, COMMIT and CLEAN record', () => {
    const names: readonly [string, (log: ForgedLog) => unknown][] = [
      ['NAME', (log) => log.name('n', 0x1001)],
      ['BEGIN', (log) => log.batch(new Uint8Array(8), ['a', 'b'])],
      ['CLEAN', (log) => log.clean()],
    ];
    for (const [name, add] of names) {
      const log = new ForgedLog().segment().event('a');
      const place = nextOf(log);
      add(log);
      const { errors } = verified(log, (flip) => flip(place, 30));
      expect(errors, name).toEqual([{ ...place, code: 'CHECKSUM', detail: 'checksum mismatch' }]);
    }
  });

  it('finds an event whose content is not what was hashed', () => {
    const log = new ForgedLog().segment().event('a').event('b');
    const place = nextOf(log);
    // The last byte before the hash is the payload's.
    log.event('a').tamper((frame) => {
      frame[frame.length - 33] = 99;
    });
    log.event('a');
    const expected = [{ ...place, code: 'HASH', detail: expect.any(String) }];
    expect(verified(log).errors).toEqual(expected);
  });

  it('finds an event that links to another one than the one before', () => {
    const log = new ForgedLog().segment().event('a');
    const place = nextOf(log);
    log.event('a', { prevHash: new Uint8Array(32).fill(1) }).event('a');
    expect(verified(log).errors).toEqual([{ ...place, code: 'LINK', detail: expect.any(String) }]);
  });

  it('finds a first event that links to one', () => {
    const log = new ForgedLog().segment().event('a');
    const place = nextOf(log);
    log.event('b', { prevHash: new Uint8Array(32).fill(1) });
    expect(verified(log).errors).toMatchObject([{ ...place, code: 'LINK' }]);
  });

  it('tells only what lies in the region', () => {
    const log = new ForgedLog().segment().event('a');
    log.event('a', { prevHash: new Uint8Array(32).fill(1) });
    expect(verified(log, undefined, Region.entity('b'))).toMatchObject({ ok: true, errors: [] });
    expect(verified(log, undefined, Region.entity('a')).ok).toBe(false);
  });

  it('tells gaps apart from errors, and checks no link over them', () => {
    const log = new ForgedLog().segment().event('a').lost('a').gap(1).event('a').event('b');
    const entities = [{ entity: 'a', lane: 0, fromClock: 1, count: 1 }];
    expect(verified(log)).toMatchObject({
      ...{ ok: true, events: 3, errors: [] },
      gaps: [{ from: 1, count: 1, reason: 'lost', entities }],
    });
  });

  it('checks the links that no gap lies in', () => {
    const log = new ForgedLog().segment().event('a').lost('b').gap(1);
    const place = nextOf(log);
    log.event('a', { prevHash: new Uint8Array(32).fill(1) });
    expect(verified(log).errors).toMatchObject([{ ...place, code: 'LINK' }]);
  });

  it('finds a changed GAP record, and goes on behind its sequences', () => {
    const log = new ForgedLog().segment().event('a').lost('a').lost('b');
    const place = { ...nextOf(log), sequence: 1 };
    log.gap(2).event('a').event('b');
    const report = verified(log, (flip) => flip(place, 30));
    expect(report.errors).toMatchObject([{ ...place, code: 'CHECKSUM' }]);
    expect(report).toMatchObject({ events: 3, gaps: [] });
  });

  it('counts an event whose payload was erased, and checks its links only', () => {
    const log = new ForgedLog()
      .segment()
      .event('a')
      .event('a', { payload: new Uint8Array(3) });
    log.tamper((frame) => {
      frame[8 + 4] = 1;
    });
    log.event('a');
    expect(verified(log)).toMatchObject({ ok: true, events: 3, redacted: 1 });
    const place = nextOf(log);
    log.event('a', { prevHash: new Uint8Array(32) }).tamper((frame) => {
      frame[8 + 4] = 1;
      frame[frame.length - 33] = 99;
    });
    expect(verified(log)).toMatchObject({
      redacted: 2,
      errors: [{ ...place, code: 'LINK' }],
    });
  });

  it('finds that a file has become shorter', () => {
    const log = new ForgedLog().segment().event('a');
    const place = nextOf(log);
    log.event('a').event('a');
    const files = log.write();
    const { segments, index } = recoverLog(files, log.directory, 1);
    files.open(log.path, 'write').truncate(place.offset);
    const { errors } = verifyLog({ files, segments, salt: forgedSalt, index }, Region.all());
    expect(errors).toMatchObject([{ ...place, code: 'SEQUENCE' }]);
  });

  it('checks no hashes where there are none', () => {
    const log = new ForgedLog().segment({ hashChain: false });
    log.event('a', { prevHash: undefined }).event('a', { prevHash: undefined });
    expect(verified(log)).toMatchObject({ ok: true, events: 2 });
  });

  it('throws when a file can not be read at all', () => {
    const log = new ForgedLog().segment().event('a');
    const plan = new FaultPlan(log.write());
    const { segments, index } = recoverLog(plan, log.directory, 1);
    plan.fail({ operation: 'read', code: 'EIO' });
    const subject = { files: plan, segments, salt: forgedSalt, index };
    expect(thrownBy(() => verifyLog(subject, Region.all()))).toBeInstanceOf(StorageError);
  });
});
