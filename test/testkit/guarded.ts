// A gateway with settings of its own over one real subgraph, asked with exactly the bytes given.
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import { client } from '@district-graph/kit/testing/http';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';

export type Client = ReturnType<typeof client>;

export interface Guarded {
  gateway: Client;
  subgraph: Client;
  url: string;
  logged: Record<string, unknown>[];
  stop: () => Promise<void>;
}

/** A port where nobody listens. */
const nobody = 'http://127.0.0.1:9/graphql';

let shared: { subgraph: Promise<TestSubgraph>; users: number } | null = null;

/** Starts the gateway; the subgraph places is started for the first and stopped after the last. */
export async function startGuarded(env: Record<string, string> = {}): Promise<Guarded> {
  shared ??= { subgraph: testSubgraph(places), users: 0 };
  shared.users += 1;
  const subgraph = await shared.subgraph;
  const addresses = Object.fromEntries(
    listedSubgraphs.map(({ name }) => [
      `${variablePrefix(name)}_URL`,
      name === places.name ? subgraph.url : nobody,
    ]),
  );
  const logged: Record<string, unknown>[] = [];
  const config = readConfig({ PORT: '0', ...addresses, ...env });
  const gateway = await startGateway(config, (event) => logged.push(event));
  return {
    gateway: client(() => Number(new URL(gateway.url).port)),
    subgraph: client(() => Number(new URL(subgraph.url).port)),
    url: gateway.url,
    logged,
    stop: async () => {
      await gateway.stop();
      if (!shared) return;
      shared.users -= 1;
      if (shared.users > 0) return;
      shared = null;
      await subgraph.stop();
    },
  };
}
