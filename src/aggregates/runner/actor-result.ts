import type { ActorError, ExternalEvent } from '../effects/external-event.ts';
import { strictJson } from '../stepping/strict-json.ts';
import type { ActorResult } from './actor-pool.ts';

/** Longest text of an error that is stored, in UTF-16 units. */
const textMax = 10_000;

/** What is brought to the machine of an actor's result. An output that is not JSON is a failure. */
export function externalOfResult(result: ActorResult): ExternalEvent {
  const { key, id } = result.actor;
  if ('failure' in result) return { of: 'failed', key, id, error: actorErrorOf(result.failure) };
  const { output } = result;
  if (output === undefined) return { of: 'done', key, id };
  const checked = strictJson(output);
  if ('copy' in checked) return { of: 'done', key, id, output: checked.copy };
  const { path, problem } = checked.refused;
  const message = `the output of actor '${id}' can't be stored: ${path} ${problem}`;
  return { of: 'failed', key, id, error: { name: 'OutputError', message } };
}

/**
 * An error as it is stored, and as `event.error` of an `onError` has it: its name, message and
 * code. What was thrown may be anything; the stack is left out.
 */
export function actorErrorOf(failure: unknown): ActorError {
  if (typeof failure !== 'object' || failure === null) {
    return { name: 'Error', message: textOf(failure) };
  }
  const { name, message, code }: { name?: unknown; message?: unknown; code?: unknown } = failure;
  const hasCode = typeof code === 'string' || (typeof code === 'number' && Number.isFinite(code));
  return {
    name: typeof name === 'string' ? textOf(name) : 'Error',
    message: textOf(message ?? ''),
    ...(hasCode ? { code: typeof code === 'string' ? textOf(code) : code } : {}),
  };
}

function textOf(value: unknown): string {
  return String(value).slice(0, textMax).toWellFormed();
}
