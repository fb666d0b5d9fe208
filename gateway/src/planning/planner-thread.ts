// The planner's own thread: it loads a supergraph and plans operations.
import { workerData } from 'node:worker_threads';
import { type Operation, operationFromDocument, Supergraph } from '@apollo/federation-internals';
import type { QueryGraph } from '@apollo/query-graphs';
import type { QueryPlan as ApolloPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type OperationDefinitionNode, parse } from 'graphql';
import { correctedPlanner } from '../apollo-planner/corrected-planner.ts';
import { PlanningEstimate } from '../apollo-planner/estimate/planning-estimate.ts';
import { convertPlan } from '../apollo-planner/plan-conversion.ts';
import { KeyPlanner } from '../query-planner/key-planner.ts';
import type { PlannerName, QueryPlan } from '../query-planner/query-plan.ts';
import { indexSupergraph, type SupergraphIndex } from '../query-planner/supergraph-index.ts';
import { type SupergraphMetadata, supergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import type { TouchedParts } from '../supergraph/supergraph-parts.ts';
import { planningSupergraph } from '../supergraph/supergraph-rewrites.ts';
import { TouchedPartsIndex } from '../supergraph/touched-parts.ts';
import { threadCpuMs } from '../threads/processor-time.ts';
import { JobTimedOut, serveJobs } from '../threads/thread.ts';

export interface PlannerData {
  sdl: string;
  /** Which planner plans: Apollo's all operations, or only those that are not plain. */
  planner: PlannerName;
  /** How much processor time a plan may take before planning is aborted. */
  timeoutMs: number;
  /** The largest operation for Apollo's planner, in steps. */
  maxSteps: number;
  /** The foreign subgraphs whose access rules the gateway enforces alone. */
  enforcedSubgraphs: readonly string[];
}

/** What is known of a supergraph once it is loaded. */
export interface LoadedSupergraph {
  metadata: SupergraphMetadata;
  /** Null where Apollo's planner plans all operations. */
  index: SupergraphIndex | null;
}

let deadlineMs = Number.POSITIVE_INFINITY;

/** Called by the planner for each branch. */
function onBranch(): void {
  if (threadCpuMs() > deadlineMs) throw new JobTimedOut();
}

/** Steps of the own planner between two checks of the deadline: reading the processor time takes a microsecond. */
const stepsPerCheck = 64;
let steps = 0;

/** Called by the own planner for each step. */
function onStep(): void {
  steps += 1;
  if (steps % stepsPerCheck === 0) onBranch();
}

/** Throws for an invalid supergraph. */
async function load({ sdl, planner: plannerName, enforcedSubgraphs }: PlannerData) {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const document = parse(sdl, { noLocation: true });
  const rewritten = planningSupergraph(document);
  const metadata = supergraphMetadata(supergraph, document, rewritten, enforcedSubgraphs);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const CorrectedPlanner = await correctedPlanner();
  const debug = { maxEvaluatedPlans, pathsLimit: null, onBranch };
  // The planner spreads fragments that it reuses on types which they do not apply to.
  const planner = new CorrectedPlanner(toPlan, { reuseQueryFragments: false, debug });
  const index = plannerName === 'apollo' ? null : indexSupergraph(rewritten.document);
  const keyPlanner = index && new KeyPlanner(index, onStep);
  const estimate = new PlanningEstimate(queryGraphOf(planner), sdl.includes('overrideLabel:'));
  // The document itself is not kept: it is several megabytes.
  const { hidden, requiredBy, computed, keyFields } = rewritten;
  const forConversion = { hidden, requiredBy, computed, keyFields };
  const touchedParts = new TouchedPartsIndex(rewritten.document);
  return {
    metadata,
    index,
    forConversion,
    apiSchema: toPlan.apiSchema(),
    planner,
    keyPlanner,
    estimate,
    touchedParts,
  };
}

const queryGraphOf = (planner: object) =>
  (planner as { federatedQueryGraph: QueryGraph }).federatedQueryGraph;

export interface PlannerJob {
  /** The text of a `PlannableOperation`. */
  query: string;
  /** Whether it can be plain; otherwise Apollo's planner plans it. */
  canBePlain: boolean;
  /** Whether it is planned though that is estimated to take long. */
  isLong?: boolean;
}

/** An operation that was not planned, since it takes Apollo's planner so many steps. */
export interface Unplanned {
  steps: number;
}

export interface PlannedQuery {
  plan: QueryPlan;
  /** The parts of the supergraph that the plan depends on; null for unknown ones. */
  touched: TouchedParts | null;
}

/** What Apollo's planner plans at once, so that other jobs do not wait for it: about 25 ms. */
const maxShortSteps = 2000;

function plan(
  { query, canBePlain, isLong = false }: PlannerJob,
  document: DocumentNode,
  loaded: Awaited<ReturnType<typeof load>>,
  maxSteps: number,
): Omit<QueryPlan, 'planningMs'> | Unplanned {
  if (canBePlain && loaded.keyPlanner) {
    const [operation] = document.definitions;
    const plain = loaded.keyPlanner.plan(operation as OperationDefinitionNode, query.length);
    if (plain !== undefined) return { node: plain, planner: 'own' };
  }
  const toPlan = operationFromDocument(loaded.apiSchema, document, { validate: false });
  if (!isLong) {
    const steps = loaded.estimate.stepsOf(toPlan, maxSteps);
    if (steps > maxShortSteps) return { steps };
  }
  const { node } = buildPlan(loaded.planner, toPlan);
  if (node?.kind === 'Subscription') throw new Error('subscriptions are not planned');
  return { node: node ? convertPlan(node, loaded.forConversion) : null, planner: 'apollo' };
}

/** Apollo's planner makes lists of all combinations of ways, which can be longer than any list. */
function buildPlan(planner: QueryPlanner, operation: Operation): ApolloPlan {
  try {
    return planner.buildQueryPlan(operation);
  } catch (error) {
    if (error instanceof RangeError) throw new JobTimedOut();
    throw error;
  }
}

/** How many of the possible plans of an operation are compared. Ten thousand make hardly better plans and take seconds. */
const maxEvaluatedPlans = 100;

await serveJobs(async () => {
  const data = workerData as PlannerData;
  const loaded = await load(data);
  return {
    loaded: { metadata: loaded.metadata, index: loaded.index } satisfies LoadedSupergraph,
    run: (job: PlannerJob): PlannedQuery | Unplanned => {
      const started = performance.now();
      deadlineMs = threadCpuMs() + data.timeoutMs;
      const document = parse(job.query, { noLocation: true });
      const planned = plan(job, document, loaded, data.maxSteps);
      if ('steps' in planned) return planned;
      const planningMs = performance.now() - started;
      return { plan: { ...planned, planningMs }, touched: loaded.touchedParts.of(document) };
    },
  };
});
