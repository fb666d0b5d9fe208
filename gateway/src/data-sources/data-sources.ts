// The data sources of a gateway's subgraphs, and how an operation calls them.
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import type { Log } from '@district-graph/kit/log';
import { type DocumentNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fromLatin1 } from '../answer/latin1.ts';
import { type FetchOptions, SubgraphClient } from '../fetching/subgraph-client.ts';
import type { DataSource, DataSourceRequest, ServiceEndpointDefinition } from './data-source.ts';
import { textOfResponse } from './lazy-messages.ts';
import { LeanDataSource } from './lean-data-source.ts';
import { sourceError } from './source-errors.ts';
import { callAsText, connect, isTextDataSource, type SubgraphCall } from './subgraph-call.ts';

export type SourcesByName = ReadonlyMap<string, DataSource>;

interface DataSourcesOptions {
  buildService?: (definition: ServiceEndpointDefinition) => DataSource;
  /** In lower case. */
  forwardedHeaders: readonly string[];
  /** Whether data sources get parsed queries. */
  exposesDocuments: boolean;
  fetch: FetchOptions;
  log: Log;
}

const healthCheckQuery = 'query __ApolloServiceHealthCheck__ { __typename }';
const maxDocuments = 1000;

export class DataSources {
  #options: DataSourcesOptions;
  #sources = new Map<string, { url: string | undefined; source: DataSource }>();
  #clients = new Map<string, SubgraphClient>();
  #documents = new LRUCache<string, DocumentNode>({ max: maxDocuments });

  constructor(options: DataSourcesOptions) {
    this.#options = options;
  }

  /** The data source of a subgraph, made anew when its address has changed. */
  get(definition: ServiceEndpointDefinition): DataSource {
    const { name, url } = definition;
    const known = this.#sources.get(name);
    if (known && known.url === url) return known.source;
    const source = this.create(definition);
    this.#sources.set(name, { url, source });
    return source;
  }

  create({ name, url }: ServiceEndpointDefinition): DataSource {
    const { buildService, forwardedHeaders } = this.#options;
    const source = buildService?.({ name, url }) ?? new LeanDataSource(url ?? '', forwardedHeaders);
    if (isTextDataSource(source)) source[connect]((address) => this.#clientOf(name, address));
    return source;
  }

  /** Those of the subgraphs of one supergraph. */
  ofSubgraphs(subgraphs: readonly ServiceEndpointDefinition[]): SourcesByName {
    return new Map(subgraphs.map((definition) => [definition.name, this.get(definition)]));
  }

  /** Sends a request of an operation. Rejects with a GraphQLError. */
  async call(subgraph: string, source: DataSource, call: SubgraphCall): Promise<string> {
    const documentOf = this.#options.exposesDocuments ? this.#documentOf : undefined;
    try {
      if (isTextDataSource(source))
        return await source[callAsText](documentOf ? { ...call, documentOf } : call);
      return textOfResponse(await source.process(requestOf({ ...call, documentOf })));
    } catch (error) {
      const { log } = this.#options;
      throw sourceError(error, { subgraph, isMutation: call.isMutation, log });
    }
  }

  /** Rejects if a subgraph does not answer. */
  async checkHealth(sources: SourcesByName): Promise<{ name: string; response: GatewayGraphQLResponse }[]> {
    const request: DataSourceRequest = {
      kind: 'health check',
      request: { query: healthCheckQuery },
      context: {},
    };
    return Promise.all(
      [...sources].map(async ([name, source]) => {
        try {
          return { name, response: await source.process(request) };
        } catch (error) {
          throw new Error(`[${name}]: ${(error as Error).message}`);
        }
      }),
    );
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  /** A client is kept until the gateway stops, as operations may still use the previous supergraph. */
  #clientOf(name: string, url: string): SubgraphClient {
    const key = `${name} ${url}`;
    let client = this.#clients.get(key);
    if (!client) {
      const { fetch, log } = this.#options;
      client = new SubgraphClient(name, url, fetch, log);
      this.#clients.set(key, client);
    }
    return client;
  }

  #documentOf = (query: string): DocumentNode => {
    let document = this.#documents.get(query);
    if (!document) {
      document = parse(query, { noLocation: true });
      this.#documents.set(query, document);
    }
    return document;
  };
}

function requestOf({ body, incoming, pathOf, documentOf }: SubgraphCall): DataSourceRequest {
  const { query, variables, operationName } = JSON.parse(fromLatin1(body));
  return {
    kind: 'incoming operation',
    request: { query, variables, operationName },
    incomingRequestContext: incoming,
    context: incoming.context,
    ...(documentOf && { document: documentOf(query) }),
    pathInIncomingRequest: pathOf(),
  };
}
