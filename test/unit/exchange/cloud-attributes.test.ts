import { describe, expect, it } from 'vitest';
import { CloudAttributes, isUuid } from '../../../src/exchange/cloud-attributes.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('CloudAttributes', () => {
  it('reads a line as it reads an object, and null as what is left out', () => {
    for (const given of [{ a: 'x', b: null, data: null }, '{"a":"x","b":null,"data":null}\n']) {
      const attributes = new CloudAttributes(given, 1);
      expect([...attributes.names]).toEqual(['a', 'b', 'data']);
      expect(attributes.text('a')).toBe('x');
      expect(attributes.optionalText('b')).toBeUndefined();
      expect(attributes.has('data')).toBe(true);
      expect(attributes.has('c')).toBe(false);
    }
  });

  it('knows nothing of what every object has', () => {
    expect(new CloudAttributes({}, 1).has('constructor')).toBe(false);
  });

  it('takes numbers within their bounds', () => {
    const attributes = new CloudAttributes({ a: 255, b: '0007' }, 4);
    expect(attributes.integer('a', 255)).toBe(255);
    expect(attributes.counter('b', 7)).toBe(7);
    expect(attributes.counter('none', 7)).toBeUndefined();
    for (const read of [() => attributes.integer('a', 254), () => attributes.counter('b', 6)]) {
      expect(thrownBy(read)).toMatchObject({ code: 'BATPAK_INVALID_CLOUD_EVENT', line: 4 });
    }
  });

  it('takes UUIDs, hashes and times, and leaves out what is not there', () => {
    const id = '0190B0C4-7f6a-7cc3-98c4-dc0c0c07398f';
    const attributes = new CloudAttributes(
      { id, h: 'ab'.repeat(32), t: '1970-01-01T00:00:00Z' },
      1,
    );
    expect(attributes.optionalUuid('id')).toBe(id);
    expect(attributes.optionalHash('h')).toEqual(new Uint8Array(32).fill(0xab));
    expect(attributes.optionalTime('t')).toBe(0);
    expect(attributes.optionalUuid('x') ?? attributes.optionalHash('x')).toBeUndefined();
    expect(attributes.optionalTime('x')).toBeUndefined();
  });
});

describe('isUuid', () => {
  it('knows one in either case', () => {
    expect(isUuid('0190B0C4-7f6a-7cc3-98c4-dc0c0c07398F')).toBe(true);
    expect(isUuid('0190b0c4')).toBe(false);
  });
});
