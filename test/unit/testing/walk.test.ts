import { describe, expect, it } from 'vitest';
import { SpecFailure } from '../../../src/testing/spec-failure.ts';
import { Walk } from '../../../src/testing/walk.ts';
import { door } from '../../support/aggregates.ts';
import { thrownBy } from '../../support/store-host.ts';

describe('a walk', () => {
  it('answers the reason of a refusal, and goes on from where it was', () => {
    const walk = new Walk(door, {});
    expect(walk.step({ type: 'closed' }, 'crash')).toBe('unhandled');
    expect(walk.state).toBeUndefined();
    expect(walk.step({ type: 'opened', by: 'kim' }, 'power loss')).toBeUndefined();
    expect(walk.state?.value).toBe('open');
    walk.end();
  });

  it('forks', () => {
    const walk = new Walk(door, {});
    walk.step({ type: 'opened', by: 'kim' }, undefined);
    const fork = walk.fork();
    fork.step({ type: 'closed' }, 'close');
    expect([walk.state?.value, fork.state?.value]).toEqual(['open', 'closed']);
    for (const each of [walk, fork]) each.end();
  });

  it('fails when input is refused', () => {
    expect(thrownBy(() => new Walk(door, { input: new Map() } as never))).toBeInstanceOf(
      SpecFailure,
    );
  });
});
