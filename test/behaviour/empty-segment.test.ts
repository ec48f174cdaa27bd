import { describe, expect, it } from 'vitest';
import { StoreHost, someKind } from '../support/store-host.ts';

const options = { segmentMaxBytes: 1_000 };

describe('a segment that was made and never written to', () => {
  it('does not outlive the next append, also when that continues the one before', () => {
    const host = new StoreHost();
    const first = host.open(options);
    first.append('order:1', someKind, 'small');
    first.close();

    // Too large for the rest of the first segment: a second one is made, and the disk is full.
    const second = host.open(options);
    host.plan.fail({ operation: 'write', path: '000002.fbat', nth: 2, code: 'ENOSPC' });
    expect(() => second.append('order:1', someKind, 'x'.repeat(800))).toThrow(
      expect.objectContaining({ code: 'BATPAK_DISK_FULL' }),
    );

    const after = host.killed();
    const third = after.open(options);
    expect(third.recovery).toMatchObject({ events: 1, tornTail: undefined });
    third.append('order:1', someKind, 'small');
    third.close();

    const fourth = after.open(options);
    expect(fourth.verify()).toMatchObject({ ok: true, events: 2 });
    expect(after.segmentNames()).not.toContain('000002.fbat');
    fourth.close();
  });
});
