// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';
import { gridProblemKinds } from '../grid-problem/tables.ts';
import { gridVisitKinds } from '../grid-visit/tables.ts';

const gridProblemsFound = gridProblemKinds.map((kind) => `grid_problem_kinds:${kind}`);

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
  GRID_VISITS: gridVisitKinds.map((kind) => `grid_visits:${kind}`),
  HOUSEHOLDS_VISITED: ['households_visited'],
  GRID_PROBLEMS_FOUND: gridProblemsFound,
  GRID_PROBLEMS_SOLVED: ['grid_problems_solved'],
  GRID_PROBLEMS_SOLVED_ON_TIME: ['grid_problems_solved_on_time'],
  COUNCIL_SESSIONS: ['council_sessions'],
  TOPICS_RESOLVED: ['topics_resolved'],
  TOPICS_CARRIED_OUT: ['topics_carried_out'],
} as const satisfies Record<string, readonly string[]>;

/** The metrics that count events of which some concern a person. */
export const eventMetrics: readonly string[] = [
  ...gridProblemsFound,
  ...trendMetrics.GRID_PROBLEMS_SOLVED,
  ...trendMetrics.GRID_PROBLEMS_SOLVED_ON_TIME,
];

/** The metrics that count persons. */
export const personFlows: CountFamily[] = [];
