// The plans of operations as they are seen from outside: how long planning took where the gateway tells it, the fetches, and their depth.
import type { RecordedRequest } from '../graphs/static-subgraphs.ts';
import type { Peer } from './peers.ts';

/** The plan of one operation of one gateway. */
export interface OperationPlan {
  /** Null where the gateway does not tell it. */
  planningMs: number | null;
  fetches: number;
  /** How many requests to subgraphs waited for one another. */
  depth: number;
}

/** By gateway, the plan of each measured operation, in the same order. */
export type OperationPlans = ReadonlyMap<Peer, readonly OperationPlan[]>;

/** How long a subgraph takes to answer while depths are measured: longer than a gateway takes between two stages. */
export const stageMs = 30;

/**
 * The longest chain of requests of which each arrived after the one before was answered. It is the depth of the plan when every
 * request takes `stageMs`: a chain of stages has no overlaps, and one that mixes independent requests has no time to be longer.
 */
export function depthOf(requests: readonly Pick<RecordedRequest, 'arrivedMs' | 'answeredMs'>[]): number {
  let depth = 0;
  let answeredMs = Number.NEGATIVE_INFINITY;
  for (const each of [...requests].sort((a, b) => a.answeredMs - b.answeredMs)) {
    if (each.arrivedMs < answeredMs) continue;
    depth += 1;
    answeredMs = each.answeredMs;
  }
  return depth;
}

export interface PlanComparison {
  operations: number;
  /** For how many of them ours needs fewer fetches than stock, or more. */
  fewer: number;
  more: number;
  shallower: number;
  deeper: number;
}

/** The plans of ours beside those of stock Apollo; null where one of them is missing. */
export function compareWithStock(plans: OperationPlans): PlanComparison | null {
  const byName = new Map([...plans].map(([peer, list]) => [peer.name, list]));
  const [ours, stock] = [byName.get('ours'), byName.get('stock')];
  if (!ours || !stock) return null;
  const count = (key: 'fetches' | 'depth', sign: 1 | -1): number =>
    ours.filter((plan, index) => Math.sign(plan[key] - (stock[index]?.[key] ?? 0)) === sign).length;
  return {
    operations: ours.length,
    fewer: count('fetches', -1),
    more: count('fetches', 1),
    shallower: count('depth', -1),
    deeper: count('depth', 1),
  };
}
