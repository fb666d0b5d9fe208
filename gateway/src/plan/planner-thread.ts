// The planner's own thread: it loads a supergraph and plans operations.
import { workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { serveJobs } from '../threads/thread.ts';
import { correctedPlanner } from './corrected-planner.ts';
import { ourPlan } from './plan-rewrites.ts';
import type { QueryPlan } from './query-plan.ts';
import { supergraphFacts } from './supergraph-facts.ts';
import { planningSupergraph } from './supergraph-rewrites.ts';

/** Throws what is wrong with the supergraph. */
async function load(sdl: string) {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const document = parse(sdl, { noLocation: true });
  const rewritten = planningSupergraph(document);
  const facts = supergraphFacts(supergraph, document, rewritten);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const QueryPlanner = await correctedPlanner();
  const planner = new QueryPlanner(toPlan, {
    // Fragments that it keeps it may put where they do not fit.
    reuseQueryFragments: false,
    debug: { maxEvaluatedPlans, pathsLimit: null },
  });
  return { facts, rewritten, apiSchema: toPlan.apiSchema(), planner };
}

/** What `operationToPlan` wrote. */
export interface WrittenOperation {
  query: string;
}

function plan({ query }: WrittenOperation, loaded: Awaited<ReturnType<typeof load>>): QueryPlan {
  const document = parse(query, { noLocation: true });
  const toPlan = operationFromDocument(loaded.apiSchema, document, { validate: false });
  const { node } = loaded.planner.buildQueryPlan(toPlan);
  if (node?.kind === 'Subscription') throw new Error('subscriptions are not planned here');
  return { node: node ? ourPlan(node, loaded.rewritten) : null };
}

/** Of the plans that there are for an operation, how many are compared. Ten thousand are hardly better, and take seconds. */
const maxEvaluatedPlans = 100;

await serveJobs(async () => {
  const loaded = await load(workerData as string);
  return {
    loaded: loaded.facts,
    run: (operation: WrittenOperation): QueryPlan => plan(operation, loaded),
  };
});
