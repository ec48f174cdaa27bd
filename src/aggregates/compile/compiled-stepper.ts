import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { AssertionFailure } from '../../model/assert.ts';
import { type MachineEvent, type MachineStep, MachineStepper } from '../stepping/xstate-adapter.ts';
import { CompiledMachine } from './compiled-machine.ts';
import { MachineRun } from './machine-run.ts';
import { type Obstacle, obstaclesOf } from './obstacle.ts';

/**
 * Steps machines purely, by their tables where they can be compiled and by XState where not. Each
 * result is equal to XState's. Not reentrant: a step can't begin in a step.
 */
export class CompiledStepper extends MachineStepper {
  readonly #plain: MachineStepper;
  readonly #compiled: CompiledMachine | undefined;
  #run: MachineRun | undefined;

  constructor(machine: AnyStateMachine) {
    super(machine);
    this.#plain = new MachineStepper(this.machine);
    const compiled = compile(this.machine);
    this.#compiled = compiled instanceof CompiledMachine ? compiled : undefined;
  }

  /** The state after an event. What a guard or an assign throws is thrown. */
  override step(snapshot: AnyMachineSnapshot, event: MachineEvent): MachineStep {
    const run = this.#run ?? this.run(snapshot);
    // What threw leaves a run behind that is of no more use.
    this.#run = undefined;
    run.moveTo(snapshot);
    run.step(event);
    this.#run = run;
    const { taken, microsteps, actions } = run;
    run.actions = [];
    return { snapshot: run.snapshot(), taken, microsteps, actions };
  }

  /** A run from a snapshot on, for more events than one. */
  run(snapshot: AnyMachineSnapshot): MachineRun {
    return new MachineRun(this.#plain, this.#compiled, snapshot);
  }
}

/** A machine as tables, or why it has none. */
export function compile(machine: AnyStateMachine): CompiledMachine | readonly Obstacle[] {
  const obstacles = obstaclesOf(machine);
  if (obstacles.length > 0) return obstacles;
  try {
    return new CompiledMachine(machine);
  } catch (cause) {
    // Whatever the reason is, XState's own step is right.
    if (!(cause instanceof Error) || cause instanceof AssertionFailure) throw cause;
    return [{ state: machine.id, reason: cause.message }];
  }
}
