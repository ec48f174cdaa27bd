import { readFileSync } from 'node:fs';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { readU32 } from '../../../../src/codec/bytes.ts';
import { decodeExtensions } from '../../../../src/codec/extensions.ts';
import { decodePayload } from '../../../../src/codec/payload.ts';
import { RecordView } from '../../../../src/codec/record-view.ts';
import {
  decodeRustBody,
  pointRustRecord,
  type RustRecord,
  translateRustRecord,
} from '../../../../src/codec/rust/record-v1.ts';

const fixture = new URL('../../../fixtures/rust/fixture-checkpoint-v5.fbat', import.meta.url);

/** Bodies of the frames of a file that a late version of the crate wrote. */
function bodies(): Uint8Array[] {
  const bytes = Uint8Array.from(readFileSync(fixture));
  const found: Uint8Array[] = [];
  for (let at = 8 + readU32(bytes, 4); found.length < 3; at += 8 + readU32(bytes, at)) {
    found.push(bytes.slice(at + 8, at + 8 + readU32(bytes, at)));
  }
  return found;
}

function decoded(body: Uint8Array): RustRecord {
  const record = decodeRustBody(body, 0, body.length);
  if (record === undefined) throw new Error('expected a record');
  return record;
}

/** The body of an event that links, with whatever is to be other than it should. */
function bodyWith(change: (body: Record<string, Record<string, unknown>>) => void): Uint8Array {
  const body = new Packr({ useRecords: false }).unpack(bodies()[1] ?? new Uint8Array(0));
  change(body);
  return new Packr({ useRecords: false }).pack(body);
}

describe('the body of a version-1 frame', () => {
  it('gives every field of an event, those of later versions of the crate included', () => {
    const record = decoded(bodies()[1] ?? new Uint8Array(0));
    expect(record).toMatchObject({
      ...{ type: 'event', entity: 'entity:adr0009-checkpoint-v5', scope: 'scope:fixture' },
      ...{ kind: 0x1000, flags: 0, lane: 5, clock: 0, counter: 0, payloadVersion: 0 },
      ...{ wallMs: 1_779_011_619_177, timestampUs: 1_779_011_619_177_553, causationId: undefined },
    });
    expect(Buffer.from(record.eventId).toString('hex')).toBe(`${'0'.repeat(28)}ad05`);
    expect(decodePayload(record.payload, 0, record.payload.length)).toEqual({
      fixture: 'checkpoint-v5',
    });
    expect([...record.extensions]).toEqual([['app.audit', Uint8Array.of(5, 3)]]);
  });

  it('becomes a record whose hashes are those that were stored', () => {
    const [, , body = new Uint8Array(0)] = bodies();
    const record = decoded(body);
    const translated = translateRustRecord(record, 41, 7);
    const view = new RecordView();
    expect(view.point(translated, 0, translated.length)).toBeUndefined();
    expect(view).toMatchObject({
      ...{ sequence: 41, clock: 7, kind: 9, entity: 'batpak:store', scope: 'batpak:lifecycle' },
      ...{ timestampUs: record.timestampUs, correlationIdAt: 0, causationIdAt: 0, lane: 0 },
    });
    const { bytes, hashAt, prevHashAt, payloadAt, payloadEnd } = view;
    expect(bytes.slice(hashAt, hashAt + 32)).toEqual(record.hashes?.event);
    expect(bytes.slice(prevHashAt, prevHashAt + 32)).toEqual(record.hashes?.prev);
    expect(bytes.slice(payloadAt, payloadEnd)).toEqual(record.payload);
    expect(decodePayload(bytes, payloadAt, payloadEnd)).toMatchObject({ global_sequence: 1 });
  });

  it('keeps lane and extensions in the record', () => {
    const [, body = new Uint8Array(0)] = bodies();
    const view = new RecordView();
    expect(pointRustRecord(view, body, 0, body.length, 3, 0)).toBeUndefined();
    expect(view.lane).toBe(5);
    expect([...decodeExtensions(view.extensions)]).toEqual([['app.audit', Uint8Array.of(5, 3)]]);
  });

  it('is the mark of a batch only in the entity that the crate marks batches in', () => {
    const marker = (entity: string) =>
      bodyWith((body) => {
        Object.assign(body['event'] ?? {}, { hash_chain: null, payload: [] });
        Object.assign(body['event']?.['header'] ?? {}, { event_kind: 6, payload_size: 3 });
        Object.assign(body, { entity, scope: '_system' });
      });
    expect(decoded(marker('_batch'))).toMatchObject({ type: 'begin', payloadSize: 3 });
    expect(decoded(marker('order:1')).type).toBe('event');
    const batch = marker('_batch');
    expect(pointRustRecord(new RecordView(), batch, 0, batch.length, 0, 0)).toBe('unknown type');
  });

  it('has no hashes where the crate wrote zeros', () => {
    const zeros = Array.from({ length: 32 }, () => 0);
    const body = bodyWith(({ event = {} }) => {
      event['hash_chain'] = { prev_hash: zeros, event_hash: zeros };
    });
    const record = decoded(body);
    expect(record.hashes).toBeUndefined();
    const translated = translateRustRecord(record, 0, 0);
    const view = new RecordView();
    view.point(translated, 0, translated.length);
    expect(view.hashAt).toBe(0);
  });

  it.each<[string, (body: Record<string, Record<string, unknown>>) => void]>([
    ['without a header', ({ event }) => Reflect.deleteProperty(event ?? {}, 'header')],
    ['with a payload that is no bytes', ({ event = {} }) => (event['payload'] = [1, 256])],
    [
      'with a hash that is too short',
      ({ event = {} }) => (event['hash_chain'] = { prev_hash: [] }),
    ],
    ['with an entity that is no text', (body) => Object.assign(body, { entity: 5 })],
    ['with an entity that holds U+0000', (body) => Object.assign(body, { entity: 'a\0b' })],
    [
      'with an extension that is no bytes',
      (body) => Object.assign(body, { receipt_extensions: { a: 'x' } }),
    ],
    ['with extensions that are no map', (body) => Object.assign(body, { receipt_extensions: 7 })],
    [
      'with a time before 1970',
      ({ event }) => Object.assign(event?.['header'] ?? {}, { timestamp_us: -1 }),
    ],
    [
      'with a causation that is no id',
      ({ event }) => Object.assign(event?.['header'] ?? {}, { causation_id: Buffer.alloc(3) }),
    ],
  ])('is none %s', (_, change) => {
    const body = bodyWith(change);
    expect(decodeRustBody(body, 0, body.length)).toBeUndefined();
  });

  it('is none when it is no msgpack map', () => {
    expect(decodeRustBody(Uint8Array.of(0x92, 1), 0, 2)).toBeUndefined();
    expect(decodeRustBody(Uint8Array.of(0x05), 0, 1)).toBeUndefined();
  });
});
