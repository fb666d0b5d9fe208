// Starts the whole graph in this process: the subgraphs over real databases, and the gateway over the committed supergraph.
import { readdirSync, readFileSync } from 'node:fs';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import type { Purpose } from '@district-graph/kit/identity/roles';
import type { Subgraph } from '@district-graph/kit/subgraph';
import { type Bearer, headersOf, testIdentity, trusted } from '@district-graph/kit/testing/identity';
import {
  type Answer,
  emptyDatabase,
  type TestSubgraph,
  testSubgraph,
} from '@district-graph/kit/testing/test-subgraph';
import { variablePrefix } from '@district-graph/schema/registry';
import { subgraphs as allSubgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { Kind, parse, print, separateOperations } from 'graphql';

export interface TestGraphOptions {
  /**
   * `seeded`: the seeded databases, which all test files share, so that tests only read them. `empty`: a private database without
   * rows for each subgraph, dropped by `stop`; only places is seeded, as everything refers to divisions. Or the URLs of some databases,
   * by subgraph; the others are the seeded ones.
   */
  databases?: 'seeded' | 'empty' | Readonly<Record<string, string>>;
  /** The subgraphs that are not started: connections to their addresses are refused. */
  without?: readonly string[];
  /** The only subgraphs that are started. */
  only?: readonly string[];
  /** What executes operations in the gateway; its own server by default. */
  server?: 'own' | 'apollo';
}

/** Sends an operation as one viewer. */
export type TestClient = (text: string, variables?: Record<string, unknown>) => Promise<Answer>;

export interface TestGraph {
  /** The gateway's address, without a path. */
  url: string;
  /** The running subgraphs, by name. */
  subgraphs: Record<string, TestSubgraph>;
  /** Sends an operation: with every role, unless the headers say otherwise; with `{}`, without a token. */
  query: (
    text: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  /** A client with the token of the bearer, and with a declared purpose if one is passed. */
  clientOf: (bearer: Bearer, purpose?: Purpose) => Promise<TestClient>;
  /** Sends an operation with every role; returns its data, or throws its errors. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; the test states what it expects of it.
  dataOf: (text: string, variables?: Record<string, unknown>) => Promise<any>;
  /** The same for an operation of test/operations, by its name. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  send: (operation: string, variables: Record<string, unknown>) => Promise<any>;
  /** The number of statements since the last call of each subgraph that has run any. */
  statementCounts: () => Record<string, number>;
  stop: () => Promise<void>;
}

/** The address of a subgraph that is not running: nothing listens on this port. */
export const unreachableUrl = 'http://127.0.0.1:9/graphql';

const operationsFolder = new URL('../operations/', import.meta.url);

/** The text of every operation in test/operations, by name, each with the fragments that it uses. */
function readOperations(): Map<string, string> {
  const operations = new Map<string, string>();
  for (const file of readdirSync(operationsFolder)) {
    const document = parse(readFileSync(new URL(file, operationsFolder), 'utf8'));
    for (const [name, operation] of Object.entries(separateOperations(document)))
      operations.set(name, print({ kind: Kind.DOCUMENT, definitions: operation.definitions }));
  }
  return operations;
}

export async function startTestGraph({
  databases = 'seeded',
  without = [],
  only,
  server = 'own',
}: TestGraphOptions = {}): Promise<TestGraph> {
  const subgraphs: Record<string, TestSubgraph> = {};
  const drops: (() => Promise<void>)[] = [];
  const env: Record<string, string> = { PORT: '4000', GATEWAY_SERVER: server };

  async function start(subgraph: Subgraph): Promise<TestSubgraph> {
    if (databases !== 'empty' || subgraph.name === 'places')
      return testSubgraph(subgraph, typeof databases === 'object' ? databases[subgraph.name] : undefined);
    const { url, drop } = await emptyDatabase(subgraph);
    drops.push(drop);
    return testSubgraph(subgraph, url);
  }

  for (const subgraph of allSubgraphs) {
    const { name } = subgraph;
    const isStarted = (only?.includes(name) ?? true) && !without.includes(name);
    const running = isStarted ? await start(subgraph) : null;
    if (running) subgraphs[name] = running;
    env[`${variablePrefix(name)}_URL`] = running?.url ?? unreachableUrl;
  }
  const gateway = await startGateway({ ...readConfig(env), identity: testIdentity, port: 0 }, () => {});

  const query: TestGraph['query'] = async (text, variables, headers = trusted) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    return (await response.json()) as Answer;
  };
  const dataOf: TestGraph['dataOf'] = async (text, variables) => {
    const { data, errors } = await query(text, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  let operations: Map<string, string> | null = null;
  return {
    url: gateway.url,
    subgraphs,
    query,
    clientOf: async (bearer, purpose) => {
      const headers = await headersOf(bearer, purpose);
      return (text, variables) => query(text, variables, headers);
    },
    dataOf,
    send: (operation, variables) => {
      operations ??= readOperations();
      const text = operations.get(operation);
      if (!text) throw new Error(`test/operations has no operation ${operation}`);
      return dataOf(text, variables);
    },
    statementCounts: () =>
      Object.fromEntries(
        Object.entries(subgraphs)
          .map(([name, subgraph]) => [name, subgraph.statements().length] as const)
          .filter(([, count]) => count > 0),
      ),
    stop: async () => {
      await gateway.stop();
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
      await Promise.all(drops.map((drop) => drop()));
    },
  };
}
