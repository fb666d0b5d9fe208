// Status changes of a device that goes offline and comes back, as a subscriber receives them: going offline is not a write.
import { readConfig } from '@district-graph/gateway/config/gateway-config';

import { startGateway } from '@district-graph/gateway/server';
import { type RunningSubgraph, startSubgraph } from '@district-graph/kit/subgraph';
import { testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { subgraph as security } from '@district-graph/security';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';

const platform = '01a1fc14-c3c1-7069-8000-000000000001';
const device = '01a1fc14-c3c1-7069-8000-000000000002';
const deviceCode = '41010500081340000001';
const ends: (() => Promise<unknown>)[] = [];
let url: string;
/** Replicas of the subgraph, each with its scheduled jobs. */
let replicas: RunningSubgraph[];
let sql: RunningSubgraph['sql'];

beforeAll(async () => {
  const database = await emptyDatabase(security);
  sql = database.sql;
  await sql`insert into monitoring_platform (id, division_code, device_code, name, tier, longitude, latitude)
    values (${platform}, '410105', '41010500002000000001', '示例平台', 'DISTRICT_CENTRE', 113.7, 34.8)`;
  await sql`insert into security_device
    (id, kind, division_code, device_code, platform_id, name, longitude, latitude, intercom)
    values (${device}, 'ALARM_BOX', '410105007003', ${deviceCode}, ${platform}, '示例求助箱', 113.7, 34.8, true)`;
  const start = () =>
    startSubgraph(security, {
      databaseUrl: database.url,
      port: 0,
      identity: testIdentity,
      runsJobs: true,
      log: () => {},
    });
  replicas = await Promise.all([start(), start()]);
  const config = readConfig({ PORT: '4000', SECURITY_URL: replicas[0]?.url });
  const gateway = await startGateway({ ...config, identity: testIdentity, port: 0 }, () => {});
  url = gateway.url;
  ends.push(gateway.stop, ...replicas.map(({ stop }) => stop), database.drop);
});
afterAll(async () => {
  for (const end of ends) await end();
});

const sendHeartbeat = async (secondsAgo: number) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...trusted },
    body: JSON.stringify({
      query: 'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted } }',
      variables: {
        input: { heartbeats: [{ deviceCode, at: new Date(Date.now() - secondsAgo * 1000).toISOString() }] },
      },
    }),
  });
  expect(await response.json()).toEqual({ data: { recordHeartbeats: { accepted: 1 } } });
};

it('a subscriber receives each change of the status, and nothing else', async () => {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: trusted,
  });
  const started = new Promise((resolve) => client.on('ping', resolve));
  const events = client.iterate<{ deviceStatusChanged: object }>({
    query: `subscription { deviceStatusChanged(within: "410105007") {
      id status ... on AlarmBox { intercom } statusChanges(first: 3) { nodes { status } }
    } }`,
  });
  const next = async () => (await events.next()).value?.data?.deviceStatusChanged;
  const first = next();
  await started;
  const changeTo = (status: string, ...before: string[]) => ({
    id: device,
    status,
    intercom: true,
    statusChanges: { nodes: [status, ...before].map((each) => ({ status: each })) },
  });
  await sendHeartbeat(1);
  expect(await first).toEqual(changeTo('ONLINE'));
  // A further heartbeat does not change the status: it sends no event.
  await sendHeartbeat(0);
  await sql`update device_heartbeat set last_heartbeat_at = now() - interval '181 s', online_until = now() - interval '1 s'`;
  // A scheduled job checks every few seconds.
  expect(await next()).toEqual(changeTo('OFFLINE', 'ONLINE'));
  await sendHeartbeat(0);
  expect(await next()).toEqual(changeTo('ONLINE', 'OFFLINE', 'ONLINE'));
  await client.dispose();
  const rows =
    await sql`select status, count(*)::integer as count from device_status_change group by 1 order by 1`;
  expect([...rows]).toEqual([
    { status: 'OFFLINE', count: 1 },
    { status: 'ONLINE', count: 2 },
  ]);
});
