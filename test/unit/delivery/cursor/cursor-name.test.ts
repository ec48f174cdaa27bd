import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCursorName,
  cursorFileName,
  isCursorFileName,
} from '../../../../src/delivery/cursor/cursor-name.ts';
import { propertyRuns } from '../../../support/property-runs.ts';
import { thrownBy } from '../../../support/store-host.ts';

describe('the name of a cursor', () => {
  it('is 1 to 64 bytes of well-formed text', () => {
    for (const name of ['a', 'é'.repeat(32), 'a/b', '..', ' ']) {
      expect(() => checkCursorName(name)).not.toThrow();
    }
    for (const name of ['', 'a'.repeat(65), 'é'.repeat(33), '\ud800', 'x'.repeat(1000)]) {
      expect(thrownBy(() => checkCursorName(name))).toMatchObject({
        code: 'BATPAK_ARGUMENT_RANGE',
        field: 'name',
      });
    }
    expect(thrownBy(() => checkCursorName(7))).toMatchObject({ code: 'BATPAK_ARGUMENT_TYPE' });
  });

  it('makes a file name that is safe anywhere, and different for each', () => {
    expect(cursorFileName('mail-2_x')).toBe('mail-2_x.cursor');
    expect(cursorFileName('Mail/../ü')).toBe('%4dail%2f%2e%2e%2f%c3%bc.cursor');
    expect(cursorFileName('é'.repeat(32)).length).toBeLessThanOrEqual(255 - '.new'.length);
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(names, names, (one, other) => {
        const files = [cursorFileName(one), cursorFileName(other)];
        expect(files[0]).toMatch(/^[a-z0-9_%-]+\.cursor$/);
        expect(files[0]?.toLowerCase() === files[1]?.toLowerCase()).toBe(one === other);
        expect(isCursorFileName(files[0] ?? '')).toBe(true);
      }),
      propertyRuns(200),
    );
    expect(isCursorFileName('mail.cursor.new')).toBe(false);
  });
});
