import { describe, expect, it } from 'vitest';
import { isMet, type WaitCondition } from '../../../../src/model/outcome/wait-condition.ts';

const facts = { nowMs: 100, has: (eventId: string) => eventId === 'there' };
const met: WaitCondition = { type: 'time', atMs: 100 };
const unmet: WaitCondition = { type: 'time', atMs: 101 };

describe('isMet', () => {
  it.each<[WaitCondition, boolean]>([
    [met, true],
    [unmet, false],
    [{ type: 'event', eventId: 'there' }, true],
    [{ type: 'event', eventId: 'missing' }, false],
    [{ type: 'all', conditions: [met, { type: 'event', eventId: 'there' }] }, true],
    [{ type: 'all', conditions: [met, unmet] }, false],
    [{ type: 'all', conditions: [] }, true],
    [{ type: 'any', conditions: [unmet, met] }, true],
    [{ type: 'any', conditions: [unmet, unmet] }, false],
    [{ type: 'any', conditions: [] }, false],
    [{ type: 'all', conditions: [met, { type: 'any', conditions: [unmet, met] }] }, true],
    [{ type: 'custom', name: 'approval', details: 7 }, false],
  ])('says of %j: %s', (condition, expected) => {
    expect(isMet(condition, facts)).toBe(expected);
  });

  it('asks the program about its own conditions, inside others too', () => {
    const custom = (name: string, details: unknown): boolean => name === 'by' && details === 'kim';
    const byKim: WaitCondition = { type: 'custom', name: 'by', details: 'kim' };
    expect(isMet({ type: 'all', conditions: [byKim, met] }, { ...facts, custom })).toBe(true);
    expect(isMet({ ...byKim, details: 'lee' }, { ...facts, custom })).toBe(false);
  });
});
