import { describe, expect, it } from 'vitest';
import { SpecHost } from '../../../src/testing/spec-host.ts';
import { someKind } from '../../support/store-host.ts';

describe('a spec host', () => {
  it.each([
    ['close', 'clean'],
    ['crash', 'unclean'],
    ['power loss', 'unclean'],
  ] as const)('has every event after a %s, and ends %s', (ending, found) => {
    const host = new SpecHost();
    host.store.append('a', someKind, 1);
    host.restart(ending);
    expect(host.store.eventCount).toBe(1);
    expect(host.store.recovery.ending).toBe(found);
    host.store.append('a', someKind, 2);
    host.restart(ending);
    expect([...host.store.stream('a')]).toHaveLength(2);
  });

  it('has copies that go their own way, at the same time', () => {
    const host = new SpecHost({ nowUs: 5_000_000 });
    host.store.append('a', someKind, 1);
    const copy = host.copy();
    copy.store.append('a', someKind, 2);
    expect([host.store.eventCount, copy.store.eventCount]).toEqual([1, 2]);
    expect(copy.store.at(1)?.timestampUs).toBe(5_000_000);
  });
});
