// What a data source is: it sends the requests of a gateway to one subgraph.
import type {
  GatewayGraphQLRequest,
  GatewayGraphQLRequestContext,
  GatewayGraphQLResponse,
} from '@apollo/server-gateway-interface';
import type { DocumentNode } from 'graphql';

/** A subgraph by its name and its address in the supergraph. */
export interface ServiceEndpointDefinition {
  name: string;
  url?: string;
}

/** What a data source sends, and why: `kind` is one of the values of `GraphQLDataSourceRequestKind` of `@apollo/gateway`. */
export type DataSourceRequest =
  | {
      kind: 'incoming operation';
      request: GatewayGraphQLRequest;
      incomingRequestContext: GatewayGraphQLRequestContext;
      context: Record<string, unknown>;
      /** The parsed query, with `queryPlannerConfig.exposeDocumentNodeInFetchNode`. */
      document?: DocumentNode;
      /** Where the response is inserted, with `@` for every entry of a list. */
      pathInIncomingRequest?: (string | number)[];
    }
  | {
      kind: 'health check' | 'loading schema';
      request: GatewayGraphQLRequest;
      context: Record<string, unknown>;
    };

/** Sends requests to one subgraph. The data sources of `@apollo/gateway` are data sources, too. */
export interface DataSource {
  // biome-ignore lint/suspicious/noExplicitAny: @apollo/gateway declares `kind` as an enum of its own, which no other package can name.
  process(options: any): Promise<GatewayGraphQLResponse>;
}
