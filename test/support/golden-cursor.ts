import type { CursorState } from '../../src/codec/cursor-state.ts';
import { Region } from '../../src/model/region.ts';

/** What the golden cursor file says: it has passed the first event of the golden segment. */
export function goldenCursor(storeId: Uint8Array): CursorState {
  return {
    storeId,
    epoch: 0,
    position: 1,
    anchorSequence: 0,
    anchorTimestampUs: 1_735_689_600_000_000,
    name: 'Mail/zoë',
    region: Region.namespace('player').toString(),
    parked: [
      { sequence: 0, tries: 5, parkedAtUs: 1_735_689_600_000_001, message: 'no such mailbox: zoë' },
    ],
  };
}
