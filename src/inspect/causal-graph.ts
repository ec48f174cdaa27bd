import { escapeMermaid } from './mermaid-text.ts';

/** An event in a {@link CausalGraph}. */
export interface CausalNode {
  readonly eventId: string;
  readonly sequence: number;
  readonly entity: string;
  readonly scope: string;
  readonly kind: number;
  /** Name bound to the kind, or `undefined`. */
  readonly name: string | undefined;
}

/** One event was the cause of another. */
export interface CausalEdge {
  /** Id of the cause; it may lie outside the graph, or be of another store. */
  readonly cause: string;
  readonly effect: string;
}

/** Events that bear the same correlation id. */
export interface CorrelationGroup {
  readonly correlationId: string;
  /** Ids in the order of their sequences. */
  readonly eventIds: readonly string[];
}

/** What caused what among some events: plain data, that can be written as JSON. */
export interface CausalGraph {
  readonly nodes: readonly CausalNode[];
  readonly edges: readonly CausalEdge[];
  /** Groups of two events or more. */
  readonly groups: readonly CorrelationGroup[];
  /** Whether the limit left events out. */
  readonly truncated: boolean;
}

/** The graph as a Mermaid flowchart. Causes outside the graph are drawn with round ends. */
export function causalGraphToMermaid(graph: CausalGraph): string {
  const names = namesOf(graph);
  const lines = ['flowchart LR'];
  for (const node of graph.nodes) {
    lines.push(`  ${names.get(node.eventId)}["${escapeMermaid(labelOf(node))}"]`);
  }
  for (const id of outsiders(graph)) lines.push(`  ${names.get(id)}(["${escapeMermaid(id)}"])`);
  for (const { cause, effect } of graph.edges) {
    lines.push(`  ${names.get(cause)} --> ${names.get(effect)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The graph in the language of Graphviz. Causes outside the graph are drawn dashed. */
export function causalGraphToDot(graph: CausalGraph): string {
  const names = namesOf(graph);
  const lines = ['digraph causality {', '  rankdir=LR;', '  node [shape=box];'];
  for (const node of graph.nodes) {
    lines.push(`  ${names.get(node.eventId)} [label=${quoted(labelOf(node))}];`);
  }
  for (const id of outsiders(graph)) {
    lines.push(`  ${names.get(id)} [label=${quoted(id)}, style=dashed];`);
  }
  for (const { cause, effect } of graph.edges) {
    lines.push(`  ${names.get(cause)} -> ${names.get(effect)};`);
  }
  return `${lines.join('\n')}\n}\n`;
}

function labelOf({ sequence, entity, name, kind }: CausalNode): string {
  return `${sequence} ${entity} ${name ?? `0x${kind.toString(16).padStart(4, '0')}`}`;
}

function outsiders({ nodes, edges }: CausalGraph): Set<string> {
  const inside = new Set(nodes.map(({ eventId }) => eventId));
  return new Set(edges.map(({ cause }) => cause).filter((cause) => !inside.has(cause)));
}

/** By event id, a name that both languages take. */
function namesOf(graph: CausalGraph): Map<string, string> {
  const ids = [...graph.nodes.map(({ eventId }) => eventId), ...outsiders(graph)];
  return new Map(ids.map((id, at) => [id, `e${at}`]));
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
