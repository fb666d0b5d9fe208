// Sends generated operations over HTTP to an engine before clients send theirs, so that its code is compiled: the first operations of a
// process take several times as long as later ones.
import { serveGraphQL } from '@district-graph/kit/http/graphql-server';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { Engine } from '../engine/engine.ts';
import { type FetchOptions, SubgraphClient } from '../fetching/subgraph-client.ts';
import { internalRequester } from '../threads/thread-pool.ts';
import { generatedQueries } from './generated-operations.ts';
import { generatedResponse } from './generated-responses.ts';

const loopback = '127.0.0.1';
const maxBodyBytes = 16_777_216;
/** After this time the gateway listens, however many operations were run. */
const maxMs = 3000;

/**
 * Prepares, plans and executes `count` operations. No subgraph is called: a server of this process on a free port answers in their place,
 * and another one is the gateway. A failure is logged: the gateway works without.
 */
export async function warmUp(engine: Engine, count: number, options: FetchOptions, log: Log): Promise<void> {
  try {
    if (count > 0) await runGenerated(engine, count, options);
  } catch (error) {
    log({ event: 'not warmed up', level: 'warn', error: (error as Error).stack });
  }
  engine.forgetOperations();
}

async function runGenerated(engine: Engine, count: number, options: FetchOptions): Promise<void> {
  const subgraph = await serve(async (operation) => ({
    executed: true,
    body: generatedResponse(engine.schema, operation),
  }));
  // The limits for subgraphs are not those of a cold gateway: a circuit breaker would skip the operations that are left.
  const patient = {
    ...options,
    timeoutMs: maxMs,
    breaker: { ...options.breaker, failures: Number.POSITIVE_INFINITY },
  };
  const client = new SubgraphClient('generated', urlOf(subgraph), patient, () => {});
  const context = {
    call: (_subgraph: string, body: string) => client.call(body, false, []),
    viewer: null,
    headers: {},
    requester: { ...internalRequester, keepsNoPlans: true },
  };
  const gateway = await serve((operation) => engine.answer(operation, context));
  // A client of node:http would share code with the server, which would be optimized for both.
  const sender = new SubgraphClient('gateway', urlOf(gateway), patient, () => {});
  const deadline = performance.now() + maxMs;
  try {
    for (const query of generatedQueries(engine.schema, count)) {
      if (performance.now() > deadline) break;
      // An operation that is refused, for example since an argument is no valid value of its scalar, warms up what refuses it.
      await sender.call(JSON.stringify({ query }), false, []).catch(() => {});
    }
  } finally {
    sender.close();
    client.close();
    await Promise.all([gateway.close(), subgraph.close()]);
  }
  await engine.whenThreadsStarted();
}

const serve = (answer: (operation: GraphQLOperation) => Promise<GraphQLAnswer>) =>
  serveGraphQL({ answer, checkReady: async () => ({}), maxBodyBytes }, 0, loopback);

const urlOf = ({ port }: { port: number }): string => `http://${loopback}:${port}/graphql`;
