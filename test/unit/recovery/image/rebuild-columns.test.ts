import { describe, expect, it } from 'vitest';
import { EventIndex } from '../../../../src/indexes/event-index.ts';
import { rebuildColumns } from '../../../../src/recovery/image/rebuild-columns.ts';
import { recoverLog } from '../../../../src/recovery/ladder.ts';
import { ForgedLog, forgedSalt } from '../../../support/forged-log.ts';
import { thrownBy } from '../../../support/store-host.ts';

const foreign = () => undefined;

describe('rebuildColumns', () => {
  it('gives the rows with the numbers that texts have in the index', () => {
    const forged = new ForgedLog().segment().event('a').event('b').segment().event('b').clean();
    const files = forged.write();
    const { segments, index: read } = recoverLog(files, forged.directory, 1);
    const index = new EventIndex(1);
    for (const entity of ['z', 'b', 'a']) index.entities.intern(entity);
    for (const scope of ['shop', 'default']) index.scopes.intern(scope);
    const columns = rebuildColumns({ files, segments, salt: forgedSalt, index, foreign });
    const rows = [0, 1, 2];
    expect(rows.map((at) => index.entities.entity(columns.entityId(at)))).toEqual(['a', 'b', 'b']);
    expect(rows.map((at) => columns.scopeId(at))).toEqual([1, 1, 1]);
    expect(rows.map((at) => columns.offset(at))).toEqual(rows.map((at) => read.columns.offset(at)));
    expect(rows.map((at) => columns.previous(at))).toEqual([-1, -1, 1]);
  });

  it('throws when the log has fewer events than the index knows, or other bytes', () => {
    const forged = new ForgedLog().segment().event('a').event('b');
    const files = forged.write();
    const { segments, index } = recoverLog(files, forged.directory, 1);
    const subject = { files, segments, salt: forgedSalt, index, foreign };
    const last = segments.last;
    if (last === undefined) throw new Error('there is a segment');
    const { validBytes } = last;
    last.validBytes = index.columns.offset(1);
    expect(thrownBy(() => rebuildColumns(subject))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
      expected: '2 events',
    });
    last.validBytes = validBytes;
    files.open(last.path, 'write').write(Uint8Array.of(0xee), 0, 1, validBytes - 1);
    expect(thrownBy(() => rebuildColumns(subject))).toMatchObject({
      code: 'BATPAK_CORRUPT_SEGMENT',
    });
  });
});
