import { FutureEventVersionError, UpcastFailedError } from './errors/event-version-errors.ts';
import type { Upcast } from './event-definition.ts';

/** What of an event's definition says how payloads of earlier versions are read. */
export interface UpcastChain {
  readonly name: string;
  readonly version: number;
  /** By the version they take. */
  readonly upcasts: ReadonlyMap<number, Upcast>;
}

/** An event as far as its payload and the version of that are concerned. */
export interface VersionedPayload {
  readonly payload: unknown;
  /** 0 for one that was stored without a version: it is taken as it is. */
  readonly payloadVersion: number;
  readonly sequence: number;
}

/** Whether a payload is in the shape of the definition's version as it is stored. */
export function isCurrent({ version }: UpcastChain, payloadVersion: number): boolean {
  return payloadVersion === 0 || payloadVersion === version;
}

/**
 * The payload in the shape of the definition's version: each upcast from the stored version on is
 * applied. What is stored is not changed, unless an upcast changes its argument in place.
 *
 * @throws {FutureEventVersionError} when it was stored in a later version than the definition's
 * @throws {UpcastFailedError} when there is no upcast from its version, or one throws
 */
export function upcastPayload(definition: UpcastChain, event: VersionedPayload): unknown {
  const { name, version, upcasts } = definition;
  const { payloadVersion, sequence } = event;
  let { payload } = event;
  if (isCurrent(definition, payloadVersion)) return payload;
  if (payloadVersion > version) {
    throw new FutureEventVersionError(name, payloadVersion, version, sequence);
  }
  for (let from = payloadVersion; from < version; from += 1) {
    const convert = upcasts.get(from);
    if (convert === undefined) {
      throw new UpcastFailedError(name, from, sequence, 'there is no upcast from it');
    }
    try {
      payload = convert(payload);
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause);
      throw new UpcastFailedError(name, from, sequence, `its upcast threw: ${detail}`, cause);
    }
  }
  return payload;
}
