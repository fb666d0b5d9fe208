// Which options the planner leaves out of a branch, beside its own comparison of all pairs.
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { composeSupergraph } from '@district-graph/schema/compose';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { correctedPlanner } from '../corrected-planner.ts';
import type { Option } from './option.ts';

/** As the planner compares two options: below 0 if the first costs less. */
function compare(one: Option, other: Option): number {
  const [path, further] = one.paths;
  if (!path || further) return other.paths.length === 1 && further ? -compare(other, one) : 0;
  const costs = other.paths.map((against) => {
    if (path.tail.source === against.tail.source) return 0;
    const { thisJumps, thatJumps } = path.countSubgraphJumpsAfterLastCommonVertex(against);
    return Math.sign(thisJumps) - Math.sign(thatJumps);
  });
  if (costs.length === 1) return costs[0] ?? 0;
  return costs.every((cost) => cost < 0) ? -1 : 0;
}

/** As the planner leaves out options, by comparing all pairs. */
function comparingPairs(options: readonly Option[]): Option[] {
  const left = [...options];
  const kept: Option[] = [];
  while (left.length > 0) {
    const [first] = left.splice(0, 1);
    if (!first) break;
    let isKept = true;
    for (let index = left.length - 1; index >= 0 && isKept; index -= 1) {
      const other = left[index];
      const cost = other ? compare(first, other) : 0;
      if (cost < 0) left.splice(index, 1);
      isKept = cost <= 0;
    }
    if (isKept) kept.push(first);
  }
  return kept;
}

it('are those of comparing all pairs of options', async () => {
  const QueryPlanner = await correctedPlanner();
  const { GraphPath } = await import('@apollo/query-graphs');
  const accelerated = GraphPath as unknown as { withoutCostlier(options: Option[]): Option[] };
  const { withoutCostlier } = accelerated;
  let leftOut = 0;
  let split = 0;
  accelerated.withoutCostlier = (options) => {
    const kept = withoutCostlier(options);
    for (const order of [options, options.toReversed()]) {
      const positions = (kept: readonly Option[]) => kept.map((option) => order.indexOf(option)).join();
      expect(positions(withoutCostlier(order))).toBe(positions(comparingPairs(order)));
    }
    leftOut += options.length - kept.length;
    split += options.filter(({ paths }) => paths.length > 1).length;
    return kept;
  };
  const link =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])';
  const subgraphs = ['a', 'b', 'c', 'd'].map((name, index) => ({
    name,
    url: `http://127.0.0.1:1/${name}`,
    sdl: `${link} ${index === 0 ? 'type Query { road: Road }' : ''} interface Way { own${index % 2}: Int shared: Int }
      type Road implements Way @key(fields: "id") @key(fields: "code") { id: ID! code: ID! next: Road @shareable own${index % 2}: Int @shareable shared: Int @shareable ways: [Way] @shareable }
      type Path implements Way @key(fields: "id") { id: ID! own${index % 2}: Int @shareable shared: Int @shareable }`,
  }));
  const supergraph = Supergraph.build(composeSupergraph(subgraphs));
  const query = parse(
    '{ road { shared next { shared own1 ways { shared own0 own1 ... on Road { own1 next { shared } } ... on Path { own0 } } next { shared own0 next { shared own1 } } } } }',
  );
  new QueryPlanner(supergraph).buildQueryPlan(operationFromDocument(supergraph.apiSchema(), query));
  accelerated.withoutCostlier = withoutCostlier;
  expect(leftOut).toBeGreaterThan(40);
  expect(split).toBeGreaterThan(0);
});
