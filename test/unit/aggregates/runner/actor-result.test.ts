import { describe, expect, it } from 'vitest';
import { actorErrorOf, externalOfResult } from '../../../../src/aggregates/runner/actor-result.ts';

const actor = {
  ...{ key: 'e:0', id: 'x', src: 'work', input: 1, entity: 'e:1', sequence: 0 },
};

describe('what is brought to the machine of a result', () => {
  it('is its output, or that there is none', () => {
    expect(externalOfResult({ actor, output: { n: 1 } })).toEqual({
      ...{ of: 'done', key: 'e:0', id: 'x', output: { n: 1 } },
    });
    expect(externalOfResult({ actor, output: undefined })).toEqual({
      ...{ of: 'done', key: 'e:0', id: 'x' },
    });
  });

  it('is a failure when the output is not JSON', () => {
    expect(externalOfResult({ actor, output: { at: new Date(0) } })).toEqual({
      ...{ of: 'failed', key: 'e:0', id: 'x' },
      error: {
        name: 'OutputError',
        message: "the output of actor 'x' can't be stored: $.at a Date is not JSON",
      },
    });
  });

  it('is the error as plain JSON', () => {
    const failure = Object.assign(new RangeError('too much'), { code: 'E_MUCH', secret: 1n });
    expect(externalOfResult({ actor, failure })).toEqual({
      ...{ of: 'failed', key: 'e:0', id: 'x' },
      error: { name: 'RangeError', message: 'too much', code: 'E_MUCH' },
    });
  });

  it.each([
    ['a text', { name: 'Error', message: 'a text' }],
    [undefined, { name: 'Error', message: 'undefined' }],
    [{}, { name: 'Error', message: '' }],
    [
      { message: 7, code: 42 },
      { name: 'Error', message: '7', code: 42 },
    ],
    [
      { name: '\ud800', code: Number.NaN },
      { name: '\ufffd', message: '' },
    ],
    [new Error('x'.repeat(20_000)), { name: 'Error', message: 'x'.repeat(10_000) }],
  ])('takes whatever was thrown', (failure, error) => {
    expect(actorErrorOf(failure)).toEqual(error);
  });
});
