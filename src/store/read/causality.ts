import { equalBytes } from '../../codec/bytes.ts';
import type { RecordView } from '../../codec/record-view.ts';
import { LinkTable } from '../../indexes/views/link-table.ts';
import type { CausalEdge, CausalGraph, CausalNode } from '../../inspect/causal-graph.ts';
import type { IndexEntry } from '../../model/event.ts';
import { writeId } from '../../model/event-id.ts';
import type { Region } from '../../model/region.ts';
import type { ReadEngine } from '../engine.ts';
import { IndexEntryView } from './event-view.ts';
import { readRecord } from './frames.ts';
import { getEvent, queryEvents } from './read.ts';
import { ReadWindow } from './read-window.ts';

/**
 * Who refers to whom. Cause and correlation stand in the frames alone: the first question reads
 * all of them once, later ones those that came since, and a store that is never asked pays nothing.
 */
export class CausalLinks {
  readonly #engine: ReadEngine;
  readonly #effects = new LinkTable();
  readonly #correlated = new LinkTable();
  #through = 0;

  constructor(engine: ReadEngine) {
    this.#engine = engine;
  }

  /** Entries of the events that name this one as their cause, oldest first. */
  effects(eventId: string): IndexEntry[] {
    const id = idOf(eventId);
    this.#catchUp();
    return this.#entries(this.#effects.find(id, 0), id, causeOf);
  }

  /** Entries of the events with this correlation id, oldest first: that it is the id of, too. */
  correlated(correlationId: string): IndexEntry[] {
    const id = idOf(correlationId);
    this.#catchUp();
    const found = this.#entries(this.#correlated.find(id, 0), id, correlationOf);
    const root = getEvent(this.#engine, correlationId);
    if (root === undefined || root.correlationId !== root.eventId) return found;
    const entry = new IndexEntryView(this.#engine, root.sequence);
    return [...found, entry].sort((left, right) => left.sequence - right.sequence);
  }

  #entries(
    sequences: readonly number[],
    id: Uint8Array,
    placeOf: (record: RecordView) => number,
  ): IndexEntry[] {
    const entries: IndexEntry[] = [];
    for (const sequence of sequences) {
      const record = readRecord(this.#engine, sequence);
      const at = placeOf(record);
      if (at === 0 || !equalBytes(record.bytes, at, id, 0, 16)) continue;
      entries.push(new IndexEntryView(this.#engine, sequence));
    }
    return entries;
  }

  #catchUp(): void {
    const { columns, count } = this.#engine.index;
    const window = new ReadWindow(this.#engine);
    for (; this.#through < count; this.#through += 1) {
      const sequence = this.#through;
      if (columns.isHole(sequence)) continue;
      const record = window.record(sequence);
      const { bytes, causationIdAt } = record;
      if (causationIdAt !== 0) this.#effects.add(bytes, causationIdAt, sequence);
      const at = correlationOf(record);
      if (at !== 0) this.#correlated.add(bytes, at, sequence);
    }
  }
}

/** The entry of the event that caused this one: one, or none when it has no cause in this store. */
export function causesOf(engine: ReadEngine, eventId: string): IndexEntry[] {
  const causationId = getEvent(engine, eventId)?.causationId;
  if (causationId === undefined) return [];
  const cause = getEvent(engine, causationId);
  return cause === undefined ? [] : [new IndexEntryView(engine, cause.sequence)];
}

/** What caused what among the first so many events of a region. */
export function causalGraphOf(engine: ReadEngine, region: Region, limit: number): CausalGraph {
  const nodes: CausalNode[] = [];
  const edges: CausalEdge[] = [];
  const groups = new Map<string, string[]>();
  let truncated = false;
  for (const event of queryEvents(engine, region, { limit: limit + 1 })) {
    if (nodes.length === limit) {
      truncated = true;
      break;
    }
    const { eventId, sequence, entity, scope, kind, name, causationId, correlationId } = event;
    nodes.push({ eventId, sequence, entity, scope, kind, name });
    if (causationId !== undefined) edges.push({ cause: causationId, effect: eventId });
    const group = groups.get(correlationId);
    if (group === undefined) groups.set(correlationId, [eventId]);
    else group.push(eventId);
  }
  return {
    nodes,
    edges,
    groups: [...groups]
      .filter(([, eventIds]) => eventIds.length > 1)
      .map(([correlationId, eventIds]) => ({ correlationId, eventIds })),
    truncated,
  };
}

function idOf(eventId: unknown): Uint8Array {
  const id = new Uint8Array(16);
  writeId('eventId', eventId, id);
  return id;
}

function causeOf(record: RecordView): number {
  return record.causationIdAt;
}

/** Where another event's id stands as the correlation id; 0 for an event that began one. */
function correlationOf({ bytes, correlationIdAt, eventIdAt }: RecordView): number {
  if (correlationIdAt === 0) return 0;
  return equalBytes(bytes, correlationIdAt, bytes, eventIdAt, 16) ? 0 : correlationIdAt;
}
