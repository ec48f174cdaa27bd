import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryFile, pageBytes } from '../../../src/platform/memory-file.ts';
import { SeededRandom } from '../../../src/platform/random.ts';
import { bytesOf, textOf } from '../../support/files-under-test.ts';
import { propertyRuns } from '../../support/property-runs.ts';

describe('MemoryFile after power loss', () => {
  it('holds what was synced and nothing of what was written since', () => {
    const file = new MemoryFile();
    write(file, 'kept', 0);
    file.sync();
    write(file, 'LOST and more', 0);
    expect(contentOf(file)).toBe('LOST and more');
    expect(contentOf(file.afterPowerLoss())).toBe('kept');
  });

  it('holds what was cut off since the last sync, and not what was added', () => {
    const file = new MemoryFile();
    write(file, 'abcdef', 0);
    file.sync();
    file.truncate(2);
    expect(contentOf(file.afterPowerLoss())).toBe('abcdef');
    write(file, 'xyzxyz', 2);
    expect(contentOf(file.afterPowerLoss())).toBe('abcdef');
    file.sync();
    expect(contentOf(file.afterPowerLoss())).toBe('abxyzxyz');
  });

  it('holds zeros in the part that was cut and extended again before the sync', () => {
    const file = new MemoryFile();
    write(file, 'x'.repeat(3 * pageBytes), 0);
    file.sync();
    file.truncate(10);
    file.truncate(2 * pageBytes);
    file.sync();
    const expected = 'x'.repeat(10).padEnd(2 * pageBytes, '\0');
    expect(contentOf(file.afterPowerLoss())).toBe(expected);
  });

  it('holds each unsynced page as it was or as it is, and an old, new or page-wise size', () => {
    const before = 'a'.repeat(3 * pageBytes + 5);
    const after = 'b'.repeat(6 * pageBytes + 7);
    const file = new MemoryFile();
    write(file, before, 0);
    file.sync();
    write(file, after, 0);
    const sizes = new Set<number>();
    const pages = new Set<string>();
    for (let seed = 0; seed < 150; seed += 1) {
      const content = contentOf(file.afterPowerLoss(new SeededRandom(seed)));
      sizes.add(content.length);
      let kinds = '';
      for (let start = 0; start < content.length; start += pageBytes) {
        const page = content.slice(start, start + pageBytes);
        const was = before.slice(start, start + pageBytes).padEnd(page.length, '\0');
        const is = after.slice(start, start + page.length);
        kinds += page === is ? 'b' : page === was.slice(0, page.length) ? 'a' : '?';
      }
      pages.add(kinds);
    }
    expect([...sizes].sort((one, other) => one - other)).toEqual([
      before.length,
      4 * pageBytes,
      5 * pageBytes,
      6 * pageBytes,
      after.length,
    ]);
    expect([...pages].join('')).not.toContain('?');
    expect(pages.size).toBeGreaterThan(40);
  });

  it('gives the same content for the same seed', () => {
    const file = new MemoryFile();
    write(file, 'c'.repeat(9 * pageBytes), 0);
    const one = contentOf(file.afterPowerLoss(new SeededRandom(4)));
    expect(contentOf(file.afterPowerLoss(new SeededRandom(4)))).toBe(one);
  });

  it('is itself a file on which all is synced', () => {
    const file = new MemoryFile();
    write(file, 'abc', 0);
    file.sync();
    const left = file.afterPowerLoss();
    expect(contentOf(left.afterPowerLoss())).toBe('abc');
    write(left, 'X', 0);
    expect(contentOf(file)).toBe('abc');
  });
});

describe('MemoryFile after a failed sync', () => {
  it('shows what it lost until the power fails, whatever is synced later', () => {
    const file = new MemoryFile();
    write(file, 'a'.repeat(pageBytes), 0);
    file.sync();
    write(file, 'b'.repeat(pageBytes), 0);
    file.abandonUnsynced();
    file.sync();
    expect(contentOf(file)).toBe('b'.repeat(pageBytes));
    expect(contentOf(file.afterPowerLoss())).toBe('a'.repeat(pageBytes));
    const seen = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      seen.add(contentOf(file.afterPowerLoss(new SeededRandom(seed))).slice(0, 1));
    }
    expect([...seen].sort()).toEqual(['a', 'b']);
  });

  it('stores a page that is written again', () => {
    const file = new MemoryFile();
    write(file, 'lost', 0);
    file.abandonUnsynced();
    write(file, 'L', 0);
    file.sync();
    expect(contentOf(file.afterPowerLoss())).toBe('Lost');
  });

  it('never shows again what was cut off by a truncation that was synced', () => {
    const file = new MemoryFile();
    write(file, 'x'.repeat(pageBytes), 0);
    file.sync();
    file.truncate(0);
    file.abandonUnsynced();
    file.sync();
    file.truncate(pageBytes);
    file.sync();
    expect(contentOf(file.afterPowerLoss())).toBe('\0'.repeat(pageBytes));
  });

  it('holds zeros where a file grew in the failed sync and its size was synced later', () => {
    const file = new MemoryFile();
    write(file, 'x'.repeat(pageBytes), 0);
    file.abandonUnsynced();
    write(file, 'y', pageBytes);
    file.sync();
    expect(contentOf(file.afterPowerLoss())).toBe(`${'\0'.repeat(pageBytes)}y`);
  });
});

describe('MemoryFile', () => {
  it('is copied with what was synced and what was not', () => {
    const file = new MemoryFile();
    write(file, 'old', 0);
    file.sync();
    write(file, 'new', 0);
    const copy = file.clone();
    write(file, 'XXXX', 0);
    file.sync();
    expect(contentOf(copy)).toBe('new');
    expect(contentOf(copy.afterPowerLoss())).toBe('old');
    copy.sync();
    expect(contentOf(copy.afterPowerLoss())).toBe('new');
  });

  it('reads as an array of bytes does, and after power loss as that array at the last sync', () => {
    const size = fc.nat({ max: 3 * pageBytes });
    const step = fc.oneof(
      fc.record({ type: fc.constant('write'), at: size, length: size }),
      fc.record({ type: fc.constantFrom('truncate', 'sync'), at: size, length: size }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const file = new MemoryFile();
        let model: number[] = [];
        let synced: number[] = [];
        for (const [index, { type, at, length }] of steps.entries()) {
          if (type === 'sync') {
            file.sync();
            synced = [...model];
          } else if (type === 'truncate') {
            file.truncate(at);
            model = Array.from({ length: at }, (_, position) => model[position] ?? 0);
          } else {
            file.write(new Uint8Array(length).fill(index + 1), 0, length, at);
            for (let filled = model.length; length > 0 && filled < at; filled += 1) model.push(0);
            for (let position = at; position < at + length; position += 1) {
              model[position] = index + 1;
            }
          }
          expect(file.sizeBytes).toBe(model.length);
        }
        expect(contentOf(file)).toBe(textOf(Uint8Array.from(model)));
        expect(contentOf(file.afterPowerLoss())).toBe(textOf(Uint8Array.from(synced)));
      }),
      propertyRuns(60),
    );
  });

  it('takes 32 MB in pieces of 100 bytes without copying it all each time', () => {
    const file = new MemoryFile();
    const piece = new Uint8Array(100).fill(1);
    const before = performance.now();
    for (let position = 0; position < 32_000_000; position += 100) {
      file.write(piece, 0, 100, position);
      if (position % 3_200_000 === 0) file.sync();
    }
    expect(file.sizeBytes).toBe(32_000_000);
    // It takes a tenth of a second; with a copy a piece it would take hours.
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

function write(file: MemoryFile, text: string, position: number): void {
  const bytes = bytesOf(text);
  file.write(bytes, 0, bytes.length, position);
}

function contentOf(file: MemoryFile): string {
  const bytes = new Uint8Array(file.sizeBytes);
  expect(file.read(bytes, 0, bytes.length, 0)).toBe(bytes.length);
  return textOf(bytes);
}
