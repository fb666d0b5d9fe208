// The whole graph in one process: every subgraph over its seeded database, and the gateway over the committed supergraph.

import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { type Answer, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraph as sanitation } from '@district-graph/sanitation';
import { variablePrefix } from '@district-graph/schema/registry';
import { subgraph as security } from '@district-graph/security';

const subgraphs = [places, elderlyCare, sanitation, security, culture];

export interface TestGraph {
  subgraphs: Record<string, TestSubgraph>;
  gateway: RunningGateway;
  /** Asks as one who may do everything; with headers `{}` as one without a token. */
  query: (
    text: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** The number of statements of each subgraph since the last call. */
  statementCounts: () => Record<string, number>;
  stop: () => Promise<void>;
}

/** Starts the graph. Subgraphs named in `without` are left down; those with a database in `databases` have that one. */
export async function startGraph({
  without = [] as string[],
  databases = {} as Record<string, string>,
} = {}): Promise<TestGraph> {
  const started: Record<string, TestSubgraph> = {};
  const env: Record<string, string> = { PORT: '4000' };
  for (const subgraph of subgraphs) {
    if (without.includes(subgraph.name)) {
      // A port where nobody listens.
      env[`${variablePrefix(subgraph.name)}_URL`] = 'http://127.0.0.1:9/graphql';
      continue;
    }
    const running = await testSubgraph(subgraph, databases[subgraph.name]);
    started[subgraph.name] = running;
    env[`${variablePrefix(subgraph.name)}_URL`] = running.url;
  }
  const gateway = await startGateway({ ...readConfig(env), identity: testIdentity, port: 0 }, () => {});
  return {
    subgraphs: started,
    gateway,
    query: async (query, variables, headers = trusted) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    statementCounts: () =>
      Object.fromEntries(
        Object.entries(started).map(([name, subgraph]) => [name, subgraph.statements().length]),
      ),
    stop: async () => {
      await gateway.stop();
      await Promise.all(Object.values(started).map((subgraph) => subgraph.stop()));
    },
  };
}
