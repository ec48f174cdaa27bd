import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cacheKeyBytesMax } from '../../../src/model/cache.ts';
import { bindingKey, entityKey, versionPrefix } from '../../../src/projections/cache-key.ts';
import { propertyRuns } from '../../support/property-runs.ts';

const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
const anyText = fc.string({
  minLength: 1,
  maxLength: 4,
  unit: fc.constantFrom('a', '\0', '\u0001', 'é'),
});
const anyVersion = fc.oneof(fc.nat({ max: 2 }), fc.constant(0x61616161), fc.constant(0xffff_ffff));
const anyKey = fc.tuple(anyText, anyVersion, anyText);

describe('the key of a state', () => {
  it('is another one for another projection, version or entity', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (left, right) => {
        const same = left.every((part, index) => part === right[index]);
        expect(hex(entityKey(...left)) === hex(entityKey(...right))).toBe(same);
      }),
      propertyRuns(500),
    );
  });

  it('begins with the prefix of its own projection and version and no other', () => {
    fc.assert(
      fc.property(anyKey, anyText, anyVersion, ([name, version, entity], otherName, other) => {
        const key = hex(entityKey(name, version, entity));
        const same = name === otherName && version === other;
        expect(key.startsWith(hex(versionPrefix('entity', otherName, other)))).toBe(same);
        expect(key.startsWith(hex(versionPrefix('read-model', otherName, other)))).toBe(false);
        expect(key.startsWith(hex(bindingKey))).toBe(false);
      }),
      propertyRuns(500),
    );
  });

  it('is no longer than caches must take', () => {
    const longest = entityKey('\u4e00'.repeat(255), 0xffff_ffff, 'x'.repeat(1024));
    expect(longest.length).toBeLessThanOrEqual(cacheKeyBytesMax);
  });
});
