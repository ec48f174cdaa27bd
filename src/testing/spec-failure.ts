/**
 * What a test was told is not so. Test frameworks show it as a failed assertion: they go by its
 * name, and by `expected` and `actual`.
 */
export class SpecFailure extends Error {
  override readonly name = 'AssertionError';
  readonly expected: unknown;
  readonly actual: unknown;
  /** A line for each place that is not as expected. */
  readonly differences: readonly string[];

  constructor(
    problem: string,
    facts: {
      readonly expected: unknown;
      readonly actual: unknown;
      readonly differences?: readonly string[];
    },
  ) {
    const { expected, actual, differences = [] } = facts;
    super([problem, ...differences.map((line) => `  ${line}`)].join('\n'));
    this.expected = expected;
    this.actual = actual;
    this.differences = differences;
  }
}
