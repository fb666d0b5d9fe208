// One call of an operation to a subgraph, and the data sources that take it as text: no objects are made of what only passes through.
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';
import type { DocumentNode } from 'graphql';
import type { Lifetime } from '../fetching/lifetime.ts';
import type { SubgraphClient } from '../fetching/subgraph-client.ts';
import type { DataSource } from './data-source.ts';

export interface SubgraphCall {
  /** The request as JSON, latin1. */
  body: string;
  isMutation: boolean;
  incoming: GatewayGraphQLRequestContext;
  lifetime?: Lifetime;
  /** Where the response is inserted. */
  pathOf: () => (string | number)[];
  documentOf?: (query: string) => DocumentNode;
}

/** Returns the client for an address; it is closed with the gateway. */
export type ClientOf = (url: string) => SubgraphClient;

export const connect: unique symbol = Symbol('connect');
export const callAsText: unique symbol = Symbol('callAsText');

/** A data source that sends the text of a request by our HTTP client, and resolves with the text of the response, both latin1. */
export interface TextDataSource extends DataSource {
  /** Called by the gateway with the clients to use. */
  [connect]: (clientOf: ClientOf) => void;
  [callAsText]: (call: SubgraphCall) => Promise<string>;
}

export const isTextDataSource = (source: DataSource): source is TextDataSource => callAsText in source;
