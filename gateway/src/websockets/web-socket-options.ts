// The parts of the gateway that WebSockets need, and their limits.

import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import type { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import type { Documents } from '@district-graph/kit/http/persisted-queries';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { GraphQLSchema } from 'graphql';
import type { Client } from '../admission/client.ts';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { ClientRequest } from '../admission/viewer-key.ts';
import type { Subscriber } from '../subscriptions/subscriber.ts';
import type { SocketLimits } from './socket-limits.ts';

export interface WebSocketsOptions {
  subscriptions: {
    subscribe: (
      operation: GraphQLOperation,
      client: Client,
      lastEventId: unknown,
    ) => Promise<Pick<Subscriber, 'next' | 'return' | 'onSlow'>>;
  };
  documents: Documents;
  /** Verifies the token or key of an upgrade request or of `connection_init`. */
  identify: (request: ClientRequest) => Client | Promise<Client>;
  /** Throws why the client's token, key or purpose was rejected. */
  rejectUnauthenticated: (client: Client) => void;
  limits: SocketLimits;
  /** Admits an operation until it is released; throws an HttpError when the client must wait. */
  admit: (client: Client) => Release | Promise<Release>;
  /** Counts how long reading a message blocked the event loop. */
  chargeReading: (client: Client, ms: number) => void;
  answer: (operation: GraphQLOperation, client: Client, isAbandoned: () => boolean) => Promise<GraphQLAnswer>;
  /** Messages, and bodies of requests, that have not arrived completely. */
  unfinished: UnfinishedBodies;
  /** What clients have not read yet. */
  unread: UnreadAnswers;
  schema: () => GraphQLSchema;
  maxVariableValues: number;
  /** Origins whose pages may connect beside the gateway's own. */
  allowedOrigins: readonly string[];
  maxMessageBytes: number;
  /** How long a socket may stay open without `connection_init`. */
  initTimeoutMs: number;
  /** How often a socket is pinged. One that has not answered by the next ping is closed. */
  aliveMs: number;
  /** How long a client may take to close its socket. */
  slowMs: number;
  log: Log;
}
