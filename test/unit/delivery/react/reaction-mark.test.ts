import { Region } from 'batpak';
import { describe, expect, it } from 'vitest';
import {
  encodeReactionMark,
  reactionExtension,
  reactionMarkOf,
} from '../../../../src/delivery/react/reaction-mark.ts';
import { StoreHost, someKind } from '../../../support/store-host.ts';

describe('the mark of a reaction', () => {
  it('is read from the event that bears it', () => {
    const store = new StoreHost().open();
    const mark = { reactor: 'stöck', depth: 70_000 };
    const bytes = encodeReactionMark(mark);
    const others = [
      bytes.slice(0, 5),
      bytes.slice(0, -1),
      new Uint8Array(0),
      Uint8Array.of(0, 0, 0, 1, 0, 1, 0xff),
    ];
    for (const each of [bytes, ...others]) {
      store.append('a', someKind, 0, { extensions: { [reactionExtension]: each } });
    }
    store.append('a', someKind, 0);
    const found = Array.from(store.events(Region.all()), reactionMarkOf);
    expect(found).toEqual([mark, ...others.map(() => undefined), undefined]);
  });
});
