import type { AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { HistoryValue } from '../stepping/xstate-adapter.ts';
import type { Guard } from './guard.ts';
import type { Operation } from './operation.ts';

/**
 * Where a machine can be: its active states, in XState's order, and what its history states
 * remember. All that follows from these alone is held here once, however often a machine comes by.
 */
export class Place {
  readonly nodes: readonly AnyStateNode[];
  readonly historyValue: HistoryValue;
  /** XState's state value. Frozen, as every snapshot of the place has it. */
  readonly value: unknown;
  readonly valueText: string;
  /** The canonical JSON of the value, in UTF-8. */
  readonly valueBytes: Uint8Array;
  readonly tags: readonly string[];
  /** Snapshot of the machine's shadow. */
  readonly shadow: AnyMachineSnapshot;
  /** By type of event, the start of its selection. */
  readonly branches = new Map<string, Branch>();
  /** Start of the selection of eventless transitions; `undefined` when no active state has any. */
  eventless: Branch | undefined;
  /** Whether the place is remembered. One that is not is left by XState's own step. */
  readonly kept: boolean;

  constructor(
    nodes: readonly AnyStateNode[],
    historyValue: HistoryValue,
    shadow: AnyMachineSnapshot,
    kept: boolean,
  ) {
    this.nodes = nodes;
    this.historyValue = historyValue;
    this.shadow = shadow;
    this.value = freeze(shadow.value);
    this.valueText = canonicalJson(shadow.value);
    this.valueBytes = new TextEncoder().encode(this.valueText);
    this.tags = nodes.flatMap((node) => node.tags);
    this.kept = kept;
  }
}

/** A microstep of a place, by the transitions that are taken: all of it but context and event. */
export interface Plan {
  readonly taken: readonly AnyTransitionDefinition[];
  readonly operations: readonly Operation[];
  readonly next: Place;
  /** Whether a transition has a target or actions: what makes an event accepted. */
  readonly acts: boolean;
  /** Whether XState makes another snapshot even when no assign does. */
  readonly moves: boolean;
}

/** A transition that may be taken, in the order in which XState asks. */
export interface Candidate {
  readonly transition: AnyTransitionDefinition;
  readonly guard: Guard | undefined;
  /** Of an eventless transition, which active leaf it is asked for; 0 of others. */
  readonly leaf: number;
}

/**
 * A moment of a selection: what was chosen so far, and what is asked next. In a parallel state more
 * than one transition may be chosen, and what one guard answers decides which are asked still.
 */
export class Branch {
  readonly taken: readonly AnyTransitionDefinition[];
  readonly candidates: readonly Candidate[];
  /** By candidate, what follows when its guard says yes; made when that happens first. */
  readonly chosen: (Branch | undefined)[];
  readonly eventless: boolean;
  /** What is done when no candidate is left or all say no; made when that happens first. */
  plan: Plan | undefined;

  constructor(
    taken: readonly AnyTransitionDefinition[],
    candidates: readonly Candidate[],
    eventless: boolean,
  ) {
    this.taken = taken;
    this.candidates = candidates;
    this.chosen = candidates.map(() => undefined);
    this.eventless = eventless;
  }

  /** The branch behind a candidate that was chosen. */
  choose(index: number): Branch {
    const chosen = this.candidates[index];
    if (chosen === undefined) throw new RangeError(`no candidate ${index}`);
    const { transition, leaf } = chosen;
    const later = this.candidates.slice(index + 1);
    // For an event, a state is asked only when nothing was chosen inside it; eventless transitions
    // are asked for each active leaf, whatever was chosen for others.
    const left = this.eventless
      ? later.filter((candidate) => candidate.leaf > leaf)
      : later.filter((candidate) => !isWithin(transition.source, candidate.transition.source));
    const taken = this.taken.includes(transition) ? this.taken : [...this.taken, transition];
    return new Branch(taken, left, this.eventless);
  }
}

/** Names a place among those of its machine. */
export function placeKey(
  status: string,
  nodes: readonly AnyStateNode[],
  historyValue: HistoryValue,
): string {
  let key = `${status}|${nodes.map(({ order }) => order).join()}`;
  for (const [id, remembered] of Object.entries(historyValue)) {
    key += `|${id}:${remembered.map(({ order }) => order).join()}`;
  }
  return key;
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}

/** Whether a state is another, or lies in it. */
function isWithin(node: AnyStateNode, other: AnyStateNode): boolean {
  let each: AnyStateNode | undefined = node;
  while (each !== undefined) {
    if (each === other) return true;
    each = each.parent;
  }
  return false;
}
