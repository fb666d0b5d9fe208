// What sockets need of the gateway, and their limits.

import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import type { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import type { Documents } from '@district-graph/kit/http/persisted-queries';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { GraphQLSchema } from 'graphql';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { ClientRequest } from '../admission/viewer-key.ts';
import type { Subscriber } from '../subscriptions/subscriber.ts';

export interface WebSocketsOptions {
  subscriptions: {
    subscribe: (
      operation: GraphQLOperation,
      asking: ClientRequest,
      lastEventId: unknown,
    ) => Promise<Pick<Subscriber, 'next' | 'return' | 'onSlow'>>;
  };
  documents: Documents;
  /** Counts a socket that opens, for who is known by its headers or for where it comes from; rejects with an HttpError where they have too many. */
  holdOpening: (asking: ClientRequest) => Promise<Release>;
  /** Counts a socket for who turned out to speak; rejects with an HttpError where they have too many. */
  hold: (asking: ClientRequest) => Promise<Release>;
  /** Lets an operation in, until it is answered; throws an HttpError for one that must wait. */
  enter: (asking: ClientRequest) => Release | Promise<Release>;
  /** Is told how long reading a message kept the thread. */
  charge: (asking: ClientRequest, ms: number) => void;
  maxVariableValues: number;
  answer: (
    operation: GraphQLOperation,
    asking: ClientRequest,
    isAbandoned: () => boolean,
  ) => Promise<GraphQLAnswer>;
  /** Messages, and bodies of requests, that have begun to come. */
  unfinished: UnfinishedBodies;
  /** What clients have not read yet, and for whom that of a socket counts. */
  unread: UnreadAnswers;
  clientOf: (asking: ClientRequest) => Promise<string>;
  /** For whom a socket counts while nobody has said who speaks. */
  addressOf: (asking: ClientRequest) => string;
  /** Rejects for a viewer who is not let in. */
  admit: (asking: ClientRequest) => Promise<unknown>;
  schema: () => GraphQLSchema;
  /** Origins whose pages may connect, beside the gateway's own. */
  allowedOrigins: readonly string[];
  maxMessageBytes: number;
  maxSockets: number;
  initTimeoutMs: number;
  /** A socket is pinged this often, and ended when no answer came by the next time. */
  aliveMs: number;
  /** How long a client is waited for once it is told to go. */
  slowMs: number;
  log: Log;
}
