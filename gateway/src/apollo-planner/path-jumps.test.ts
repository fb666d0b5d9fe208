import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import type { OpGraphPath } from '@apollo/query-graphs';
import { composeSupergraph } from '@district-graph/schema/compose';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { correctedPlanner } from './corrected-planner.ts';

interface JumpCounts {
  subgraphJumps(): number;
  countSubgraphJumpsAfterLastCommonVertex(that: OpGraphPath): { thisJumps: number; thatJumps: number };
}

const edgesOf = (path: OpGraphPath) => [...path].map(([edge]) => edge);
const jumpsFrom = (path: OpGraphPath, start: number): number =>
  edgesOf(path)
    .slice(start)
    .filter((edge) => edge?.changesSubgraph()).length;

it('are those of counting the edges of a path anew, whichever paths are compared', async () => {
  const QueryPlanner = await correctedPlanner();
  const { GraphPath } = await import('@apollo/query-graphs');
  const methods = GraphPath.prototype as unknown as JumpCounts;
  const { subgraphJumps, countSubgraphJumpsAfterLastCommonVertex: countAfter } = methods;
  let compared = 0;
  methods.subgraphJumps = function (this: OpGraphPath) {
    const jumps = subgraphJumps.call(this);
    expect(jumps).toBe(jumpsFrom(this, 0));
    return jumps;
  };
  methods.countSubgraphJumpsAfterLastCommonVertex = function (this: OpGraphPath, that) {
    const counted = countAfter.call(this, that);
    const [own, others] = [edgesOf(this), edgesOf(that)];
    const differing = own.findIndex((edge, index) => index >= others.length || edge !== others[index]);
    const common = differing < 0 ? own.length : differing;
    expect(counted).toEqual({ thisJumps: jumpsFrom(this, common), thatJumps: jumpsFrom(that, common) });
    compared += 1;
    return counted;
  };
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])';
  const subgraphs = ['a', 'b', 'c', 'd'].map((name, index) => ({
    name,
    url: `http://127.0.0.1:1/${name}`,
    sdl: `${link} ${index === 0 ? 'type Query { road: Road }' : ''} type Road @key(fields: "id") @key(fields: "code") { id: ID! code: ID! next: Road @shareable own${index}: Int shared: Int @shareable }`,
  }));
  const supergraph = Supergraph.build(composeSupergraph(subgraphs));
  const query = parse('{ road { shared next { shared own1 next { shared own2 next { shared own3 } } } } }');
  new QueryPlanner(supergraph).buildQueryPlan(operationFromDocument(supergraph.apiSchema(), query));
  Object.assign(methods, { subgraphJumps, countSubgraphJumpsAfterLastCommonVertex: countAfter });
  expect(compared).toBeGreaterThan(50);
});
