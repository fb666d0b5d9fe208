// Makes Apollo's planner find the options that cost more than another by the jumps that they share, instead of comparing all pairs of
// options: three quarters of planning where a branch has thousands of them.
import type { QueryGraph, Vertex } from '@apollo/query-graphs';
import type { Option } from './option.ts';
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

/** Where some paths jump to another subgraph: they have all edges up to there in common. */
class Jump {
  readonly source: string;
  readonly before: Jump | null;
  /** The options of one path that do not jump again, in order. */
  readonly options: number[] = [];
  /** Of the later options that jump again, those after this number are left out. */
  leavesOutAfter = Number.POSITIVE_INFINITY;

  constructor(source: string, before: Jump | null) {
    this.source = source;
    this.before = before;
  }

  /** Whether an option that does not jump after this costs less than any that arrives by `others`, in other subgraphs. */
  isCheaperThan(others: readonly Jump[]): boolean {
    return others.every((other) => other.source !== this.source && other.isAfter(this));
  }

  isAfter(earlier: Jump): boolean {
    let jump = this.before;
    while (jump && jump !== earlier) jump = jump.before;
    return jump !== null;
  }
}

/** The first edges that some paths have in common. */
class Prefix {
  readonly vertex: Vertex;
  readonly lastJump: Jump;
  readonly #children = new Map<number | null, Prefix>();

  constructor(vertex: Vertex, lastJump: Jump) {
    this.vertex = vertex;
    this.lastJump = lastJump;
  }

  followedBy(edgeIndex: number | null, graph: QueryGraph): Prefix {
    let longer = this.#children.get(edgeIndex);
    if (!longer) {
      const edge = edgeIndex === null ? undefined : graph.outEdge(this.vertex, edgeIndex);
      const jump = edge?.changesSubgraph() ? new Jump(edge.tail.source, this.lastJump) : this.lastJump;
      longer = new Prefix(edge?.tail ?? this.vertex, jump);
      this.#children.set(edgeIndex, longer);
    }
    return longer;
  }
}

/** The last jump of each path, by option. */
function lastJumpsOf(options: readonly Option[], root: Vertex): Jump[][] {
  const start = new Prefix(root, new Jump(root.source, null));
  return options.map(({ paths }) =>
    paths.map((path) => {
      const { edgeIndexes } = (path as unknown as { props: { edgeIndexes: (number | null)[] } }).props;
      let prefix = start;
      for (const edgeIndex of edgeIndexes) prefix = prefix.followedBy(edgeIndex, path.graph);
      return prefix.lastJump;
    }),
  );
}

/** The jumps whose options of one path cost less than the option that arrives by `jumps`. */
function* cheaperJumps(jumps: readonly Jump[]): Iterable<Jump> {
  for (let jump = jumps[0]?.before; jump; jump = jump.before) if (jump.isCheaperThan(jumps)) yield jump;
}

/**
 * The options that the planner keeps of a branch. An option costs more than one of a single path if each of its paths has all jumps of
 * that path and then jumps on, and ends in another subgraph. Costing more is not transitive, since a path can come back to a subgraph.
 * So the comparisons have the planner's order: each option that is left is compared with the later ones from the last to the next,
 * leaves out those that cost more, and is itself left out by the first one that costs less.
 */
function withoutCostlier<T extends Option>(options: readonly T[]): T[] {
  const root = options[0]?.paths[0]?.root;
  if (!root) return [...options];
  const lastJumps = lastJumpsOf(options, root);
  for (const [index, jumps] of lastJumps.entries()) if (jumps.length === 1) jumps[0]?.options.push(index);
  const isLeftOut = (index: number) => {
    for (const jump of cheaperJumps(lastJumps[index] ?? [])) if (jump.leavesOutAfter < index) return true;
    return false;
  };
  const lastThatIsLeft = ({ options: candidates }: Jump, after: number): number => {
    for (let last = candidates.at(-1); last !== undefined && last > after; last = candidates.at(-1)) {
      if (!isLeftOut(last)) return last;
      candidates.pop();
    }
    return -1;
  };
  return options.filter((_, index) => {
    if (isLeftOut(index)) return false;
    const jumps = lastJumps[index] ?? [];
    let cheaper = -1;
    for (const jump of cheaperJumps(jumps)) cheaper = Math.max(cheaper, lastThatIsLeft(jump, index));
    const [jump] = jumps;
    if (jump && jumps.length === 1)
      jump.leavesOutAfter = Math.min(jump.leavesOutAfter, Math.max(cheaper, index));
    return cheaper < 0;
  });
}

/** `withoutCostlier` is called by the planner's corrected text. */
export function compareByJumps({ GraphPath }: QueryGraphs): Restore {
  return replaceMethods(GraphPath, { withoutCostlier });
}
