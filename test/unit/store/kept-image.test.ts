import { describe, expect, it } from 'vitest';
import { engineOf } from '../../support/engine.ts';
import { appendSome, StoreHost } from '../../support/store-host.ts';

const imagesOf = (host: StoreHost): number => host.plan.count('rename', 'index.image');

describe('KeptImage', () => {
  it('writes an image of a log that has changed, each time that it is asked', () => {
    const host = new StoreHost();
    const store = host.open();
    const { keptImage } = engineOf(store);
    keptImage.saveOnClose();
    expect(imagesOf(host)).toBe(0);
    appendSome(store, 1);
    keptImage.saveOnClose();
    appendSome(store, 1);
    keptImage.saveOnClose();
    expect(imagesOf(host)).toBe(2);
  });

  it('writes none when the one that is there says the same', () => {
    const host = new StoreHost();
    const store = host.open();
    appendSome(store, 1);
    store.close();
    engineOf(host.open()).keptImage.saveOnClose();
    expect(imagesOf(host)).toBe(1);
  });

  it('writes none where the store was told not to', () => {
    const host = new StoreHost();
    const store = host.open({ index: { enableCheckpoint: false } });
    appendSome(store, 1);
    engineOf(store).keptImage.saveOnClose();
    expect(imagesOf(host)).toBe(0);
  });
});
