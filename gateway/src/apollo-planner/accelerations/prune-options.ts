// Makes Apollo's planner follow only the options with the fewest jumps where they are many. Unlike the other accelerations this changes
// plans. A plan that would become deeper is made again with all options, if these are not too many.
import type { OpGraphPath, OpPathTree, Vertex } from '@apollo/query-graphs';
import type { PlanNode, QueryPlan, QueryPlanner, SubscriptionNode } from '@apollo/query-planner';
import type { Option } from './option.ts';
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

/** What is read of the planner's traversal of an operation, or of the conditions of an edge. */
interface Traversal {
  isTopLevel: boolean;
  hasDefers: boolean;
  rootKind: string;
  parameters: {
    overrideConditions: ReadonlyMap<string, boolean>;
    federatedQueryGraph: { subgraphToArgs: ReadonlyMap<string, unknown> };
  };
}

/** Fewer options are all followed. */
export const prunedAbove = 16;
/** How many options with the fewest jumps are followed for each vertex. */
export const followedOfVertex = 2;
/** How many options planning again may have: about 100 ms. Of random graphs, the largest had 2,776. */
const mostOptionsAgain = 3000;
const prunedKinds: readonly string[] = ['ObjectType', 'ScalarType', 'EnumType'];

class TooManyOptions extends Error {}

/** The longest chain of jumps in a tree, with those for its conditions. */
const jumpsOfTree = (tree: OpPathTree): number => {
  const jumps = [...tree.childElements()].map(
    ([edge, , conditions, child]) =>
      (conditions ? jumpsOfTree(conditions) : 0) + (edge?.changesSubgraph() ? 1 : 0) + jumpsOfTree(child),
  );
  return Math.max(0, ...jumps);
};

/** The jumps of a path, with those for its conditions. */
function stagesOf(path: OpGraphPath): number {
  let stages = path.subgraphJumps();
  for (const [, , conditions] of path) if (conditions) stages += jumpsOfTree(conditions);
  return stages;
}

function prune<T extends Option>(options: readonly T[]): readonly T[] {
  if (options.length <= prunedAbove || options.some(({ paths }) => paths.length !== 1)) return options;
  const byVertex = new Map<Vertex, T[]>();
  for (const option of options) {
    const vertex = option.paths[0]?.tail as Vertex;
    const reaching = byVertex.get(vertex);
    if (reaching) reaching.push(option);
    else byVertex.set(vertex, [option]);
  }
  const followed = [...byVertex].flatMap(([vertex, reaching]) => {
    if (!prunedKinds.includes(vertex.type.kind)) return reaching;
    const stages = new Map(reaching.map((option) => [option, Math.max(...option.paths.map(stagesOf))]));
    const fewest = Math.min(...stages.values());
    return reaching.filter((option) => stages.get(option) === fewest).slice(0, followedOfVertex);
  });
  const kept = new Set(followed);
  return options.filter((option) => kept.has(option));
}

const canPrune = ({ isTopLevel, hasDefers, rootKind, parameters }: Traversal) =>
  isTopLevel &&
  !hasDefers &&
  rootKind === 'query' &&
  parameters.overrideConditions.size === 0 &&
  parameters.federatedQueryGraph.subgraphToArgs.size === 0;

interface Size {
  fetches: number;
  depth: number;
}

/** The fetches of a plan, and the longest chain of those that wait for each other. */
export function fetchesAndDepth(node: PlanNode | SubscriptionNode | undefined): Size {
  if (node?.kind === 'Fetch') return { fetches: 1, depth: 1 };
  if (node?.kind === 'Flatten') return fetchesAndDepth(node.node);
  if (node?.kind !== 'Sequence' && node?.kind !== 'Parallel') return { fetches: 0, depth: 0 };
  const sizes = node.nodes.map(fetchesAndDepth);
  const depths = sizes.map(({ depth }) => depth);
  return {
    fetches: sizes.reduce((sum, { fetches }) => sum + fetches, 0),
    depth: node.kind === 'Parallel' ? Math.max(...depths) : depths.reduce((sum, depth) => sum + depth, 0),
  };
}

const isBetter = (one: Size, other: Size) =>
  one.depth < other.depth || (one.depth === other.depth && one.fetches < other.fetches);

/**
 * No plan can have fewer stages than the least jumps of a branch. A plan of pruned options that has more is made again with all options,
 * unless these are too many, and the better one is taken. `pruned` is called by the planner's corrected text.
 */
export function pruneOptions({ GraphPath }: QueryGraphs, Planner: typeof QueryPlanner): Restore {
  const { buildQueryPlan } = Planner.prototype;
  const state = { isPruned: false, leastStages: 0, isAgain: false, options: 0 };
  const pruned = (options: readonly Option[], traversal: Traversal): readonly Option[] => {
    if (!canPrune(traversal)) return options;
    if (state.isAgain) {
      state.options += options.length;
      if (state.options > mostOptionsAgain) throw new TooManyOptions();
      return options;
    }
    const jumps = options.map(({ paths }) => Math.max(...paths.map((path) => path.subgraphJumps())));
    state.leastStages = Math.max(state.leastStages, Math.min(...jumps));
    const followed = prune(options);
    state.isPruned ||= followed.length < options.length;
    return followed;
  };
  const restorePath = replaceMethods(GraphPath, { pruned });
  const restorePlanner = replaceMethods(Planner.prototype, {
    buildQueryPlan(this: QueryPlanner, ...args: Parameters<QueryPlanner['buildQueryPlan']>): QueryPlan {
      Object.assign(state, { isPruned: false, leastStages: 0, isAgain: false, options: 0 });
      const plan = buildQueryPlan.apply(this, args);
      const size = fetchesAndDepth(plan.node);
      if (!state.isPruned || size.depth <= state.leastStages) return plan;
      state.isAgain = true;
      try {
        const again = buildQueryPlan.apply(this, args);
        return isBetter(fetchesAndDepth(again.node), size) ? again : plan;
      } catch {
        // There are too many options, or the time is over: the first plan is as right as the other would be.
        return plan;
      }
    },
  });
  return () => {
    restorePath();
    restorePlanner();
  };
}
