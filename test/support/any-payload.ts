import fc from 'fast-check';

/** A text that a payload may hold. */
export const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ unit: 'grapheme', minLength: 60, maxLength: 90 }),
    fc.constantFrom('', 'x'.repeat(31), 'x'.repeat(32), 'é'.repeat(128), '😀'.repeat(70)),
  )
  .filter((text) => !text.startsWith('\ufeff'));
const anyKey = fc
  .oneof(anyText, fc.constantFrom('constructor', 'hasOwnProperty', 'then', 'length', '7', '-1'))
  .filter((key) => key !== '__proto__');
const anyBigInt = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)),
);
const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 31) - 1, 0.1, 1e300),
);

/** Any payload that is stored as it is: -0 is not, it becomes 0. */
export const { payload: anyPayload } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    // -0 is stored as 0: see below.
    anyNumber.map((value) => (value === 0 ? 0 : value)),
    anyText,
    anyBigInt,
    fc.date({ noInvalidDate: true }),
    fc.uint8Array({ maxLength: 300 }),
  ),
  item: fc.oneof(tie('payload'), fc.constant(undefined)),
  payload: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('item'), { maxLength: 20 }),
    fc.dictionary(anyKey, tie('item'), { maxKeys: 20, noNullPrototype: true }),
  ),
}));
