import { openStore, type RepositoryOptions, repository } from 'batpak';
import { memoryPlatform } from 'batpak/testing';
import { describe, expect, it } from 'vitest';
import { encodeStamp } from '../../src/aggregates/fold/stamp.ts';
import { MachineStepper } from '../../src/aggregates/stepping/xstate-adapter.ts';
import { encodeExtensions } from '../../src/codec/extensions.ts';
import { encodePayload } from '../../src/codec/payload.ts';
import { door, doorMachine } from '../support/aggregates.ts';
import { ForgedLog } from '../support/forged-log.ts';
import { thrownBy } from '../support/store-host.ts';

/** Where in a stamp the checksum of the state and its value begin. */
const checksumAt = 7;
const valueAt = 25;

const commands = [
  { type: 'opened', by: 'kim' },
  { type: 'closed' },
  { type: 'opened', by: 'lee' },
] as const;

/** Doors of a log whose stamp of one event differs in one byte; every frame of it is sound. */
function forgedDoors(wrong: { event: number; at: number } | undefined, options: RepositoryOptions) {
  const log = new ForgedLog().segment().name('door.opened', 0x1000).name('door.closed', 0x1001);
  const stepper = new MachineStepper(doorMachine);
  let { snapshot } = stepper.start(undefined);
  for (const [index, command] of commands.entries()) {
    snapshot = stepper.step(snapshot, command).snapshot;
    const stamp = encodeStamp('input', 1, snapshot);
    if (wrong?.event === index) stamp[wrong.at] = (stamp[wrong.at] ?? 0) ^ 1;
    const { type, ...payload } = command;
    log.event('door:1', {
      kind: type === 'opened' ? 0x1000 : 0x1001,
      payload: encodePayload(payload),
      extensions: encodeExtensions(new Map([['m', stamp]])),
    });
  }
  const platform = memoryPlatform({ files: log.write() });
  return repository(openStore({ dataDir: log.directory, platform }), door, options);
}

const nothing = undefined;
const inTheMiddle = { event: 1, at: checksumAt };
const atTheEnd = { event: 2, at: checksumAt };
const valueInTheMiddle = { event: 1, at: valueAt };

describe('verify', () => {
  it.each([
    { verify: true, wrong: nothing, found: nothing },
    { verify: 'strict', wrong: nothing, found: nothing },
    { verify: false, wrong: nothing, found: nothing },
    { verify: true, wrong: valueInTheMiddle, found: 1 },
    { verify: 'strict', wrong: valueInTheMiddle, found: 1 },
    { verify: false, wrong: valueInTheMiddle, found: nothing },
    { verify: true, wrong: inTheMiddle, found: nothing },
    { verify: 'strict', wrong: inTheMiddle, found: 1 },
    { verify: false, wrong: inTheMiddle, found: nothing },
    { verify: true, wrong: atTheEnd, found: 2 },
    { verify: 'strict', wrong: atTheEnd, found: 2 },
    { verify: false, wrong: atTheEnd, found: nothing },
  ] as const)('$verify, with $wrong planted, finds a difference at $found', (row) => {
    const { verify, wrong, found } = row;
    const doors = forgedDoors(wrong, { verify });
    if (found === undefined) {
      expect(doors.load('1')).toMatchObject({ value: 'open', context: { by: ['kim', 'lee'] } });
      expect([...doors.history('1')]).toHaveLength(3);
      return;
    }
    const diverged = { code: 'BATPAK_REPLAY_DIVERGED', entity: 'door:1', sequence: found };
    expect(thrownBy(() => doors.load('1'))).toMatchObject(diverged);
    expect(thrownBy(() => doors.send('1', { type: 'closed' }))).toMatchObject(diverged);
    expect(thrownBy(() => doors.stateAt('1', { clock: 2 }))).toMatchObject(diverged);
    expect(thrownBy(() => [...doors.history('1')])).toMatchObject(diverged);
  });

  it('compares the last state that is asked for, unless told otherwise', () => {
    const doors = forgedDoors(inTheMiddle, {});
    expect(thrownBy(() => doors.stateAt('1', { clock: 1 }))).toMatchObject({ sequence: 1 });
    expect(doors.stateAt('1', { clock: 0 })?.value).toBe('open');
  });

  it("tells what a checksum is and was, and with 'strict' while a history is read", () => {
    const doors = forgedDoors(inTheMiddle, { verify: 'strict' });
    expect(thrownBy(() => [...doors.history('1')])).toMatchObject({
      sequence: 1,
      expected: expect.stringMatching(/^checksum [0-9a-f]{16}$/),
      actual: expect.stringMatching(/^checksum [0-9a-f]{16}$/),
    });
  });
});
