// A gateway with its own settings in front of one real subgraph, and clients that send exactly the bytes of a test.
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import { client } from '@district-graph/kit/testing/http';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as places } from '@district-graph/places';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { unreachableUrl } from './test-graph.ts';

export type Client = ReturnType<typeof client>;

export interface ConfiguredGateway {
  gateway: Client;
  subgraph: Client;
  url: string;
  /** The events that the gateway has logged. */
  logged: Record<string, unknown>[];
  stop: () => Promise<void>;
}

let shared: { subgraph: Promise<TestSubgraph>; users: number } | null = null;

/** Starts a gateway with these environment variables. The subgraph places is started once and stopped with the last gateway. */
export async function startConfiguredGateway(env: Record<string, string> = {}): Promise<ConfiguredGateway> {
  shared ??= { subgraph: testSubgraph(places), users: 0 };
  shared.users += 1;
  const subgraph = await shared.subgraph;
  const addresses = Object.fromEntries(
    listedSubgraphs.map(({ name }) => [
      `${variablePrefix(name)}_URL`,
      name === places.name ? subgraph.url : unreachableUrl,
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
