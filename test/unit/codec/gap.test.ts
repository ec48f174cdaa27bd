import { describe, expect, it } from 'vitest';
import { decodeGap, encodeGap, type GapContent, gapEntitiesMax } from '../../../src/codec/gap.ts';
import { encodePayload } from '../../../src/codec/payload.ts';
import { recordTypes } from '../../../src/codec/record-layout.ts';
import { RecordView } from '../../../src/codec/record-view.ts';
import { systemKinds } from '../../../src/model/kind.ts';
import { frameOf, type RecordFields } from '../../support/forged-log.ts';

const gap: GapContent = {
  from: 7,
  count: 3,
  reason: 'damaged bytes',
  entities: [{ entity: 'order:1', lane: 0, fromClock: 2, count: 2 }],
};

function viewOf(fields: RecordFields): RecordView {
  const type = recordTypes.gap;
  const { bytes } = frameOf({ type, kind: systemKinds.gap, sequence: 7, ...fields });
  const view = new RecordView();
  expect(view.point(bytes, 8, bytes.length)).toBeUndefined();
  return view;
}

describe('the content of a GAP record', () => {
  it('comes back', () => {
    expect(decodeGap(viewOf({ payload: encodeGap(gap) }))).toEqual(gap);
    const bare = { ...gap, entities: [] };
    expect(decodeGap(viewOf({ payload: encodeGap(bare) }))).toEqual(bare);
  });

  it('names a limited number of entities', () => {
    const entities = Array.from({ length: gapEntitiesMax + 5 }, (_, index) => ({
      ...{ entity: `order:${index}`, lane: 1 },
      ...{ fromClock: index, count: 1 },
    }));
    const read = decodeGap(viewOf({ payload: encodeGap({ ...gap, entities }) }));
    expect(read?.entities).toEqual(entities.slice(0, gapEntitiesMax));
  });

  it('is none of another record, nor anything that a salvage does not write', () => {
    const payload = encodeGap(gap);
    expect(decodeGap(viewOf({ payload, type: recordTypes.name }))).toBeUndefined();
    expect(decodeGap(viewOf({ payload, sequence: 8 }))).toBeUndefined();
    for (const wrong of [
      { count: 0 },
      { count: 1.5 },
      { count: Number.MAX_SAFE_INTEGER },
      { from: -7 },
      { reason: 1 },
      { entities: 'all' },
      { entities: [['order:1', 0, 1]] },
      { entities: [[1, 0, 1, 1]] },
    ]) {
      const plain = { from: gap.from, count: gap.count, reason: gap.reason };
      const view = viewOf({ payload: encodePayload({ ...plain, ...wrong }) });
      expect(decodeGap(view), JSON.stringify(wrong)).toBeUndefined();
    }
    expect(decodeGap(viewOf({ payload: encodePayload(7) }))).toBeUndefined();
    expect(decodeGap(viewOf({ payload: Uint8Array.of(0xc1) }))).toBeUndefined();
  });
});
