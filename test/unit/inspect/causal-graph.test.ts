import { describe, expect, it } from 'vitest';
import { causalGraphToDot, causalGraphToMermaid } from '../../../src/inspect/causal-graph.ts';

const node = { eventId: 'x', sequence: 3, entity: 'a"b', scope: 's', kind: 0x1001, name: 'moved' };
const graph = { nodes: [node], edges: [{ cause: 'y', effect: 'x' }], groups: [], truncated: false };

describe('causalGraphToMermaid', () => {
  it('draws events, causes outside, and arrows', () => {
    expect(causalGraphToMermaid(graph)).toBe(
      'flowchart LR\n  e0["3 a#34;b moved"]\n  e1(["y"])\n  e1 --> e0\n',
    );
  });
});

describe('causalGraphToDot', () => {
  it('quotes what is shown', () => {
    expect(causalGraphToDot(graph)).toContain('  e0 [label="3 a\\"b moved"];\n');
    expect(causalGraphToDot(graph)).toContain('  e1 [label="y", style=dashed];\n  e1 -> e0;\n}');
  });
});
