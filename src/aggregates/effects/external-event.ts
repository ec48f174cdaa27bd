import { systemKinds } from '../../model/kind.ts';
import { doneType, errorType } from '../stepping/stepped-machine.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';

/** What an actor threw, as far as JSON holds it. */
export interface ActorError {
  readonly name: string;
  readonly message: string;
  /** The `code` of the error, if it has one. */
  readonly code?: string | number;
}

/** What has happened outside the machine, and is brought to it. */
export type ExternalEvent =
  | {
      readonly of: 'timer';
      readonly key: string;
      readonly id: string;
      readonly event: MachineEvent;
    }
  | { readonly of: 'done'; readonly key: string; readonly id: string; readonly output?: unknown }
  | {
      readonly of: 'failed';
      readonly key: string;
      readonly id: string;
      readonly error: ActorError;
    };

/** Why what happened outside was not brought to the machine: it refuses it, or had moved on. */
export type DiscardReason = 'refused' | 'stopped';

/** The payload of an event that tells what has happened outside. */
export type ExternalPayload = Omit<ExternalEvent, 'of'>;

/** The kind under which it is stored. */
export function kindOfExternal({ of }: ExternalEvent): number {
  switch (of) {
    case 'timer':
      return systemKinds.timerFired;
    case 'done':
      return systemKinds.actorDone;
    case 'failed':
      return systemKinds.actorFailed;
  }
}

/** The machine event that it is. */
export function machineEventOf(external: ExternalEvent): MachineEvent {
  const { id } = external;
  switch (external.of) {
    case 'timer':
      return external.event;
    case 'done':
      return { type: doneType(id), output: external.output, actorId: id };
    case 'failed':
      return { type: errorType(id), error: external.error, actorId: id };
  }
}

/** What is stored of it. */
export function payloadOf({ of: _, ...payload }: ExternalEvent): object {
  return payload;
}

/** What a stored event tells; `undefined` when its kind or payload is none of these. */
export function externalOf(kind: number, payload: unknown): ExternalEvent | undefined {
  if (keyOf(payload) === undefined) return undefined;
  // Only this library writes these kinds, and this is how it does.
  switch (kind) {
    case systemKinds.timerFired:
      return { ...(payload as Extract<ExternalEvent, { of: 'timer' }>), of: 'timer' };
    case systemKinds.actorDone:
      return { ...(payload as Extract<ExternalEvent, { of: 'done' }>), of: 'done' };
    case systemKinds.actorFailed:
      return { ...(payload as Extract<ExternalEvent, { of: 'failed' }>), of: 'failed' };
    default:
      return undefined;
  }
}

/** A timer or an actor that is waited for no more. */
export interface Settled {
  readonly of: 'timer' | 'actor';
  readonly key: string;
  readonly id: string;
}

/**
 * What a stored event has settled; `undefined` when it is none of these, or tells of an actor that
 * had been stopped before.
 */
export function settledBy(kind: number, payload: unknown): Settled | undefined {
  const { key, id, of: told, reason }: Partial<Record<string, unknown>> = Object(payload);
  if (typeof key !== 'string' || typeof id !== 'string') return undefined;
  switch (kind) {
    case systemKinds.timerFired:
      return { of: 'timer', key, id };
    case systemKinds.actorDone:
    case systemKinds.actorFailed:
      return { of: 'actor', key, id };
    case systemKinds.externalDiscarded:
      if (reason !== 'refused') return undefined;
      return { of: told === 'timer' ? 'timer' : 'actor', key, id };
    default:
      return undefined;
  }
}

function keyOf(payload: unknown): string | undefined {
  const { key }: { key?: unknown } = Object(payload);
  return typeof key === 'string' ? key : undefined;
}
