import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArgumentTypeError } from '../../../src/model/errors/argument-error.ts';
import {
  formatId,
  idBytes,
  timeOfUuid7,
  writeId,
  writeUuid7,
} from '../../../src/model/event-id.ts';
import { propertyRuns } from '../../support/property-runs.ts';

// The example of RFC 9562, appendix A.6.
const rfcText = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const rfcMs = 0x017f_22e2_79b0;

const anyId = fc.uint8Array({ minLength: idBytes, maxLength: idBytes });

/** Up to the year 2255, where microseconds stop being exact; often two that are close. */
const anyTimestampUs = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 3_000 }).map((offset) => 1_735_689_600_000_000 + offset),
);

interface Moment {
  readonly timestampUs: number;
  readonly counter: number;
}

const anyMoment: fc.Arbitrary<Moment> = fc.record({
  timestampUs: anyTimestampUs,
  counter: fc.oneof(fc.nat({ max: 0xffff }), fc.nat({ max: 5 }), fc.constant(0xffff)),
});

function uuid7({ timestampUs, counter }: Moment, random: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(random);
  writeUuid7(bytes, 0, timestampUs, counter);
  return bytes;
}

describe('formatId and writeId', () => {
  it('write the canonical text of RFC 9562 and read it back', () => {
    const bytes = new Uint8Array(idBytes);
    writeId('eventId', rfcText, bytes);
    expect(Buffer.from(bytes).toString('hex')).toBe(rfcText.replaceAll('-', ''));
    expect(formatId(bytes)).toBe(rfcText);
  });

  it('undo each other for any 16 bytes anywhere in a buffer', () => {
    fc.assert(
      fc.property(anyId, fc.nat({ max: 9 }), (id, start) => {
        const bytes = new Uint8Array(start + idBytes + 3).fill(0xaa);
        bytes.set(id, start);
        const text = formatId(bytes, start);
        expect(text).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        const copy = new Uint8Array(bytes.length).fill(0xaa);
        writeId('eventId', text, copy, start);
        expect(copy).toEqual(bytes);
      }),
      propertyRuns(300),
    );
  });

  it('take upper case, and give lower', () => {
    const bytes = new Uint8Array(idBytes);
    writeId('eventId', rfcText.toUpperCase(), bytes);
    expect(formatId(bytes)).toBe(rfcText);
  });

  it('refuse every other text with the name of the argument', () => {
    const wrong: unknown[] = [
      undefined,
      null,
      7,
      '',
      rfcText.slice(1),
      `${rfcText}0`,
      ` ${rfcText}`,
      `${rfcText}\n`,
      `{${rfcText}}`,
      rfcText.replaceAll('-', ''),
      rfcText.replace('7', 'g'),
      rfcText.replace('-', '_'),
    ];
    for (const text of wrong) {
      const bytes = new Uint8Array(idBytes);
      const call = (): void => writeId('causationId', text, bytes);
      expect(call).toThrow(ArgumentTypeError);
      expect(call).toThrow(
        expect.objectContaining({
          code: 'BATPAK_ARGUMENT_TYPE',
          field: 'causationId',
          value: text,
        }),
      );
      expect(bytes.every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('writeUuid7', () => {
  it('gives the example of RFC 9562 at the start of its millisecond', () => {
    const random = Buffer.from('000000000000000018c4dc0c0c07398f', 'hex');
    // 0x6313 are the 16 bits behind the variant, which the example drew by chance.
    const bytes = uuid7({ timestampUs: rfcMs * 1000, counter: 0x6313 }, random);
    expect(formatId(bytes)).toBe('017f22e2-79b0-7000-98c4-dc0c0c07398f');
  });

  it('sets version 7 and variant 10 whatever is drawn', () => {
    fc.assert(
      fc.property(anyMoment, anyId, (moment, random) => {
        const bytes = uuid7(moment, random);
        expect((bytes[6] ?? 0) >>> 4).toBe(7);
        expect((bytes[8] ?? 0) >>> 6).toBe(0b10);
      }),
      propertyRuns(300),
    );
  });

  it('begins with the milliseconds since 1970, 48 bits', () => {
    fc.assert(
      fc.property(anyMoment, anyId, (moment, random) => {
        const bytes = Buffer.from(uuid7(moment, random));
        expect(bytes.readUIntBE(0, 6)).toBe(Math.floor(moment.timestampUs / 1000));
      }),
      propertyRuns(300),
    );
  });

  it('leaves 46 of the drawn bits, and all bytes around it, alone', () => {
    fc.assert(
      fc.property(anyMoment, anyId, (moment, random) => {
        const bytes = new Uint8Array(idBytes + 6).fill(0xaa);
        bytes.set(random, 3);
        writeUuid7(bytes, 3, moment.timestampUs, moment.counter);
        expect([...bytes.subarray(0, 3), ...bytes.subarray(19)]).toEqual(Array(6).fill(0xaa));
        expect((bytes[13] ?? 0) & 0x3f).toBe((random[10] ?? 0) & 0x3f);
        expect(bytes.subarray(14, 19)).toEqual(random.subarray(11));
      }),
      propertyRuns(300),
    );
  });

  it('orders ids as pairs of time and counter are ordered, whatever is drawn', () => {
    const before = (left: Moment, right: Moment): number =>
      Math.sign(left.timestampUs - right.timestampUs) || Math.sign(left.counter - right.counter);
    fc.assert(
      fc.property(anyMoment, anyMoment, anyId, anyId, (left, right, drawnLeft, drawnRight) => {
        const expected = before(left, right);
        fc.pre(expected !== 0);
        expect(Buffer.compare(uuid7(left, drawnLeft), uuid7(right, drawnRight))).toBe(expected);
      }),
      propertyRuns(2_000),
    );
  });

  it('keeps the microseconds of the millisecond as a fraction of 4 096', () => {
    for (let us = 0; us < 1000; us += 1) {
      const bytes = uuid7({ timestampUs: rfcMs * 1000 + us, counter: 0 }, new Uint8Array(idBytes));
      const fraction = (((bytes[6] ?? 0) & 0x0f) << 8) | (bytes[7] ?? 0);
      expect(fraction).toBe(Math.floor((us * 4096) / 1000));
    }
  });
});

describe('timeOfUuid7', () => {
  it('gives the microsecond back, whatever the counter and the random part are', () => {
    for (let us = 0; us < 1000; us += 1) {
      const moment = { timestampUs: rfcMs * 1000 + us, counter: us * 60 };
      expect(timeOfUuid7(uuid7(moment, new Uint8Array(idBytes).fill(us)), 0)).toBe(
        moment.timestampUs,
      );
    }
    fc.assert(
      fc.property(anyMoment, anyId, (moment, drawn) => {
        expect(timeOfUuid7(uuid7(moment, drawn), 0)).toBe(moment.timestampUs);
      }),
      propertyRuns(1000),
    );
  });

  it('knows an id of another version or variant', () => {
    const id = uuid7({ timestampUs: rfcMs * 1000, counter: 0 }, new Uint8Array(idBytes));
    const other = id.slice();
    other[6] = 0x40;
    expect(timeOfUuid7(other, 0)).toBe(-1);
    id[8] = 0xc0;
    expect(timeOfUuid7(id, 0)).toBe(-1);
    expect(timeOfUuid7(new Uint8Array(16), 0)).toBe(-1);
  });
});
