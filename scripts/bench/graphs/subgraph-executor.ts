// A subgraph of a benchmark, executed by graphql-js.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { linked, type Subgraph } from './graph.ts';

interface Request {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], unknown[]>[number];

/** Executes requests to a subgraph; returns the response as JSON text. */
export function subgraphExecutor(subgraph: Subgraph): (request: Request) => Promise<string> {
  const resolvers = subgraph.resolvers as NonNullable<Exclude<SchemaModule, { kind: unknown }>['resolvers']>;
  const schema = buildSubgraphSchema([{ typeDefs: parse(linked(subgraph.sdl)), resolvers }]);
  return async ({ query, variables, operationName }) =>
    JSON.stringify(await graphql({ schema, source: query, variableValues: variables, operationName }));
}
