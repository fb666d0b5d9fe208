// Apollo's planner with pruned options: no plan is deeper than with all options, and all plans together have no more fetches.
import { testedPlanner } from '@district-graph/gateway/testing/planning';
import { Random } from '@district-graph/kit/seed/random';
import { composeSupergraph } from '@district-graph/schema/compose';
import { supergraphOf } from '@district-graph/scripts/bench/graphs/graph';
import { stationQueries, stations, stationsOne } from '@district-graph/scripts/bench/graphs/stations';
import { expect, it } from 'vitest';

const federation =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])';
const leaves = ['name', 'depth', 'zone', 'staff', 'bays'];
const links = ['next', 'near'];

/** A graph of one type, each of whose fields some of the subgraphs resolve, by one of two keys. */
function sparseGraph(random: Random): string {
  const subgraphs = Array.from({ length: random.whole(4, 7) }, (_, index) => index);
  const some = (share: number) => {
    const chosen = subgraphs.filter(() => random.chance(share));
    return new Set(chosen.length ? chosen : [random.pick(subgraphs)]);
  };
  const fields = [...leaves.map((name) => `${name}: Int`), ...links.map((name) => `${name}: Stop`)];
  const placed = fields.map((field) => [`${field} @shareable`, some(0.5)] as const);
  const roots = some(0.2);
  const codes = some(0.5);
  const ids = some(0.7);
  return composeSupergraph(
    subgraphs.map((index) => {
      const keys = [ids.has(index) || !codes.has(index) ? 'id' : '', codes.has(index) ? 'code' : ''].filter(
        Boolean,
      );
      const own = placed.filter(([, where]) => where.has(index)).map(([field]) => field);
      return {
        name: `s${index}`,
        url: `http://127.0.0.1:1/${index}`,
        sdl: `${federation} ${roots.has(index) ? 'type Query { stop: Stop @shareable }' : ''}
          type Stop ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} {
            ${[...keys.map((key) => `${key}: ID!`), ...own].join(' ')}
          }`,
      };
    }),
  );
}

function selection(random: Random, depth: number): string {
  const chosen = [random.pick(leaves), ...leaves.filter(() => random.chance(0.3))];
  const inner = depth > 0 ? links.filter(() => random.chance(0.7)) : [];
  return `{ ${[...new Set(chosen), ...inner.map((link) => `${link} ${selection(random, depth - 1)}`)].join(' ')} }`;
}

/** A graph of which the parts do not reach each other does not compose. */
function composed(make: () => string): string[] {
  try {
    return [make()];
  } catch {
    return [];
  }
}

it('makes no plan deeper, and needs no more fetches in all', async () => {
  const random = new Random('pruned options');
  const cases = [
    { sdl: supergraphOf(stations, 1), queries: stationQueries(3) },
    { sdl: supergraphOf(stationsOne, 1), queries: stationQueries(1) },
    ...Array.from({ length: 14 }, () => composed(() => sparseGraph(random)))
      .flat()
      .map((sdl) => ({
        sdl,
        queries: Array.from({ length: 5 }, () => `{ stop ${selection(random, 3)} }`),
      })),
  ];
  const fetches = { all: 0, pruned: 0 };
  let compared = 0;
  let differing = 0;
  for (const { sdl, queries } of cases) {
    const planner = await testedPlanner(sdl);
    for (const text of queries.flatMap(planner.texts)) {
      const all = planner.size(text, false);
      const pruned = planner.size(text, true);
      expect(pruned.depth, text).toBeLessThanOrEqual(all.depth);
      fetches.all += all.fetches;
      fetches.pruned += pruned.fetches;
      compared += 1;
      if (pruned.fetches !== all.fetches || pruned.depth !== all.depth) differing += 1;
    }
  }
  expect(compared).toBeGreaterThan(50);
  expect(differing).toBeGreaterThan(5);
  expect(fetches.pruned).toBeLessThanOrEqual(fetches.all);
});
