import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { defined } from '../model/assert.ts';
import { escapeMermaid, MermaidIds, transitionLabel } from './mermaid-text.ts';

/**
 * Draws a machine as the text of a Mermaid `stateDiagram-v2`, which GitHub and many editors show
 * as a picture. Works for every machine of XState 5: nested and parallel states, final and history
 * states, guards (in brackets), `always`, `after`, invoked actors and wildcards. States keep the
 * order of the document, and the same machine always gives the same text, without a line end at
 * its end.
 *
 * Mermaid can't draw an edge between a state and what lies inside it, nor one that crosses the
 * border of a parallel state. The first starts or ends at a box inside that bears the state's name
 * in parentheses; the second is drawn at the border, its label saying `from` or `to` which state.
 * A forbidden event (`EVENT: {}`) has no edge.
 *
 * @example
 * const door = createMachine({
 *   id: 'door',
 *   initial: 'closed',
 *   states: {
 *     closed: { on: { open: { target: 'opened' } } },
 *     opened: { on: { close: { target: 'closed' } } },
 *   },
 * });
 * toMermaid(door);
 * // stateDiagram-v2
 * //   [*] --> closed
 * //   closed
 * //   opened
 * //   closed --> opened : open
 * //   opened --> closed : close
 */
export function toMermaid(machine: AnyStateMachine): string {
  const drawing = new Drawing(machine.root);
  return ['stateDiagram-v2', ...drawing.lines()].join('\n');
}

/**
 * A stretch of the text in which states are declared: the whole, the inside of a compound state,
 * or one region of a parallel state.
 *
 * Mermaid puts a state where it is mentioned first inside another (in some versions: last). So each
 * is declared in its own scope before any edge, and an edge between two scopes stands in the
 * outermost one, where being mentioned moves nothing.
 */
class Scope {
  readonly states: AnyStateNode[] = [];
  /** Boxes that stand for a state that no edge can reach: their ids by that state. */
  readonly boxes = new Map<AnyStateNode, string>();
  /** Lines, each once. */
  readonly edges = new Set<string>();
}

/** Where an edge starts or ends: an id, and the scope in which it is declared. */
interface Point {
  readonly id: string;
  readonly scope: Scope;
}

class Drawing {
  readonly #root: AnyStateNode;
  readonly #ids: MermaidIds;
  readonly #whole = new Scope();
  /** By compound state. */
  readonly #insides = new Map<AnyStateNode, Scope>();
  /** By child of a parallel state. */
  readonly #regions = new Map<AnyStateNode, Scope>();

  constructor(root: AnyStateNode) {
    this.#root = root;
    const below = descendants(root);
    // A parallel root is drawn, because regions must lie inside a state; any other is the whole.
    const drawn = root.type === 'parallel' ? [root, ...below] : below;
    this.#ids = new MermaidIds(drawn);
    this.#insides.set(root, this.#whole);
    for (const node of drawn) {
      if (node.type === 'compound') this.#insides.set(node, new Scope());
      for (const region of regionsOf(node)) this.#regions.set(region, new Scope());
    }
    for (const node of drawn) this.#scopeOf(node).states.push(node);
    for (const node of [root, ...below]) {
      for (const transition of transitionsOf(node)) this.#addEdges(transition);
    }
  }

  /** The text below the heading. */
  lines(): string[] {
    return [...this.#initialLine(this.#root), ...this.#scopeLines(this.#whole)].map(indent);
  }

  #scopeLines(scope: Scope): string[] {
    const finals = scope.states.filter((node) => node.type === 'final');
    return [
      ...scope.states.flatMap((node) => this.#stateLines(node)),
      ...[...scope.boxes].map(([node, id]) => `state "(${escapeMermaid(node.key)})" as ${id}`),
      ...scope.edges,
      ...finals.map((node) => `${this.#idOf(node)} --> [*]`),
    ];
  }

  #stateLines(node: AnyStateNode): string[] {
    const id = this.#idOf(node);
    const label = node.type === 'history' ? historyLabel(node) : escapeMermaid(node.key);
    const named = label === id ? id : `"${label}" as ${id}`;
    if (node.type === 'parallel') return block(named, this.#regionLines(node));
    if (node.type !== 'compound') return [label === id ? id : `state ${named}`];
    const inside = this.#scopeLines(this.#insideOf(node));
    return block(named, [...this.#initialLine(node), ...inside]);
  }

  #regionLines(node: AnyStateNode): string[] {
    return regionsOf(node).flatMap((region, index) => {
      const lines = this.#scopeLines(this.#scopeOf(region));
      return index === 0 ? lines : ['--', ...lines];
    });
  }

  #initialLine(node: AnyStateNode): string[] {
    if (node.type !== 'compound') return [];
    const [target] = node.initial.target;
    // An initial state may lie deeper than one level; the edge must stay in its own scope.
    const child = childrenOf(node).find((each) => target !== undefined && contains(each, target));
    return child === undefined ? [] : [`[*] --> ${this.#idOf(child)}`];
  }

  #addEdges(transition: AnyTransitionDefinition): void {
    const { source, target, actions } = transition;
    const forbidden = target === undefined && actions.length === 0;
    if (forbidden) return;
    for (const end of target ?? [source]) {
      const [from, to, remark] = this.#ends(source, end);
      const scope = from.scope === to.scope ? from.scope : this.#whole;
      scope.edges.add(`${from.id} --> ${to.id} : ${transitionLabel(transition)}${remark}`);
    }
  }

  /** Where the edge between two states starts and ends, and what its label must add. */
  #ends(source: AnyStateNode, target: AnyStateNode): [from: Point, to: Point, remark: string] {
    const from = parallelBorder(source, target) ?? source;
    let to = parallelBorder(target, source) ?? target;
    const shared = commonAncestor(from, to);
    // From one region to another: back to the state whose regions they are.
    if (shared.type === 'parallel' && shared !== from) to = shared;
    const remark =
      (from === source ? '' : ` from ${escapeMermaid(source.key)}`) +
      (to === target ? '' : ` to ${escapeMermaid(target.key)}`);
    return [this.#point(from, to), this.#point(to, from), remark];
  }

  #point(node: AnyStateNode, other: AnyStateNode): Point {
    const isComposite = childrenOf(node).length > 0;
    const encloses = isComposite && contains(node, other);
    // Mermaid can't draw an edge at a composite state inside a parallel one either.
    const isUnreachable = isComposite && ancestorsOf(node).some(isParallel);
    if (!encloses && !isUnreachable) return { id: this.#idOf(node), scope: this.#scopeOf(node) };
    if (!isParallel(node)) return this.#box(node, this.#insideOf(node));
    // No edge crosses the border of a parallel state: the box is in the region of the other end, or
    // beside the state when the other end is not inside.
    const regions = regionsOf(node);
    const region = node === other ? regions[0] : regions.find((each) => contains(each, other));
    return this.#box(node, this.#scopeOf(region ?? node));
  }

  /** The box in a scope that stands for `node`. */
  #box(node: AnyStateNode, scope: Scope): Point {
    const id = scope.boxes.get(node) ?? this.#ids.take(`${node.key}_itself`);
    scope.boxes.set(node, id);
    return { id, scope };
  }

  #idOf(node: AnyStateNode): string {
    return defined(this.#ids.of(node), 'a drawn state has an id');
  }

  #insideOf(node: AnyStateNode): Scope {
    return defined(this.#insides.get(node), 'a compound state has a scope inside');
  }

  /** The scope in which the state is declared. */
  #scopeOf(node: AnyStateNode): Scope {
    const { parent } = node;
    if (parent === undefined) return this.#whole;
    if (parent.type !== 'parallel') return this.#insideOf(parent);
    // A history state of a parallel state is no region: it is declared in the first.
    const region = node.type === 'history' ? defined(regionsOf(parent)[0], 'a region') : node;
    return defined(this.#regions.get(region), 'a region has a scope');
  }
}

function childrenOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states);
}

/** Every state below the node, in document order. */
function descendants(node: AnyStateNode): AnyStateNode[] {
  return childrenOf(node).flatMap((child) => [child, ...descendants(child)]);
}

/** From the parent up to the root. */
function ancestorsOf(node: AnyStateNode): AnyStateNode[] {
  return node.parent === undefined ? [] : [node.parent, ...ancestorsOf(node.parent)];
}

/** The states that a parallel state is in at once; none for any other. */
function regionsOf(node: AnyStateNode): AnyStateNode[] {
  return isParallel(node) ? childrenOf(node).filter((child) => child.type !== 'history') : [];
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...node.transitions.values(), node.always ?? []].flat();
}

function isParallel(node: AnyStateNode): boolean {
  return node.type === 'parallel';
}

/** Whether `node` is `outer` or lies inside it. */
function contains(outer: AnyStateNode, node: AnyStateNode): boolean {
  return node === outer || ancestorsOf(node).includes(outer);
}

function commonAncestor(a: AnyStateNode, b: AnyStateNode): AnyStateNode {
  const common = [a, ...ancestorsOf(a)].find((each) => contains(each, b));
  return defined(common, 'two states of a machine have a common ancestor');
}

/** The outermost parallel state around `node` but not around `other`. */
function parallelBorder(node: AnyStateNode, other: AnyStateNode): AnyStateNode | undefined {
  return ancestorsOf(node).findLast((each) => isParallel(each) && !contains(each, other));
}

function historyLabel(node: AnyStateNode): string {
  return node.history === 'deep' ? 'H#42;' : 'H';
}

function block(heading: string, lines: readonly string[]): string[] {
  return [`state ${heading} {`, ...lines.map(indent), '}'];
}

function indent(line: string): string {
  return `  ${line}`;
}
