// Test support for the planner: plans of Apollo's planner in this thread, with and without what makes it faster.
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { fragmentsOf } from '@district-graph/kit/operation/collect-fields';
import { type GraphQLSchema, Kind, OperationTypeNode, parse } from 'graphql';
import {
  type Acceleration,
  accelerate,
  allAccelerations,
} from '../apollo-planner/accelerations/accelerate.ts';
import { fetchesAndDepth, pruneOptions } from '../apollo-planner/accelerations/prune-options.ts';
import { loadPlanner } from '../apollo-planner/corrected-planner.ts';
import { operationToPlan } from '../planning/operation-to-plan.ts';
import { supergraphMetadata } from '../supergraph/supergraph-metadata.ts';
import { planningSupergraph } from '../supergraph/supergraph-rewrites.ts';

export type Accelerations = readonly Acceleration[];
export { allAccelerations };

const loaded = loadPlanner();
const limits = { maxSelections: 100_000, maxTypeConditions: 100_000 };

export interface TestedPlanner {
  schema: GraphQLSchema;
  /** The queries and mutations of a document as they are planned. Variables of @skip and @include are true. */
  texts: (query: string) => string[];
  /** The plan of such a text, as JSON. */
  plan: (text: string, accelerations: Accelerations) => string;
  /** Fetches and stages of the plan, with all accelerations, with or without pruned options. */
  size: (text: string, isPruned: boolean) => ReturnType<typeof fetchesAndDepth>;
}

/** A planner of this supergraph, as the planner's thread makes it. */
export async function testedPlanner(sdl: string): Promise<TestedPlanner> {
  const { QueryPlanner, queryGraphs } = await loaded;
  const document = parse(sdl, { noLocation: true });
  const rewritten = planningSupergraph(document);
  const metadata = supergraphMetadata(Supergraph.build(sdl), document, rewritten);
  const supergraph = Supergraph.build(rewritten.document, { validateSupergraph: false });
  const debug = { maxEvaluatedPlans: 100, pathsLimit: null };
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false, debug });
  const apiSchema = supergraph.apiSchema();
  const schema = { schema: apiSchema.toGraphQLJSSchema(), ...metadata };
  const texts = (query: string) => {
    const parsed = parse(query, { noLocation: true });
    const fragments = fragmentsOf(parsed);
    return parsed.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      if (definition.operation === OperationTypeNode.SUBSCRIPTION) return [];
      const names = (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
      const conditions = Object.fromEntries(names.map((name) => [name, true]));
      return [operationToPlan({ definition, fragments, conditions, missingScopes: [] }, schema, limits).text];
    });
  };
  const build = (text: string) => {
    const toPlan = parse(text, { noLocation: true });
    return planner.buildQueryPlan(operationFromDocument(apiSchema, toPlan, { validate: false }));
  };
  const plan = (text: string, accelerations: Accelerations) => {
    const restore = accelerate(queryGraphs, accelerations);
    try {
      return JSON.stringify(build(text));
    } finally {
      restore();
    }
  };
  const size = (text: string, isPruned: boolean) => {
    const restores = [
      accelerate(queryGraphs),
      ...(isPruned ? [pruneOptions(queryGraphs, QueryPlanner)] : []),
    ];
    try {
      return fetchesAndDepth(build(text).node);
    } finally {
      for (const restore of restores) restore();
    }
  };
  return { schema: schema.schema, texts, plan, size };
}
