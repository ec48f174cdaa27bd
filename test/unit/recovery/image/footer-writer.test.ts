import { describe, expect, it } from 'vitest';
import { engineOf } from '../../../support/engine.ts';
import { settle, smallSegments, writeSome } from '../../../support/fast-reopen.ts';
import { StoreHost } from '../../../support/store-host.ts';

const sizesOf = (host: StoreHost): number[] =>
  host.segmentNames().map((name) => host.read(name).length);

describe('FooterWriter', () => {
  it('writes footers of sealed segments behind the caller, one at a time', async () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 4);
    const { footers, segments } = engineOf(store);
    expect(footers.pending).toBe(segments.all.length - 1);
    const before = sizesOf(host);
    await settle();
    expect(footers.pending).toBe(0);
    const grown = sizesOf(host).map((size, at) => size > (before[at] ?? 0));
    expect(grown).toEqual([...segments.all.slice(1).map(() => true), false]);
    // Two descriptors at most: its own, and that of reading the last frame.
    expect(host.plan.count('beginSync')).toBe(segments.all.length - 1);
  });

  it('stops where it is, and leaves what is not finished', async () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 4);
    await Promise.resolve();
    store.close();
    await settle();
    expect(host.open(smallSegments).verify()).toMatchObject({ ok: true, events: 20 });
    expect(engineOf(host.killed().open()).footers.pending).toBe(0);
  });

  it('writes over what an attempt before it left behind', async () => {
    const host = new StoreHost();
    const store = host.open(smallSegments);
    writeSome(store, 4);
    store.close();
    const [name = ''] = host.segmentNames();
    const frames = host.read(name);
    host.replace(name, Buffer.concat([frames, new Uint8Array(5000).fill(0xee)]));
    const again = host.open(smallSegments);
    writeSome(again, 2);
    await settle();
    expect(host.read(name).length).toBeLessThan(frames.length + 5000);
    const killed = host.killed().open({ index: { enableCheckpoint: false } });
    expect(killed.recovery.refused).toEqual([]);
    expect(killed.recovery.sources.footers).toBeGreaterThan(0);
    expect(killed.verify().ok).toBe(true);
  });

  it.each(['open', 'size', 'write', 'beginSync', 'close'] as const)(
    'takes a %s that fails for a footer that is not there',
    async (operation) => {
      const host = new StoreHost();
      const warnings: string[] = [];
      const logger = { warn: (_: unknown, text: string) => warnings.push(text), error: () => 0 };
      const store = host.open({ ...smallSegments, logger });
      writeSome(store, 3);
      host.plan.fail({ operation, code: 'EIO' });
      await settle();
      host.plan.heal();
      expect(warnings.length).toBeLessThanOrEqual(1);
      expect(engineOf(store).footers.pending).toBe(0);
      expect(store.append('order:1', 0x1abc, 1).sequence).toBe(15);
      expect(host.killed().open(smallSegments).verify()).toMatchObject({ ok: true, events: 16 });
    },
  );
});
