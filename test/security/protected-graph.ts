// The whole graph with one protected record of each type, and requests whose responses are checked as text.
import type { RoleName } from '@district-graph/kit/identity/roles';
import { client } from '@district-graph/kit/testing/http';
import { headersOf } from '@district-graph/kit/testing/identity';
import type { Ids } from '../access/community-records.ts';
import { insertProtectedRecords } from '../access/protected-records.ts';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

type Client = ReturnType<typeof client>;

export interface ProtectedGraph {
  graph: TestGraph;
  /** The records, by type. */
  ids: Ids;
  gateway: Client;
  subgraphClient: (name: string) => Client;
  stop: () => Promise<void>;
}

export async function startProtectedGraph(): Promise<ProtectedGraph> {
  const graph = await startTestGraph({ databases: 'empty' });
  const portOf = (url = '') => Number(new URL(url).port);
  return {
    graph,
    ids: await insertProtectedRecords(graph),
    gateway: client(() => portOf(graph.url)),
    subgraphClient: (name) => client(() => portOf(graph.subgraphs[name]?.url)),
    stop: graph.stop,
  };
}

/** Sends an operation; returns the response as text too, and the codes of its errors. */
export async function request(
  to: Client,
  query: string,
  headers: Record<string, string> = {},
  variables: Record<string, unknown> = {},
) {
  const { status, text } = await to.post({ query, variables }, headers);
  const { data, errors = [] } = JSON.parse(text);
  const codes = errors.map((error: { extensions: { code: string } }) => error.extensions.code);
  return { status, text, data, codes };
}

/** The headers of a viewer with the role in another district than that of the records. */
export const elsewhere = (role: RoleName, purpose?: string) =>
  headersOf({ roles: [role], divisions: ['410102'] }, purpose);
