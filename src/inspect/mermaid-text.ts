import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** Words that Mermaid's grammar reads as something else where an id is expected, in any case. */
const keywords = new Set(
  (
    'accdescr acctitle as class classdef click default direction end hide href note root scale ' +
    'state statediagram style'
  ).split(' '),
);

/** Ids that Mermaid makes itself for `[*]`. */
const startOrEndMark = /^(?:start|end)\d+$/i;

/**
 * Ids for states: letters, digits and underscores only, no keyword of Mermaid, and no two alike.
 * A state whose key is the only one of its name is called by its key, any other by its path.
 */
export class MermaidIds {
  readonly #taken = new Set<string>();
  readonly #byNode = new Map<AnyStateNode, string>();

  /** Gives each of the states an id, in this order. */
  constructor(nodes: readonly AnyStateNode[]) {
    const uses = new Map<string, number>();
    for (const node of nodes) uses.set(node.key, (uses.get(node.key) ?? 0) + 1);
    for (const node of nodes) {
      const unique = uses.get(node.key) === 1;
      this.#byNode.set(node, this.take(unique ? node.key : node.path.join('_')));
    }
  }

  /** The id of one of the states; `undefined` for any other. */
  of(node: AnyStateNode): string | undefined {
    return this.#byNode.get(node);
  }

  /** A further id like `wish`, taken by nobody yet. */
  take(wish: string): string {
    const safe = safeId(wish);
    let id = safe;
    for (let n = 2; this.#taken.has(id); n += 1) id = `${safe}_${n}`;
    this.#taken.add(id);
    return id;
  }
}

/** The label of a transition: its event, and its guard in brackets. Escaped. */
export function transitionLabel(transition: AnyTransitionDefinition): string {
  const event = escapeMermaid(eventText(transition));
  if (transition.guard === undefined) return event;
  return `${event} [${escapeMermaid(guardText(transition.guard))}]`;
}

/**
 * The text as Mermaid shows it unchanged: letters, digits and a few marks stay, all else becomes
 * an entity code such as `#58;`. White space of any kind becomes one space.
 */
export function escapeMermaid(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  if (line === '') return '#160;';
  return line
    .replace(/[^\p{L}\p{N} _.,()/-]/gu, entity)
    .replace(/^[-_]/, entity) // The start of a Markdown list, or of emphasis.
    .replace(/^(\d+)([.)])(?= )/, (_, digits: string, mark: string) => digits + entity(mark))
    .replace(/(?<=direction) /gi, entity); // `direction LR` turns the diagram, wherever it stands.
}

function entity(character: string): string {
  return `#${character.codePointAt(0)};`;
}

function safeId(wish: string): string {
  const plain = wish.replace(/[^A-Za-z0-9_]/g, '_');
  const isReserved =
    !/^[A-Za-z]/.test(plain) ||
    keywords.has(plain.toLowerCase()) ||
    startOrEndMark.test(plain) ||
    plain in Object.prototype;
  const id = isReserved ? `state_${plain}` : plain;
  // Mermaid calls the `[*]` inside a state by the state's id with `_start` or `_end`.
  return /_(?:start|end)$/i.test(id) ? `${id}_` : id;
}

function eventText(transition: AnyTransitionDefinition): string {
  const { eventType, source } = transition;
  if (eventType === '') return 'always';
  if ('delay' in transition) {
    const { delay } = transition;
    return typeof delay === 'number' ? `after ${delay} ms` : `after ${String(delay)}`;
  }
  if (eventType === `xstate.done.state.${source.id}`) return 'done';
  for (const [prefix, word] of actorEvents) {
    if (eventType.startsWith(prefix))
      return `${word} ${actorName(source, eventType, prefix)}`.trim();
  }
  return eventType;
}

const actorEvents = [
  ['xstate.done.actor.', 'done'],
  ['xstate.error.actor.', 'error'],
  ['xstate.snapshot.', 'snapshot'],
] as const;

/** Name of the invoked actor: what its source is called, empty for one without a name. */
function actorName(source: AnyStateNode, eventType: string, prefix: string): string {
  const id = eventType.slice(prefix.length);
  const invoked = source.invoke.find((definition) => definition.id === id);
  if (invoked === undefined || typeof invoked.src !== 'string') return id;
  return invoked.src.startsWith('xstate.invoke.') ? '' : invoked.src;
}

/** Name of a guard; of a composed one with the guards that it is made of. */
function guardText(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') {
    const parts: unknown = 'guards' in guard ? guard.guards : undefined;
    if (Array.isArray(parts)) return `${guard.name}(${parts.map(guardText).join(', ')})`;
    return guard.name || 'guard';
  }
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  return 'guard';
}
