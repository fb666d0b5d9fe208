// Makes the traversals of Apollo's planner share how the conditions of edges are resolved, instead of resolving the same keys anew for
// each operation.
import type { ConditionResolution, ConditionResolver, Edge, QueryGraph } from '@apollo/query-graphs';
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

interface Resolved {
  /** The subgraphs that the resolution must not use, as names in order. */
  excluded: string;
  resolution: ConditionResolution;
}

/** Almost all resolutions of an edge exclude nothing, or the subgraph that a key leads to. The rest is resolved anew, as before. */
const mostOfAnEdge = 2;

const resolutions = new WeakMap<Edge, Resolved[]>();

interface TraversalParameters {
  overrideConditions: ReadonlyMap<string, boolean>;
}

/**
 * The resolution of an edge's conditions is computed from the graph, the planner's configuration and the arguments of the resolver
 * alone; excluded subgraphs only by whether they contain a subgraph. It is shared where the other arguments are empty, and where no
 * value of an override label can change the graph. Path trees do not change after they were built. At most two are kept for each edge, so
 * that they are bounded by the supergraph.
 *
 * `sharedConditionResolver` is called by the planner's corrected text.
 */
export function shareConditions({ QueryGraph: Graph }: QueryGraphs): Restore {
  return replaceMethods(Graph.prototype, {
    sharedConditionResolver(
      this: QueryGraph,
      resolver: ConditionResolver,
      { overrideConditions }: TraversalParameters,
    ): ConditionResolver {
      if (overrideConditions.size > 0 || this.subgraphToArgs.size > 0) return resolver;
      return (edge, context, excludedDestinations, excludedConditions, extraConditions) => {
        const resolve = () =>
          resolver(edge, context, excludedDestinations, excludedConditions, extraConditions);
        if (!context.isEmpty() || excludedConditions.length > 0 || extraConditions) return resolve();
        const excluded = [...excludedDestinations].sort().join();
        const known = resolutions.get(edge) ?? [];
        const found = known.find((each) => each.excluded === excluded);
        if (found) return found.resolution;
        const resolution = resolve();
        if (known.length < mostOfAnEdge) resolutions.set(edge, [...known, { excluded, resolution }]);
        return resolution;
      };
    },
  });
}
