import { describe, expect, it } from 'vitest';
import { encodeExtensions } from '../../../src/codec/extensions.ts';
import { importKeyOf, readCloudEvent } from '../../../src/exchange/incoming-event.ts';
import { encodeOrigin } from '../../../src/exchange/origin.ts';

const foreign = { specversion: '1.0', id: 'A', source: '/s', type: 't', subject: 'e' };
const read = (more: object) => readCloudEvent({ ...foreign, ...more }, 1, () => undefined);

describe('readCloudEvent', () => {
  it('needs only what every CloudEvent has, and whose event it is', () => {
    expect(read({})).toEqual({
      line: 1,
      source: '/s',
      id: 'A',
      idempotencyKey: importKeyOf('/s', 'A'),
      entity: 'e',
      scope: 'default',
      lane: 0,
      name: 't',
      kind: undefined,
      payload: null,
      bytes: expect.any(Number),
      payloadVersion: 1,
      flags: 0,
      correlationId: undefined,
      causationId: undefined,
      extensions: new Map(),
      told: { source: '/s', id: 'A' },
      origin: { source: '/s', id: 'A' },
    });
  });

  it('reads the version of a payload from its schema', () => {
    expect(read({ dataschema: 'urn:batpak:schema:t:7', kind: 4096 }).payloadVersion).toBe(7);
    expect(read({ dataschema: 'https://example.org/t', kind: 4096 }).payloadVersion).toBe(0);
    expect(read({ dataschema: 'https://example.org/t' }).payloadVersion).toBe(1);
  });

  it('tells a kind without a name from a name', () => {
    expect(read({ type: 'batpak.kind.0x1001', kind: 0x1001 })).toMatchObject({ name: undefined });
    expect(read({ type: 'batpak.kind.0x1001', kind: 0x1002 }).name).toBe('batpak.kind.0x1001');
    for (const kind of [0x100, 0x101, 0x102, 0x103, 0x104]) {
      const type = `batpak.kind.0x${kind.toString(16).padStart(4, '0')}`;
      expect(read({ type, kind })).toMatchObject({ kind, name: undefined });
    }
  });

  it('keeps the origin that an event has already', () => {
    const extensions = new Map([['batpak.origin', encodeOrigin({ source: '/first', id: '7' })]]);
    const text = Buffer.from(encodeExtensions(extensions)).toString('base64');
    expect(read({ extensions: text }).origin).toEqual({ source: '/first', id: '7' });
  });

  it('tells of attributes that it does not know', () => {
    const ignored: string[] = [];
    readCloudEvent({ ...foreign, traceparent: 'x' }, 1, (name) => ignored.push(name));
    expect(ignored).toEqual(['traceparent']);
  });
});

describe('importKeyOf', () => {
  it('is never the same for two sources and ids', () => {
    expect(importKeyOf('a', 'b","c')).not.toBe(importKeyOf('a","b', 'c'));
  });
});
