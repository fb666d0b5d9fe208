// npm run bench:planning: who plans operations that are made to keep the planner busy, and how long that takes; or why they are refused.
import '../command-line/closed-output.ts';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { Planner } from '@district-graph/gateway/planning/planner';
import type { PlanNode } from '@district-graph/gateway/query-planner/query-plan';
import { type HostileGraph, linkedGraph, membersGraph } from '@district-graph/gateway/testing/hostile-graphs';
import { internalRequester } from '@district-graph/gateway/threads/thread-pool';
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { type GraphQLError, Kind, parse } from 'graphql';
import { readArguments } from '../command-line/arguments.ts';

const usage = `用法 usage: npm run bench:planning
  每个操作只规划一次 each operation is planned once, in one thread`;
readArguments(usage, { options: {} });

const graphs: Readonly<Record<string, () => HostileGraph>> = {
  '9 subgraphs': () => linkedGraph(9, false),
  '20 subgraphs': () => linkedGraph(20, false),
  '30 subgraphs': () => linkedGraph(30, false),
  '31 subgraphs': () => linkedGraph(31, false),
  '5 subgraphs, a computed field': () => linkedGraph(5, true),
  '20 subgraphs, a computed field': () => linkedGraph(20, true),
  'an interface of 4 types in 20 subgraphs': () => membersGraph(4, 20, false),
  'an interface of 30 types in 20 subgraphs': () => membersGraph(30, 20, false),
  'an interface object in 20 subgraphs': () => membersGraph(4, 20, true),
  'an interface of 4 types in 31 subgraphs': () => membersGraph(4, 31, false),
};

const fetchesOf = (node: PlanNode | null): number => {
  if (!node) return 0;
  return node.kind === 'Fetch' ? 1 : node.nodes.reduce((sum, each) => sum + fetchesOf(each), 0);
};

/** The planner, the time that planning took and the number of fetches; or the code and the limit of the refusal. */
async function outcomeOf(planner: Planner, query: string): Promise<string> {
  const document = parse(query, { noLocation: true });
  const definition = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const operation = { definition, fragments: fragmentsOf(document), conditions: {}, missingScopes: [] };
  try {
    const {
      node,
      planner: by,
      planningMs,
    } = await planner.plan(planner.write(operation, internalRequester), internalRequester);
    return `${by.padEnd(8)}${planningMs.toFixed(1).padStart(8)} ms${String(fetchesOf(node)).padStart(6)} fetches`;
  } catch (error) {
    const { code, limit, received } = (error as GraphQLError).extensions;
    return `${code}, ${received ?? 'more'} of ${limit ?? 'the time or memory of a plan'}`;
  }
}

const options = { ...readConfig({}).planner, threads: 1, log: () => {} };
for (const [name, graph] of Object.entries(graphs)) {
  const { supergraph, operations } = graph();
  const planner = await Planner.load(supergraph, options);
  for (const [kind, query] of Object.entries(operations))
    console.log(`${name.padEnd(42)}${kind.padEnd(42)}${await outcomeOf(planner, query)}`);
  await planner.close();
}
