import { describe, expect, it } from 'vitest';
import { RecordView } from '../../../src/codec/record-view.ts';
import { EventIndex } from '../../../src/indexes/event-index.ts';
import { RecordTexts } from '../../../src/recovery/record-texts.ts';
import { frameOf } from '../../support/forged-log.ts';

function recordOf(entity: string, scope: string, lane = 0): RecordView {
  const { bytes } = frameOf({ entity, scope, lane });
  const record = new RecordView();
  record.point(bytes, 8, bytes.length);
  return record;
}

describe('RecordTexts', () => {
  it('gives texts the numbers that the index gives them', () => {
    const index = new EventIndex(1);
    const texts = new RecordTexts(index);
    const long = 'x'.repeat(900);
    const names = ['a', 'b', 'ü', long, 'a', long, 'ü', 'b'];
    expect(names.map((entity) => texts.streamId(recordOf(entity, 's')))).toEqual([
      0, 1, 2, 3, 0, 3, 2, 1,
    ]);
    expect(names.map((scope) => texts.scopeId(recordOf('e', scope)))).toEqual([
      0, 1, 2, 3, 0, 3, 2, 1,
    ]);
    expect(index.entities.entity(2)).toBe('ü');
    expect(index.scopes.text(3)).toBe(long);
  });

  it('tells lanes of an entity apart', () => {
    const texts = new RecordTexts(new EventIndex(1));
    const lanes = [0, 1, 0, 1, 2].map((lane) => texts.streamId(recordOf('a', 's', lane)));
    expect(lanes).toEqual([0, 1, 0, 1, 2]);
  });

  it('never takes one text for another, however many there are', () => {
    const index = new EventIndex(1);
    const texts = new RecordTexts(index);
    let wrong = 0;
    for (let round = 0; round < 2; round += 1) {
      for (let at = 0; at < 20_000; at += 1) {
        const id = texts.streamId(recordOf(`order:${at}`, 's'));
        if (index.entities.entity(id) !== `order:${at}`) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
    expect(index.entities.size).toBe(20_000);
  });
});
