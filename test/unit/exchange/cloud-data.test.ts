import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePayload } from '../../../src/codec/payload.ts';
import { bytesOfBase64, cloudDataOf, payloadOfMsgpack } from '../../../src/exchange/cloud-data.ts';
import { anyPayload } from '../../support/any-payload.ts';
import { propertyRuns } from '../../support/property-runs.ts';

/** The payload after a stay in a line of JSON. */
function moved(payload: unknown): unknown {
  const carried: unknown = JSON.parse(JSON.stringify(cloudDataOf(payload)));
  const { data, data_base64: text } = carried as { data: unknown; data_base64?: string };
  if (text === undefined) return data;
  return payloadOfMsgpack(bytesOfBase64(text) ?? new Uint8Array());
}

describe('cloudDataOf', () => {
  it('loses nothing of any payload, to the byte', () => {
    fc.assert(
      fc.property(anyPayload, (payload) => {
        expect(encodePayload(moved(payload))).toEqual(encodePayload(payload));
        expect(isDeepStrictEqual(moved(payload), payload)).toBe(true);
      }),
      propertyRuns(300),
    );
  });

  it('is JSON wherever JSON is exact', () => {
    for (const payload of [null, true, 0.1, 'é', [], { a: { b: [1e300, '\u2028'] } }]) {
      expect(cloudDataOf(payload)).toEqual({ datacontenttype: 'application/json', data: payload });
    }
  });

  it.each([
    [1n],
    [new Date(0)],
    [Uint8Array.of()],
    [Number.NaN],
    [Number.NEGATIVE_INFINITY],
    [{ a: undefined }],
  ])('is msgpack with %s in it', (value) => {
    expect(cloudDataOf([value]).datacontenttype).toBe('application/msgpack');
    expect(moved([value])).toStrictEqual([value]);
  });
});

describe('bytesOfBase64', () => {
  it('takes only what an encoder writes', () => {
    expect(bytesOfBase64('')).toEqual(new Uint8Array());
    expect(bytesOfBase64('AQI=')).toEqual(Uint8Array.of(1, 2));
    for (const text of ['AQI', 'AQI==', 'AQJ=', 'A Q I =', '-_8=']) {
      expect(bytesOfBase64(text)).toBeUndefined();
    }
  });
});
