// The planner's own thread: it loads a supergraph and plans operations, and can be ended when one takes too long.
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { isAbstractType, isInterfaceType, parse, printSchema } from 'graphql';
import { operationToPlan } from './client-operation.ts';
import { ourPlan } from './plan-rewrites.ts';
import type { QueryPlan, SupergraphFacts } from './query-plan.ts';
import { planningSupergraph, unusedPrefix } from './supergraph-rewrites.ts';

export interface PlanRequest {
  id: number;
  query: string;
  operationName: string | null;
}

export type PlannerMessage =
  | { kind: 'loaded'; facts: SupergraphFacts }
  | { kind: 'refused'; reason: string }
  | { kind: 'planned'; id: number; plan: QueryPlan }
  | { kind: 'failed'; id: number; reason: string };

const post = (message: PlannerMessage) => parentPort?.postMessage(message);

/** Throws what is wrong with the supergraph. */
function load(sdl: string) {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const full = supergraph.schema.toGraphQLJSSchema();
  const document = parse(sdl, { noLocation: true });
  const names = document.definitions.flatMap((definition) =>
    'fields' in definition ? (definition.fields ?? []).map(({ name }) => name.value) : [],
  );
  const subtypes: SupergraphFacts['subtypes'] = {};
  for (const type of Object.values(full.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const { objects, interfaces } = isInterfaceType(type)
      ? full.getImplementations(type)
      : { objects: type.getTypes(), interfaces: [] };
    subtypes[type.name] = [type.name, ...[...objects, ...interfaces].map(({ name }) => name)];
  }
  const facts: SupergraphFacts = {
    apiSdl: printSchema(supergraph.apiSchema().toGraphQLJSSchema()),
    aliasPrefix: unusedPrefix('client_', names),
    subtypes,
    subgraphs: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
  };
  const rewritten = planningSupergraph(document);
  const toPlan = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const planner = new QueryPlanner(toPlan);
  return { facts, rewritten, apiSchema: toPlan.apiSchema(), planner };
}

function plan({ query, operationName }: PlanRequest, loaded: ReturnType<typeof load>): QueryPlan {
  const document = operationToPlan(
    parse(query, { noLocation: true }),
    operationName,
    loaded.facts.aliasPrefix,
  );
  const operation = operationFromDocument(loaded.apiSchema, document, { validate: false });
  const { node } = loaded.planner.buildQueryPlan(operation);
  if (node?.kind === 'Subscription') throw new Error('subscriptions are not planned here');
  return { node: node ? ourPlan(node, loaded.rewritten) : null };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Below the threads that answer: planning for one client takes no time from the others. On Linux it is this thread's own. */
const niceness = 10;

try {
  if (process.platform === 'linux') setPriority(niceness);
} catch {
  // Where it is not allowed, the threads share.
}
try {
  const loaded = load(workerData as string);
  post({ kind: 'loaded', facts: loaded.facts });
  parentPort?.on('message', (request: PlanRequest) => {
    try {
      post({ kind: 'planned', id: request.id, plan: plan(request, loaded) });
    } catch (error) {
      post({ kind: 'failed', id: request.id, reason: reasonOf(error) });
    }
  });
} catch (error) {
  post({ kind: 'refused', reason: reasonOf(error) });
}
