// Makes Apollo's planner count the jumps of a path between subgraphs once, instead of whenever it compares two options to sort them.
import type { Option } from './option.ts';
import { type QueryGraphs, type Restore, replaceMethods } from './replace-methods.ts';

const mostJumpsOf = ({ paths }: Option) => Math.max(...paths.map((path) => path.subgraphJumps()));

/** Options with fewer jumps come first. */
function sortByJumps(options: Option[]): void {
  const jumps = new Map(options.map((option) => [option, mostJumpsOf(option)]));
  options.sort((one, other) => (jumps.get(one) ?? 0) - (jumps.get(other) ?? 0));
}

/** `sortByJumps` is called by the planner's corrected text. */
export function countJumpsOnce({ GraphPath }: QueryGraphs): Restore {
  return replaceMethods(GraphPath, { sortByJumps });
}
