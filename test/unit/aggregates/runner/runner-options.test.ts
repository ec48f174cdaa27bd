import { describe, expect, it } from 'vitest';
import { resolveEffectOptions } from '../../../../src/aggregates/runner/runner-options.ts';
import { paymentMachine } from '../../../support/effects.ts';
import { thrownBy } from '../../../support/store-host.ts';

const resolve = (options: unknown) => resolveEffectOptions(paymentMachine, options as object);

describe('the options of effects', () => {
  it('have these defaults', () => {
    expect(resolve({})).toEqual({
      actors: {},
      actions: {},
      concurrency: 64,
      maxFailures: 10,
      signal: undefined,
      maxTries: 5,
      maxParked: 1000,
      backOff: { minMs: 100, maxMs: 30_000 },
    });
  });

  it.each([
    [undefined, 'options'],
    [{ workers: 1 }, 'options.workers'],
    [{ concurrency: '1' }, 'concurrency'],
    [{ concurrency: 0 }, 'concurrency'],
    [{ concurrency: 10_001 }, 'concurrency'],
    [{ maxFailures: -1 }, 'maxFailures'],
    [{ maxFailures: 1001 }, 'maxFailures'],
    [{ signal: {} }, 'signal'],
    [{ actors: 1 }, 'actors'],
    [{ actors: { charge: 1 } }, 'actors.charge'],
    [{ actors: { missing: () => undefined } }, 'actors'],
    [{ actions: { missing: () => undefined } }, 'actions'],
    [{ actions: { notify: 'a text' } }, 'actions.notify'],
    [{ maxTries: 0 }, 'maxTries'],
    [{ maxParked: 100_001 }, 'maxParked'],
    [{ backOff: { minMs: 0 } }, 'backOff.minMs'],
  ])('are refused: %j', (options, field) => {
    expect(thrownBy(() => resolve(options))).toMatchObject({ field });
  });
});
