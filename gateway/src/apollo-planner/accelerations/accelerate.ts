// What makes Apollo's planner faster and leaves every plan as it is.
import { compareByJumps } from './costlier-options.ts';
import { findEdgesByName } from './edges-by-name.ts';
import { shareContexts } from './path-contexts.ts';
import { countJumpsOnce } from './path-jumps.ts';
import type { QueryGraphs, Restore } from './replace-methods.ts';
import { shareConditions } from './shared-conditions.ts';

const accelerations = { compareByJumps, countJumpsOnce, findEdgesByName, shareConditions, shareContexts };

export type Acceleration = keyof typeof accelerations;

export const allAccelerations = Object.keys(accelerations) as Acceleration[];

/** Replaces methods of the planner's classes. What is returned puts them back. */
export function accelerate(
  queryGraphs: QueryGraphs,
  chosen: readonly Acceleration[] = allAccelerations,
): Restore {
  const restores = chosen.map((name) => accelerations[name](queryGraphs));
  return () => {
    for (const restore of restores.reverse()) restore();
  };
}
