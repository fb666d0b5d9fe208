// The planner's own thread: it loads a supergraph and plans operations.
import { workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { supergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { planningSupergraph } from '../supergraph/supergraph-rewrites.ts';
import { serveJobs, TookTooLong, threadCpuMs } from '../threads/thread.ts';
import { correctedPlanner } from './corrected-planner.ts';
import { ExactLiterals } from './exact-literals.ts';
import { ourPlan } from './plan-rewrites.ts';
import type { QueryPlan } from './query-plan.ts';

export interface PlannerData {
  sdl: string;
  /** How much processor time a plan may take before it is given up. */
  timeoutMs: number;
}

let deadlineMs = Number.POSITIVE_INFINITY;

/** Called by the planner for each branch. */
function onBranch(): void {
  if (threadCpuMs() > deadlineMs) throw new TookTooLong();
}

/** Throws what is wrong with the supergraph. */
async function load(sdl: string) {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const document = parse(sdl, { noLocation: true });
  const rewritten = planningSupergraph(document);
  const facts = supergraphMetadata(supergraph, document, rewritten);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const QueryPlanner = await correctedPlanner();
  const debug = { maxEvaluatedPlans, pathsLimit: null, onBranch };
  // Fragments that it keeps it may put where they do not fit.
  const planner = new QueryPlanner(toPlan, { reuseQueryFragments: false, debug });
  const apiSchema = toPlan.apiSchema();
  return { facts, rewritten, apiSchema, schema: apiSchema.toGraphQLJSSchema(), planner };
}

/** What `operationToPlan` wrote. */
export interface WrittenOperation {
  query: string;
}

function plan({ query }: WrittenOperation, loaded: Awaited<ReturnType<typeof load>>): QueryPlan {
  const literals = new ExactLiterals(loaded.schema, loaded.facts.aliasPrefix);
  const document = literals.takenOut(query);
  const toPlan = operationFromDocument(loaded.apiSchema, document, { validate: false });
  const { node } = loaded.planner.buildQueryPlan(toPlan);
  if (node?.kind === 'Subscription') throw new Error('subscriptions are not planned here');
  return { node: node ? literals.putBack(ourPlan(node, loaded.rewritten)) : null };
}

/** Of the plans that there are for an operation, how many are compared. Ten thousand are hardly better, and take seconds. */
const maxEvaluatedPlans = 100;

await serveJobs(async () => {
  const { sdl, timeoutMs } = workerData as PlannerData;
  const loaded = await load(sdl);
  return {
    loaded: loaded.facts,
    run: (operation: WrittenOperation): QueryPlan => {
      deadlineMs = threadCpuMs() + timeoutMs;
      return plan(operation, loaded);
    },
  };
});
