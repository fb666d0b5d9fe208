// Compiles a query plan, once, into functions that fetch, read and merge until the merged result is complete.
import { type Shape, selectionsOfFetches } from '../answer/fetch-selections.ts';
import type { LongResponses } from '../answer/read-answer.ts';
import type { PlanNode } from '../query-planner/query-plan.ts';
import type { SupergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { compileFetch } from './compile-fetch.ts';
import type { RunNode } from './execution.ts';
import { Subtypes } from './subtypes.ts';

export interface RunnablePlan {
  root: Shape;
  run: RunNode;
}

/**
 * Without `long` code is generated for every fetch, which pays for plans that are run often; with it only for the responses that are long.
 * Subgraphs get the operation's `name` followed by their own.
 */
export function compilePlan(
  node: PlanNode | null,
  name: string | null,
  metadata: SupergraphMetadata,
  long: LongResponses | null,
): RunnablePlan {
  const { root, selections } = selectionsOfFetches(node, long === null);
  const plan = { operationName: name, metadata, subtypes: new Subtypes(metadata), long };
  const compile = (each: PlanNode): RunNode => {
    switch (each.kind) {
      case 'Sequence': {
        const runs = each.nodes.map(compile);
        return async (execution) => {
          for (const run of runs) await run(execution);
        };
      }
      case 'Parallel': {
        const runs = each.nodes.map(compile);
        return async (execution) => {
          await Promise.all(runs.map((run) => run(execution)));
        };
      }
      case 'Fetch': {
        const selection = selections.get(each);
        if (!selection) throw new Error('a fetch of another plan');
        return compileFetch(each, selection, plan);
      }
    }
  };
  return { root, run: node ? compile(node) : () => {} };
}
