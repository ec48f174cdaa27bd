import { SchemaRefusedError } from '../../model/errors/write-errors.ts';
import type { AnyEventDefinition } from '../../model/event-definition.ts';
import { formatId, writeUuid7 } from '../../model/event-id.ts';
import type { Platform } from '../../model/platform.ts';
import type { Admission, AnyAggregateDefinition } from '../definition/definition.ts';
import { strictJson } from '../stepping/strict-json.ts';
import type { MachineEvent } from '../stepping/xstate-adapter.ts';

/** What is wrong with a payload. */
export interface AdmissionIssue {
  readonly path: string;
  readonly message: string;
}

/** The payload that the schema makes of a command, or what it finds wrong. */
export function validateCommand(
  definition: AnyEventDefinition,
  command: { readonly type: string },
): { readonly payload: object } | { readonly issues: readonly AdmissionIssue[] } {
  const { type, ...input } = command;
  try {
    const payload: unknown = definition.validate(input as never);
    const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
    if (isObject) return { payload };
    return { issues: [{ path: '$', message: `the schema of '${type}' must make an object` }] };
  } catch (cause) {
    if (!(cause instanceof SchemaRefusedError)) throw cause;
    return { issues: cause.issues };
  }
}

/** An event that may go to the machine, and what is stored of it: they share nothing. */
export interface AdmittedEvent {
  readonly event: MachineEvent;
  readonly payload: object;
}

/** The event to log, once the definition's own look at it is taken; it must be strict JSON. */
export function admitEvent(
  definition: AnyAggregateDefinition,
  type: string,
  payload: object,
  platform: Platform,
): AdmittedEvent | { readonly issues: readonly AdmissionIssue[] } {
  const logged = definition.admits
    ? withoutType(definition.admit({ ...payload, type }, admissionOf(platform)))
    : 'type' in payload
      ? withoutType(payload)
      : payload;
  const checked = strictJson(logged);
  if ('copy' in checked) {
    const event: MachineEvent = Object(checked.copy);
    event.type = type;
    return { event, payload: logged };
  }
  const { path, problem } = checked.refused;
  return { issues: [{ path, message: problem }] };
}

function withoutType(event: object): object {
  const { type: _, ...logged }: { type?: unknown } = { ...event };
  return logged;
}

function admissionOf({ clock, random }: Platform): Admission {
  const nowUs = clock.nowUs();
  const bytes = new Uint8Array(22);
  return {
    nowUs,
    get id() {
      random.fill(bytes, 8, 16);
      writeUuid7(bytes, 0, nowUs, 0);
      return formatId(bytes);
    },
    get random() {
      random.fill(bytes, 16, 22);
      return bytes.subarray(16, 22).reduce((sum, byte) => (sum + byte) / 256, 0);
    },
  };
}
