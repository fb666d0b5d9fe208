// Executes an operation of ApolloServer with the engine.
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequest,
  GatewayGraphQLRequestContext,
} from '@apollo/server-gateway-interface';
import { graphError } from '@district-graph/kit/errors';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { OperationTypeNode } from 'graphql';
import { responsePathOf } from '../answer/response-path.ts';
import type { DataSources, SourcesByName } from '../data-sources/data-sources.ts';
import type { Engine } from '../engine/engine.ts';
import type { RequestContext } from '../engine/request-context.ts';
import { resultOf } from './execution-results.ts';

/** The engine of one supergraph, with the data sources of its subgraphs. */
export interface LoadedGraph {
  engine: Engine;
  sources: SourcesByName;
  supergraphSdl: string;
  compositionId: string;
}

export async function execute(
  { engine, sources }: LoadedGraph,
  dataSources: DataSources,
  incoming: GatewayGraphQLRequestContext,
): Promise<GatewayExecutionResult> {
  if (incoming.operation?.operation === OperationTypeNode.SUBSCRIPTION)
    return { errors: [subscriptionsNotSupported()] };
  let position: Parameters<NonNullable<RequestContext['onClientOperation']>>[0]['position'] | null = null;
  const context: RequestContext = {
    call: (subgraph, body, isMutation, lifetime, path = []) => {
      const source = sources.get(subgraph);
      if (!source) throw new Error(`no subgraph ${subgraph}`);
      const pathOf = () => (position ? responsePathOf(path, position) : []);
      return dataSources.call(subgraph, source, { body, isMutation, incoming, lifetime, pathOf });
    },
    onClientOperation: (operation) => {
      position = operation.position;
    },
    // What a response depends on beside the operation only the data sources know.
    viewer: null,
    headers: {},
  };
  return resultOf(await engine.answer(operationOf(incoming.source, incoming.request), context));
}

/** The engine would refer the client to addresses that our own server has. */
const subscriptionsNotSupported = () =>
  graphError('BAD_REQUEST', '网关不执行订阅。 The gateway does not execute subscriptions.', {
    http: { status: 400, headers: new Map() },
  });

/** The operation as the engine takes it. ApolloServer has refused mutations that were sent by GET. */
export const operationOf = (
  query: string,
  { operationName, variables }: GatewayGraphQLRequest,
): GraphQLOperation => ({
  query,
  operationName: operationName ?? null,
  variables: variables ?? null,
  extensions: null,
  method: 'POST',
});
