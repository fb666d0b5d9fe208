// Heartbeats of devices and platforms, as they are recorded.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeviceSubgraph, deviceSubgraph, district, platformCode } from './testing.ts';

let server: DeviceSubgraph;
beforeAll(async () => {
  server = await deviceSubgraph({ Camera: 'id status', AlarmBox: 'id deviceCode status' });
});
afterAll(() => server.stop());

describe('heartbeats', () => {
  let boxes: { id: string; deviceCode: string }[];
  beforeEach(async () => {
    boxes = await Promise.all([
      server.registerAlarmBox(),
      server.registerAlarmBox(),
      server.registerAlarmBox(),
    ]);
  });
  const before = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const record = async (...heartbeats: { deviceCode: string; at: string }[]) => {
    const { data, errors } = await server.request(
      'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted unknown } }',
      { input: { heartbeats } },
    );
    return data?.recordHeartbeats ?? errors?.[0]?.extensions.code;
  };
  const deviceOf = async (index: number) => {
    const { data } = await server.request(
      `{ device(id: "${boxes[index]?.id}") { status lastHeartbeatAt statusChanges { totalCount nodes { at status } } } }`,
    );
    return data.device;
  };
  const heartbeat = (index: number, seconds: number) => ({
    deviceCode: boxes[index]?.deviceCode ?? '',
    at: before(seconds),
  });

  it('bring devices and platforms online; those of unknown ones are counted', async () => {
    expect(
      await record(
        heartbeat(0, 1),
        heartbeat(1, 500),
        { deviceCode: platformCode, at: before(2) },
        { ...heartbeat(0, 0), deviceCode: '1' },
        {
          ...heartbeat(0, 0),
          deviceCode: '41010500081349999999',
        },
      ),
    ).toEqual({ accepted: 3, unknown: 2 });
    expect((await deviceOf(0)).status).toBe('ONLINE');
    expect((await deviceOf(1)).status).toBe('OFFLINE');
    expect((await deviceOf(2)).lastHeartbeatAt).toBeNull();
    const { data } = await server.request(`{ monitoringPlatform(id: "${district}") { status } }`);
    expect(data.monitoringPlatform.status).toBe('ONLINE');
    expect(await record()).toEqual({ accepted: 0, unknown: 0 });
  });

  it('take one statement in one transaction, whatever their number', async () => {
    const heartbeats = boxes.map((_, index) => heartbeat(index, 1));
    server.statements();
    await record(...heartbeats, ...heartbeats);
    expect(server.statements().filter((text) => !/^(begin|commit)/i.test(text))).toHaveLength(1);
  });

  it('count by the latest instant, in any order and repetition', async () => {
    const late = heartbeat(0, 30);
    await record(heartbeat(0, 90), late, heartbeat(0, 60));
    await record(heartbeat(0, 100));
    await Promise.all([
      record(heartbeat(0, 45), heartbeat(1, 10)),
      record(heartbeat(1, 20), late),
      record(heartbeat(1, 5), late),
    ]);
    const { lastHeartbeatAt } = await deviceOf(0);
    expect(Date.parse(lastHeartbeatAt)).toBe(Math.floor(Date.parse(late.at) / 1000) * 1000);
    const [row] =
      await server.sql`select last_heartbeat_at from device_heartbeat where device_id = ${boxes[1]?.id ?? ''}`;
    expect(Date.now() - Date.parse(row?.lastHeartbeatAt)).toBeLessThan(10_000);
  });

  it('of the future count as now', async () => {
    await record(heartbeat(0, -86_400));
    const [row] = await server.sql`
      select online_until < now() + interval '4 minutes' as soon from device_heartbeat where device_id = ${boxes[0]?.id ?? ''}`;
    expect(row).toEqual({ soon: true });
  });

  it('record in the history when a device fell silent and returned, and nothing else', async () => {
    await record(heartbeat(0, 3000));
    await record(heartbeat(0, 2900));
    // 180 seconds after its last heartbeat.
    expect((await deviceOf(0)).statusChanges.nodes.map(({ status }: { status: string }) => status)).toEqual([
      'OFFLINE',
      'ONLINE',
    ]);
    // Delayed heartbeats arrive together: it was online from the first of them.
    await record(heartbeat(0, 1), heartbeat(0, 60), heartbeat(0, 120));
    await record(heartbeat(0, 0));
    const { status, statusChanges } = await deviceOf(0);
    expect(status).toBe('ONLINE');
    expect(statusChanges.totalCount).toBe(3);
    const ago = statusChanges.nodes.map((node: { at: string; status: string }) => [
      node.status,
      Math.round((Date.now() - Date.parse(node.at)) / 100) * 100,
    ]);
    expect(ago).toEqual(
      [
        ['ONLINE', 120],
        ['OFFLINE', 2720],
        ['ONLINE', 3000],
      ].map(([name, seconds]) => [name, expect.closeTo(Number(seconds) * 1000, -4)]),
    );
  });

  it('of a faulty device are accepted without bringing it online; of a retired one they are unknown', async () => {
    const [faulty, retired] = boxes;
    await record(heartbeat(0, 2000));
    await server.write('reportDeviceFault', { deviceId: faulty?.id });
    await server.write('retireAlarmBox', { alarmBoxId: retired?.id });
    expect(await record(heartbeat(0, 0), heartbeat(1, 0))).toEqual({ accepted: 1, unknown: 1 });
    expect((await deviceOf(0)).status).toBe('FAULT');
    expect((await server.write('clearDeviceFault', { deviceId: faulty?.id })).result.status).toBe('ONLINE');
    const { statusChanges } = await deviceOf(0);
    expect(statusChanges.nodes.map(({ status }: { status: string }) => status)).toEqual([
      'ONLINE',
      'FAULT',
      'OFFLINE',
      'ONLINE',
    ]);
  });

  it('of the same devices in opposite orders wait for each other without a deadlock', async () => {
    const forwards = boxes.map((_, index) => heartbeat(index, 1));
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => record(...(n % 2 ? forwards : [...forwards].reverse()))),
    );
    for (const answer of answers) expect(answer).toEqual({ accepted: 3, unknown: 0 });
  });

  it('are refused above a thousand', async () => {
    const one = heartbeat(0, 1);
    expect(await record(...Array.from({ length: 1001 }, () => one))).toBe('BAD_USER_INPUT');
  });
});
