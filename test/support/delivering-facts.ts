import { type Reaction, Region, type StoredEvent } from 'batpak';
import type { HostOptions } from './store-host.ts';

/** Starts the process in delivering-child.ts. */
export interface DeliveringRequest {
  readonly seed: number;
  readonly options: HostOptions;
}

/** Kind of the events that are delivered. */
export const sourceKind = 0x1abc;
/** Kind of the reactions. */
export const echoKind = 0x1abd;
/** What is delivered. */
export const orders: Region = Region.namespace('order');

/** One or two reactions to each event but every fifth, in the region that is read, too. */
export function echoing({ entity, sequence }: StoredEvent): Reaction[] {
  const echo = { kind: echoKind, payload: sequence };
  if (sequence % 5 === 0) return [];
  const first = { at: `echo:${entity}`, ...echo };
  return sequence % 2 === 0 ? [first] : [first, { at: entity, ...echo }];
}
