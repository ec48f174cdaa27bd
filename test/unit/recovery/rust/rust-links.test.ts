import { describe, expect, it } from 'vitest';
import { RecordView } from '../../../../src/codec/record-view.ts';
import { pointRustRecord } from '../../../../src/codec/rust/record-v1.ts';
import { hasRustHash, RustLinks } from '../../../../src/recovery/rust/rust-links.ts';
import { RustLogForge } from '../../../support/rust-log.ts';
import { StoreHost } from '../../../support/store-host.ts';

describe('RustLinks', () => {
  it('links an event to the one whose clock is one lower, and clock 0 to nothing', () => {
    const links = new RustLinks();
    const targets = [0, 1, 2, 0, 1].map((clock) => links.next(7, clock));
    expect(targets).toEqual(['genesis', 'previous', 'previous', 'genesis', 'previous']);
  });

  it('does not know what an event links to whose clock leaves out others', () => {
    const links = new RustLinks();
    expect([3, 5, 4].map((clock) => links.next(7, clock))).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(links.next(8, 1)).toBe('unknown');
  });
});

describe('hasRustHash', () => {
  it('holds the stored hash against the payload alone', () => {
    const log = new RustLogForge().segment().event({ payload: 'text' });
    const bytes = log.into(new StoreHost()).read('000001.fbat');
    const [{ offset = 0, length = 0 } = {}] = log.events;
    const view = new RecordView();
    expect(pointRustRecord(view, bytes, offset + 8, offset + length, 0, 3)).toBeUndefined();
    expect(hasRustHash(view)).toBe(true);
    view.bytes[view.payloadAt] = 0xa5;
    expect(hasRustHash(view)).toBe(false);
  });
});
