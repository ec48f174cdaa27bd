import { describe, expect, it } from 'vitest';
import { admitEvent, validateCommand } from '../../../../src/aggregates/command/admit.ts';
import {
  type Admission,
  defineAggregate,
} from '../../../../src/aggregates/definition/definition.ts';
import { defineEvent } from '../../../../src/model/event-definition.ts';
import { memoryPlatform } from '../../../../src/platform/memory-platform.ts';
import { door, schemaThat } from '../../../support/aggregates.ts';

describe('validateCommand', () => {
  it('is the payload without its type, or what the schema makes of it', () => {
    const command = { type: 'set', n: '7' };
    expect(validateCommand(defineEvent({ name: 'set' }), command)).toEqual({ payload: { n: '7' } });
    const seen: unknown[] = [];
    const schema = schemaThat((value) => {
      seen.push(value);
      return { value: { n: 7 } };
    });
    expect(validateCommand(defineEvent({ name: 'set', schema }), command)).toEqual({
      payload: { n: 7 },
    });
    expect(seen).toEqual([{ n: '7' }]);
    expect(command).toEqual({ type: 'set', n: '7' });
  });

  it.each([[null], [undefined], [7], ['text'], [['list']]])(
    'refuses a schema that makes %j, which is no payload',
    (value) => {
      const definition = defineEvent({ name: 'set', schema: schemaThat(() => ({ value })) });
      expect(validateCommand(definition, { type: 'set' })).toMatchObject({
        issues: [{ path: '$' }],
      });
    },
  );

  it('lets through what a schema throws', () => {
    const schema = schemaThat(() => {
      throw new RangeError('broken');
    });
    const definition = defineEvent({ name: 'set', schema });
    expect(() => validateCommand(definition, { type: 'set' })).toThrow(RangeError);
  });
});

describe('admitEvent', () => {
  it('gives the hook the time, ids and chance of the platform', () => {
    const platform = memoryPlatform({ nowUs: 1_735_689_600_000_000 });
    const seen: Admission[] = [];
    const definition = defineAggregate({
      ...door.options,
      admit: (event, admission) => {
        seen.push({ ...admission });
        expect(admission.id).not.toBe(admission.id);
        return event;
      },
    });
    expect(admitEvent(definition, 'touched', {}, platform)).toEqual({
      event: { type: 'touched' },
      payload: {},
    });
    expect(seen[0]?.nowUs).toBe(1_735_689_600_000_000);
    expect(seen[0]?.id).toMatch(/^01941f29-7c00-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(seen[0]?.random).toBeGreaterThanOrEqual(0);
    expect(seen[0]?.random).toBeLessThan(1);
  });

  it('keeps the type of the command, and tells where the event is not JSON', () => {
    const platform = memoryPlatform();
    expect(admitEvent(door, 'rang', { type: 'other', times: 1 }, platform)).toEqual({
      event: { type: 'rang', times: 1 },
      payload: { times: 1 },
    });
    expect(admitEvent(door, 'rang', { times: 1n }, platform)).toMatchObject({
      issues: [{ path: '$.times', message: expect.stringContaining('bigint') }],
    });
  });
});
