import { describe, expect, it } from 'vitest';
import { createMachine, fromPromise, spawnChild } from 'xstate';
import { obstaclesOf } from '../../../../src/aggregates/compile/obstacle.ts';
import { letterMachines } from '../../../support/aggregate-machines.ts';

const logic = fromPromise(() => Promise.resolve(1));

describe('obstaclesOf', () => {
  it.each([
    [
      'an invoke',
      createMachine({ initial: 'a', states: { a: { invoke: { src: logic } } } }),
      [{ state: '(machine).a', reason: 'it invokes an actor' }],
    ],
    [
      'a spawned child',
      createMachine({ id: 'm', entry: spawnChild(logic) }),
      [{ state: 'm', reason: 'its action xstate.spawnChild starts or stops an actor' }],
    ],
    [
      'a limit of microsteps',
      createMachine({ id: 'm', options: { maxIterations: 9 } }),
      [{ state: 'm', reason: 'XState counts its microsteps (maxIterations)' }],
    ],
  ])('tells the state and the reason of %s', (_, machine, obstacles) => {
    expect(obstaclesOf(machine)).toEqual(obstacles);
  });

  it.each(Object.entries(letterMachines))('finds none in the machine %s', (_, machine) => {
    expect(obstaclesOf(machine)).toEqual([]);
  });
});
