// Devices that fall silent: noted once by any process, and reported with their history in one transaction.

import { newId } from '@district-graph/kit/database/ids';
import { inTransaction } from '@district-graph/kit/mutations/mutation';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noteSilences } from './heartbeat-store.ts';
import { type DeviceSubgraph, deviceSubgraph, district } from './testing.ts';

let server: DeviceSubgraph;
let device: { id: string; deviceCode: string };
const cause = { viewerId: 'security', action: 'noteSilence' };

beforeAll(async () => {
  server = await deviceSubgraph({ Camera: 'id', AlarmBox: 'id deviceCode' });
});
afterAll(() => server.stop());

beforeEach(async () => {
  await noteSilences(server.sql, cause);
  device = await server.registerAlarmBox();
});

/** Sends a heartbeat with an instant some seconds ago. The device counts as silent 180 seconds after that instant. */
const sendHeartbeat = (secondsAgo: number, { deviceCode } = device) =>
  server.request(
    'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted } }',
    {
      input: { heartbeats: [{ deviceCode, at: new Date(Date.now() - secondsAgo * 1000).toISOString() }] },
    },
  );
const history = async () => {
  const { data } = await server.request(
    `{ device(id: "${device.id}") { status statusChanges { totalCount nodes { at status } } } }`,
  );
  return data.device;
};
const reported = async () =>
  (await eventsOf(server, device.id)).map(({ action, toStatus }) => [action, toStatus]);

describe('a device that falls silent', () => {
  it('is offline before it is noted, and its history is the same after', async () => {
    await sendHeartbeat(200);
    const before = await history();
    expect(before).toMatchObject({ status: 'OFFLINE', statusChanges: { totalCount: 2 } });
    expect(before.statusChanges.nodes[0].status).toBe('OFFLINE');
    expect(await noteSilences(server.sql, cause)).toBe(1);
    expect(await history()).toEqual(before);
  });

  it('is noted and reported once, with any number of repeated and concurrent checks', async () => {
    const others = await Promise.all([
      server.registerAlarmBox(),
      server.registerAlarmBox(),
      server.registerAlarmBox(),
    ]);
    await Promise.all([device, ...others].map((each) => sendHeartbeat(200, each)));
    const noted = await Promise.all([1, 2, 3].map(() => noteSilences(server.sql, cause)));
    expect(noted.reduce((total, count) => total + count, 0)).toBe(4);
    expect(await noteSilences(server.sql, cause)).toBe(0);
    expect(await reported()).toEqual([
      ['registerAlarmBox', 'OFFLINE'],
      ['recordHeartbeats', 'ONLINE'],
      ['noteSilence', 'OFFLINE'],
    ]);
  });

  it('is reported by the heartbeat that brings it back, in the same transaction', async () => {
    await sendHeartbeat(1000);
    await noteSilences(server.sql, cause);
    await sendHeartbeat(1);
    expect(await history()).toMatchObject({ status: 'ONLINE', statusChanges: { totalCount: 3 } });
    expect((await reported()).at(-1)).toEqual(['recordHeartbeats', 'ONLINE']);
    const events = await reported();
    await sendHeartbeat(0);
    expect(await reported()).toEqual(events);
    expect(await noteSilences(server.sql, cause)).toBe(0);
  });

  it('and returns before it was noted has both in its history, each with its event', async () => {
    await sendHeartbeat(1000);
    await sendHeartbeat(1);
    expect((await reported()).slice(1)).toEqual([
      ['recordHeartbeats', 'ONLINE'],
      ['recordHeartbeats', 'OFFLINE'],
      ['recordHeartbeats', 'ONLINE'],
    ]);
    expect((await history()).statusChanges.totalCount).toBe(3);
  });

  it('is online again when a delayed heartbeat turns out to have been in time', async () => {
    await sendHeartbeat(181);
    await noteSilences(server.sql, cause);
    await sendHeartbeat(60);
    expect(await history()).toMatchObject({ status: 'ONLINE', statusChanges: { totalCount: 3 } });
    expect((await reported()).at(-1)).toEqual(['recordHeartbeats', 'ONLINE']);
  });

  it('is not waited for while its heartbeat is being recorded, and not noted when it was recorded', async () => {
    await sendHeartbeat(200);
    const [locked, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const recording = inTransaction(server.sql, async (sql) => {
      await sql`update device_heartbeat set last_heartbeat_at = now(), online_until = now() + interval '180 s'
        where device_id = ${device.id}`;
      locked.resolve();
      await going.promise;
    });
    await locked.promise;
    expect(await noteSilences(server.sql, cause)).toBe(0);
    going.resolve();
    await recording;
    expect(await noteSilences(server.sql, cause)).toBe(0);
    expect((await history()).status).toBe('ONLINE');
  });

  it('is reported before it is stated faulty', async () => {
    await sendHeartbeat(200);
    await server.write('reportDeviceFault', { deviceId: device.id });
    expect((await reported()).slice(2)).toEqual([
      ['noteSilence', 'OFFLINE'],
      ['reportDeviceFault', 'FAULT'],
    ]);
    expect(await noteSilences(server.sql, cause)).toBe(0);
  });
});

it('without heartbeats, faulty or retired does not fall silent', async () => {
  const [faulty, retired] = await Promise.all([server.registerAlarmBox(), server.registerAlarmBox()]);
  await Promise.all([sendHeartbeat(10, faulty), sendHeartbeat(10, retired)]);
  await server.write('reportDeviceFault', { deviceId: faulty.id });
  await server.write('retireAlarmBox', { alarmBoxId: retired.id });
  await server.sql`update device_heartbeat set last_heartbeat_at = now() - interval '1 day',
    online_until = now() - interval '1 day' + interval '180 s' where device_id in ${server.sql([faulty.id, retired.id])}`;
  expect(await noteSilences(server.sql, cause)).toBe(0);
});

it('is noted even when there are more than one batch', async () => {
  const ids = Array.from({ length: 1234 }, () => newId('410105007003'));
  await server.sql`insert into security_device
    (id, kind, division_code, device_code, platform_id, name, longitude, latitude, intercom)
    select id, 'ALARM_BOX', '410105007003', '41010500081341' || lpad(n::text, 6, '0'),
      ${district}::uuid, '示例求助箱', 113.7, 34.8, true
    from unnest(${ids}::uuid[]) with ordinality d(id, n)`;
  await server.sql`update device_heartbeat set last_heartbeat_at = now() - interval '200 s', silence_noted = false,
    online_until = now() - interval '20 s' where online_until = '-infinity' and device_id <> ${device.id}`;
  expect(await noteSilences(server.sql, cause)).toBeGreaterThanOrEqual(1234);
  const [row] =
    await server.sql`select count(*) as count from device_heartbeat where in_service and not silence_noted and online_until < now()`;
  expect(row).toEqual({ count: 0 });
});

it('is found by an index, without reading the devices', async () => {
  const statements: string[] = [];
  server.statements();
  await noteSilences(server.sql, cause);
  statements.push(...server.statements());
  expect(statements).toHaveLength(1);
  const plan = await server.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    return sql.unsafe(`explain (generic_plan) ${statements[0]}`).simple();
  });
  expect(JSON.stringify(plan)).toContain('device_heartbeat_silent');
  expect(JSON.stringify(plan)).not.toContain('Seq Scan');
});
