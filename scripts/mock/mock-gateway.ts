// The mock gateway: the real gateway, with its limits, errors and subscriptions, in front of mock subgraphs.
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { startGateway } from '@district-graph/gateway/server';
import type { Log } from '@district-graph/kit/log';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { startMockSubgraph } from './mock-subgraph.ts';

export interface MockGatewayOptions {
  port: number;
  /** The same seed gives the same data on the same day. */
  seed: string;
  today: Date;
  latencyMs: number;
  eventsMs: number;
  /** Settings of the gateway that differ from the mock's own. */
  env?: NodeJS.ProcessEnv;
  log?: Log;
}

export interface MockGateway {
  /** The gateway's address, without a path. */
  url: string;
  stop: () => Promise<void>;
}

/** Where the development servers of Vite and Next.js have their pages. */
const developmentOrigins = [3000, 5173].flatMap((port) => [
  `http://localhost:${port}`,
  `http://127.0.0.1:${port}`,
]);

export async function startMockGateway(options: MockGatewayOptions): Promise<MockGateway> {
  const { port, env = {}, log = () => {}, ...mock } = options;
  const subgraphs = await Promise.all(
    listedSubgraphs.map(({ name }) => startMockSubgraph({ name, ...mock })),
  );
  const addresses = listedSubgraphs.map(({ name }, nth) => [
    `${variablePrefix(name)}_URL`,
    subgraphs[nth]?.url,
  ]);
  const config = readConfig({
    ALLOWED_ORIGINS: developmentOrigins.join(),
    FORWARDED_HEADERS: 'authorization,accept-language,x-purpose,x-request-id,x-mock',
    ...env,
    ...Object.fromEntries(addresses),
  });
  // Without keys to sign viewers with, tokens are not checked, and everything is open to everyone.
  const identity = { tokens: null, apiKeys: null, viewerKeys: new Map() };
  const gateway = await startGateway({ ...config, port, identity }, log);
  return {
    url: gateway.url,
    stop: async () => {
      await gateway.stop();
      await Promise.all(subgraphs.map((each) => each.stop()));
    },
  };
}
