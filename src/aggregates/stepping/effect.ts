import { decodePayload, encodePayload } from '../../codec/payload.ts';
import type { MachineEvent } from './xstate-adapter.ts';

/** A custom action, to be run once what asked for it is stored. */
export interface RunEffect {
  readonly do: 'run';
  /** Its name in `setup({ actions })`. */
  readonly action: string;
  /** What the machine gave it; `undefined` when that is nothing. */
  readonly params?: unknown;
}

/** A timer is set. One that waits under the same id is replaced. */
export interface SetEffect {
  readonly do: 'set';
  /** Its id; `undefined` for a delayed `raise` that has none, which nothing can cancel. */
  readonly timer?: string;
  readonly dueAtUs: number;
  /** The machine event that comes when it is due. */
  readonly event: MachineEvent;
}

/** A timer is cancelled, if one waits under this id. */
export interface CancelEffect {
  readonly do: 'cancel';
  readonly timer: string;
}

/** An actor is started. One that runs under the same id is stopped. */
export interface StartEffect {
  readonly do: 'start';
  /** The id of the `invoke`. */
  readonly actor: string;
  /** Its name in `setup({ actors })`. */
  readonly src: string;
  readonly input?: unknown;
}

/** An actor is stopped, if one runs under this id. */
export interface StopEffect {
  readonly do: 'stop';
  readonly actor: string;
}

/** The machine has come to its end: no timer waits and no actor runs any more. */
export interface EndEffect {
  readonly do: 'end';
}

/** What an accepted event asks for besides the state it leads to: stored in its stamp. */
export type Effect = RunEffect | SetEffect | CancelEffect | StartEffect | StopEffect | EndEffect;

/** A timer that a step asks for: when it is due follows from when the step is stored. */
export type RequestedTimer = Omit<SetEffect, 'dueAtUs'> & {
  /** Milliseconds from the step on. */
  readonly delayMs: number;
};

/** What a step asks for, in its order. */
export type RequestedEffect = RunEffect | RequestedTimer | CancelEffect | StartEffect | StopEffect;

/** The effects of a step that is stored at this time. */
export function effectsAt(requested: readonly RequestedEffect[], nowUs: number): readonly Effect[] {
  return requested.map((effect): Effect => {
    if (effect.do !== 'set') return effect;
    const { delayMs, ...timer } = effect;
    return { ...timer, dueAtUs: Math.round(nowUs + delayMs * 1000) };
  });
}

/** The bytes of effects, as they end a stamp. */
export function encodeEffects(effects: readonly Effect[]): Uint8Array {
  return encodePayload(effects);
}

/** The effects at the end of a stamp. */
export function decodeEffects(bytes: Uint8Array, from: number, to: number): readonly Effect[] {
  // Nobody but `encodeEffects` writes there, and the frame's checksum covers it.
  return decodePayload(bytes, from, to) as readonly Effect[];
}
