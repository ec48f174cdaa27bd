import { describe, expect, it } from 'vitest';
import { enqueueActions, raise, setup } from 'xstate';
import { defineTypestate, type TypestateHost } from '../../../../src/gates/typestate/typestate.ts';

const config = {
  id: 'lamp',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { on: { press: 'off' } } },
} as const;
const machine = setup({}).createMachine(config);

/** A host that stands where it is told, and takes every command or none. */
function hostAt(value: unknown, accepted = true): TypestateHost & { value: unknown } {
  return {
    value,
    load() {
      return this.value === undefined ? undefined : { value: this.value, status: 'active' };
    },
    send() {
      if (accepted) this.value = 'on';
      return { accepted, state: { value: this.value } };
    },
  };
}

describe('defineTypestate', () => {
  it('takes only the object that the machine was made of', () => {
    expect(() => defineTypestate(machine, { ...config, states: { ...config.states } })).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'config' }),
    );
    expect(() => defineTypestate({} as never, config)).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'machine' }),
    );
  });

  it.each([
    ['an inline raise', { entry: raise({ type: 'press' }) }],
    ['a raise by name', { entry: 'again' }],
    ['a raise of a transition', { on: { press: { actions: 'again' } } }],
    ['enqueueActions', { exit: enqueueActions(() => undefined) }],
  ])('refuses %s', (_, part) => {
    const raising = { id: 'm', initial: 'a', states: { a: part } } as never;
    const made = setup({ actions: { again: raise({ type: 'press' }) } }).createMachine(raising);
    expect(() => defineTypestate(made as never, raising)).toThrow(
      expect.objectContaining({ code: 'BATPAK_UNSUPPORTED_MACHINE', place: "state 'm.a'" }),
    );
  });

  it('refuses what is no repository', () => {
    expect(() => defineTypestate(machine, config).of({} as never, 'hall')).toThrow(
      expect.objectContaining({ code: 'BATPAK_ARGUMENT_TYPE', field: 'host' }),
    );
  });
});

describe('a handle', () => {
  const lamps = defineTypestate(machine, config);

  it('stands where the machine begins while the aggregate has not begun', () => {
    expect(lamps.of(hostAt(undefined), 'hall').value).toBe('off');
  });

  it('moves by giving a new handle, and stays where it was itself', () => {
    const lamp = lamps.of(hostAt('off'), 'hall');
    const pressed = lamp.send({ type: 'press' } as never);
    expect(pressed).toMatchObject({ accepted: true, handle: { id: 'hall', value: 'on' } });
    expect(lamp.value).toBe('off');
    expect(lamp.in('off')).toBe(true);
    expect((pressed.handle as typeof lamp).in('on')).toBe(true);
  });

  it('is refused when the aggregate has moved meanwhile, and asks nobody', () => {
    const host = hostAt('off');
    const lamp = lamps.of(host, 'hall');
    host.value = 'on';
    expect(lamp.send({ type: 'press' } as never)).toMatchObject({
      accepted: false,
      reason: 'moved',
      decision: undefined,
      handle: { value: 'on' },
    });
  });

  it('hands on the refusal of the repository', () => {
    const lamp = lamps.of(hostAt('off', false), 'hall');
    expect(lamp.send({ type: 'press' } as never)).toMatchObject({
      accepted: false,
      reason: 'refused',
      decision: { accepted: false },
      handle: { value: 'off' },
    });
  });

  it('compares values of regions part by part', () => {
    const host = hostAt({ left: 'on', right: { deep: 'off' } });
    const lamp = lamps.of(host, 'hall');
    host.value = { left: 'on', right: { deep: 'off' } };
    expect(lamp.send({} as never).accepted).toBe(true);
    const again = lamps.of(hostAt({ left: 'on' }), 'hall');
    expect(again.in({ left: 'on' } as never)).toBe(true);
    expect(again.in({ left: 'off' } as never)).toBe(false);
  });
});
