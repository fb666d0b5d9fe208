// What makes Apollo's planner faster leaves every plan as it is, byte for byte.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Accelerations,
  allAccelerations,
  type TestedPlanner,
  testedPlanner,
} from '@district-graph/gateway/testing/planning';
import { supergraphOf } from '@district-graph/scripts/bench/graphs/graph';
import { stationQueries, stations, stationsOne } from '@district-graph/scripts/bench/graphs/stations';
import { beforeAll, expect, it } from 'vitest';
import { generateGraph } from '../fuzz/graph/generate-graph.ts';
import { randomOperation } from '../fuzz/operations/operations.ts';

interface Planned {
  planner: TestedPlanner;
  texts: string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const graphs: Planned[] = [];
/** The plans without any acceleration. */
const expected: string[] = [];

const plans = (accelerations: Accelerations) =>
  graphs.flatMap(({ planner, texts }) => texts.map((text) => planner.plan(text, accelerations)));

async function add(sdl: string, queries: readonly string[]): Promise<void> {
  const planner = await testedPlanner(sdl);
  graphs.push({ planner, texts: queries.flatMap(planner.texts) });
}

beforeAll(async () => {
  const queries = stationQueries(40).sort((one, other) => one.length - other.length);
  await add(supergraphOf(stations, 1), queries.slice(0, 6));
  // Without acceleration, an operation of `stationQueries` takes seconds with one root.
  await add(supergraphOf(stationsOne, 1), [
    '{ station(id: "1") { name zone next { name depth next { staff zone } } branches { bays } } }',
  ]);
  const own = globSync('test/operations/*.graphql', { cwd: root });
  const sdl = readFileSync(`${root}schema/supergraph.graphql`, 'utf8');
  await add(
    sdl,
    own.map((file) => readFileSync(root + file, 'utf8')),
  );
  for (let seed = 1; seed <= 8; seed += 1) {
    const { graph } = generateGraph(seed, (name) => `http://127.0.0.1:1/${name}`);
    const planner = await testedPlanner(graph.supergraph);
    const drawn = Array.from({ length: 8 }, (_, index) =>
      randomOperation(planner.schema, `${seed} ${index}`),
    );
    const queries = drawn.flatMap((each) => each?.operation.query ?? []);
    graphs.push({ planner, texts: queries.flatMap(planner.texts) });
  }
  expected.push(...plans([]));
});

it('is compared on plans with several fetches', () => {
  const fetches = expected.map((plan) => plan.split('"kind":"Fetch"').length - 1);
  expect(fetches.filter((count) => count > 1).length).toBeGreaterThan(40);
  expect(fetches.length).toBeGreaterThan(90);
});

it.each(allAccelerations)('%s leaves plans as they are', (acceleration) => {
  expect(plans([acceleration])).toEqual(expected);
});

it('all together leave plans as they are', () => {
  expect(plans(allAccelerations)).toEqual(expected);
});
