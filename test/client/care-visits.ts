// A gateway in front of the real subgraph of elderly care, with clients of it and a connection to it that can be cut.
import { type Client, type ClientOptions, createClient, TypedDocumentString } from '@district-graph/client';
import type { RequestVisitMutation, RequestVisitMutationVariables } from '@district-graph/client/documents';
import { RequestVisitDocument } from '@district-graph/client/documents';
import { type FaultyProxy, startFaultyProxy } from '@district-graph/client/testing/faulty-proxy';
import { subgraph as elderlyCare } from '@district-graph/elderly-care';
import { insertElder } from '@district-graph/elderly-care/made-up';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { type RunningGateway, startGateway } from '@district-graph/gateway/server';
import { testIdentity, tokenOf, trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';

export const elderId = '01a1fc14-c3c1-7069-8000-000000000001';

export const visitChanged = new TypedDocumentString<
  { careVisitChanged: { id: string; status: string } },
  { within: string }
>('subscription Visits($within: ID!) { careVisitChanged(within: $within) { id status } }');

export interface CareVisits {
  subgraph: TestSubgraph;
  /** Between clients and the gateway. */
  proxy: FaultyProxy;
  /** Between the gateway and the subgraph. */
  upstream: FaultyProxy;
  /** A client that reaches the gateway through the proxy, with every role. */
  clientOf: (options?: Partial<ClientOptions>) => Client;
  /** Requests a visit of the subgraph itself; returns its id. */
  request: () => Promise<string>;
  /** Stops the gateway, and starts another. */
  restartGateway: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startCareVisits(env: Record<string, string> = {}): Promise<CareVisits> {
  const { url, drop } = await emptyDatabase(elderlyCare);
  const subgraph = await testSubgraph(elderlyCare, url);
  await insertElder(subgraph.sql, { id: elderId, divisionCode: '410105007003' });
  const upstream = await startFaultyProxy(subgraph.url);
  const start = (): Promise<RunningGateway> =>
    startGateway(
      {
        ...readConfig({ PORT: '4000', ELDERLY_CARE_URL: `${upstream.url}/graphql`, ...env }),
        identity: testIdentity,
        port: 0,
      },
      () => {},
    );
  let gateway = await start();
  const proxy = await startFaultyProxy(gateway.url);
  return {
    subgraph,
    proxy,
    upstream,
    clientOf: (options = {}) =>
      createClient({
        url: `${proxy.url}/graphql`,
        token: trusted.authorization?.replace('Bearer ', '') ?? null,
        ...options,
      }),
    request: async () => visitIn((await subgraph.request(String(RequestVisitDocument), inputOf())).data),
    restartGateway: async () => {
      await gateway.stop();
      gateway = await start();
      proxy.target = gateway.url;
    },
    stop: async () => {
      await proxy.stop();
      await gateway.stop();
      await upstream.stop();
      await subgraph.stop();
      await drop();
    },
  };
}

export const inputOf = (scheduledAt = '2099-01-01T09:00:00+08:00'): RequestVisitMutationVariables => ({
  input: { elderId, kind: 'MEAL', scheduledAt },
});

export function visitIn({ requestCareVisit }: RequestVisitMutation): string {
  if (requestCareVisit?.__typename !== 'CareVisit') throw new Error(JSON.stringify(requestCareVisit));
  return requestCareVisit.id;
}

/** A token that may read visits, and is valid for so many seconds. */
export const visitToken = (lifeSeconds: number): Promise<string> =>
  tokenOf({ roles: ['care-manager'], divisions: ['410100'], lifeSeconds });
