// A graph to write to: every subgraph over a database of its own with a few rows, and the gateway in front.
import { readdirSync, readFileSync } from 'node:fs';
import { subgraph as culture } from '@district-graph/culture';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { subgraph as sanitation } from '@district-graph/sanitation';
import { variablePrefix } from '@district-graph/schema/registry';
import { subgraph as security } from '@district-graph/security';
import { Kind, parse, print, separateOperations } from 'graphql';

export interface TestGraph {
  /** Sends an operation of test/operations by its name; its data, or throws its errors. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; the story states what it expects of it.
  send: (operation: string, variables: Record<string, unknown>) => Promise<any>;
  /** Sends the text of an operation. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  ask: (query: string, variables?: Record<string, unknown>) => Promise<any>;
  url: string;
  subgraphs: Record<string, TestSubgraph>;
  stop: () => Promise<void>;
}

/** Reads what apps send, each operation with its fragments. */
function sentOperations(): Map<string, string> {
  const folder = new URL('../operations/', import.meta.url);
  const operations = new Map<string, string>();
  for (const file of readdirSync(folder)) {
    const document = parse(readFileSync(new URL(file, folder), 'utf8'));
    for (const [name, operation] of Object.entries(separateOperations(document)))
      operations.set(name, print({ kind: Kind.DOCUMENT, definitions: operation.definitions }));
  }
  return operations;
}

export async function startTestGraph(): Promise<TestGraph> {
  const operations = sentOperations();
  const subgraphs: Record<string, TestSubgraph> = { places: await testSubgraph(places) };
  const drops: (() => Promise<void>)[] = [];
  for (const subgraph of [elderlyCare, sanitation, security, culture]) {
    const { url, drop } = await emptyDatabase(subgraph);
    subgraphs[subgraph.name] = await testSubgraph(subgraph, url);
    drops.push(drop);
  }
  const env = Object.fromEntries(
    Object.entries(subgraphs).map(([name, { url }]) => [`${variablePrefix(name)}_URL`, url]),
  );
  const gateway = await startGateway(
    { ...readConfig({ PORT: '4000', ...env }), identity: testIdentity, port: 0 },
    () => {},
  );
  const ask = async (query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...trusted },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  return {
    send: (operation, variables) => {
      const query = operations.get(operation);
      if (!query) throw new Error(`apps send no ${operation}`);
      return ask(query, variables);
    },
    ask,
    url: gateway.url,
    subgraphs,
    stop: async () => {
      await gateway.stop();
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.stop()));
      await Promise.all(drops.map((drop) => drop()));
    },
  };
}
