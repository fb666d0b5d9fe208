// Answers the GraphQL requests of a subgraph: authenticates the viewer, executes the operation, and records disclosures and refusals.
import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { Disclosures } from './access/disclosures.ts';
import { type AccessCause, type AccessRecords, clientNames } from './access-log/records.ts';
import { clientAddress, networkOf } from './admission/client-address.ts';
import type { FairPool, PoolClient } from './admission/fair-pool.ts';
import { today } from './calendar.ts';
import type { Keyring } from './encryption/keyring.ts';
import { wantsCost, withCost } from './execution/cost-report.ts';
import { Operations } from './execution/operations.ts';
import type { TracedOperations } from './execution/traced-operations.ts';
import { authenticationFailure, type Identity } from './identity/identity.ts';
import { countRequest } from './identity/key-rate.ts';
import { anonymous, type Viewer } from './identity/viewer.ts';
import type { SubgraphContext } from './loaders.ts';
import type { Log } from './log.ts';
import { type GraphQLAnswer, type GraphQLOperation, operationNameOf } from './operation/graphql-operation.ts';
import type { OperationLimits } from './operation/limits.ts';

export interface SubgraphRequestsOptions {
  /** The name of the subgraph. */
  subgraph: string;
  schema: GraphQLSchema;
  limits: OperationLimits;
  /** Executes operations of requests that ask for a trace; null if traces are off. */
  traced: TracedOperations | null;
  identity: Identity;
  /** Whether the subgraph accepts no credentials at all. */
  isIdentityOff: boolean;
  trustedProxies: number;
  records: AccessRecords;
  pool: FairPool;
  keyring: Keyring;
  log: Log;
}

export class SubgraphRequests {
  #options: SubgraphRequestsOptions;
  #operations: Operations;
  #clientNameOf: ReturnType<typeof clientNames>;

  constructor(options: SubgraphRequestsOptions) {
    this.#options = options;
    this.#operations = new Operations(options.schema, options.log, options.limits);
    this.#clientNameOf = clientNames(options.subgraph);
  }

  /** Rejects with an HttpError if the viewer cannot be authenticated. `identifyClient` is called with an authenticated sender. */
  async answer(
    operation: GraphQLOperation,
    request: IncomingMessage,
    body: string,
    identifyClient: (request: IncomingMessage, client: string) => void,
  ): Promise<GraphQLAnswer> {
    const { identity, records, schema, limits, traced, isIdentityOff } = this.#options;
    const { headers, socket } = request;
    const requestId = String(headers['x-request-id'] ?? '') || null;
    const viewer = await identity
      .authenticate(headers, body)
      .catch((error: unknown) => this.#recordFailure(operation, request, requestId, error));
    const sender = identity.senderOf(headers, viewer);
    if (sender !== null) identifyClient(request, sender);
    if (viewer.key) countRequest(viewer.key);
    const address = identity.addressOf(headers, socket.remoteAddress ?? '');
    const cause: AccessCause = { viewer, operation: null, requestId, address };
    const disclosures = new Disclosures((given) => records.disclose(cause, given));
    const client = poolClientOf(viewer, address, () => socket.destroyed);
    const wantsTrace =
      headers['apollo-federation-include-trace'] === 'ftv1' && (isIdentityOff || viewer.id !== anonymous.id);
    const operations = traced && wantsTrace ? traced : this.#operations;
    const answer = await operations.answer(operation, this.#contextFor(cause, disclosures, client));
    records.refuse(cause, disclosures.refused, disclosures.refusedBeyond);
    return wantsCost(headers) ? withCost(answer, operation, schema, limits) : answer;
  }

  /** Records that authentication failed, and throws the error again. */
  #recordFailure(
    operation: GraphQLOperation,
    { headers, socket }: IncomingMessage,
    requestId: string | null,
    error: unknown,
  ): never {
    const { records, trustedProxies } = this.#options;
    const failure = authenticationFailure(error);
    if (failure) {
      const address = clientAddress(headers, socket.remoteAddress ?? '', trustedProxies);
      const name = this.#clientNameOf(operationNameOf(operation));
      records.refuseRequest({ viewer: failure.viewer, operation: name, requestId, address }, failure.header);
    }
    throw error;
  }

  #contextFor(
    cause: AccessCause,
    disclosures: Disclosures,
    client: PoolClient,
  ): (operationName: string | null) => SubgraphContext {
    const { pool, keyring, isIdentityOff } = this.#options;
    return (operationName) => {
      cause.operation = this.#clientNameOf(operationName);
      return {
        sql: pool.sqlFor(client),
        keyring,
        viewer: cause.viewer,
        isIdentityOff,
        disclosures,
        ownedByViewer: new WeakSet(),
        today: today(),
        loaders: new Map(),
      };
    };
  }
}

/** The client that shares database connections with others: a viewer, or the network of anonymous clients, as in the gateway. */
function poolClientOf({ id }: Viewer, address: string | null, isAbandoned: () => boolean): PoolClient {
  const isAnonymous = id === anonymous.id;
  return { key: isAnonymous ? `i:${networkOf(address ?? '')}` : `v:${id}`, isAnonymous, isAbandoned };
}
