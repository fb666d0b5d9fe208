import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const [district, branch, retiredBranch] = [id(1), id(2), id(3)];
const platformCode = '41010500002000000001';

beforeAll(async () => {
  const fields =
    'id deviceCode name status version lastHeartbeatAt faultNote retiredAt division { code } platform { id } statusChanges { totalCount nodes { at status } }';
  server = await writableSubgraph(subgraph, {
    Camera: `${fields} form direction manufacturer`,
    AlarmBox: `${fields} intercom`,
    DeviceCodeTaken: 'message device { id deviceCode }',
    InvalidDeviceCode: 'message position reason',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
  await server.sql`insert into monitoring_platform
    (id, division_code, device_code, name, tier, parent_id, longitude, latitude, retired_at)
    values (${district}, '410105', ${platformCode}, '示例平台', 'DISTRICT_CENTRE', null, 113.7, 34.8, null),
    (${branch}, '410105007', '41010500002000000002', '示例平台', 'SUBDISTRICT_OR_BRANCH', ${district}, 113.7, 34.8, null),
    (${retiredBranch}, '410105008', '41010500002000000003', '示例平台', 'SUBDISTRICT_OR_BRANCH', ${district}, 113.7, 34.8, now())`;
  await server.sql`insert into platform_heartbeat (platform_id) values (${district})`;
});
afterAll(() => server.stop());

let serial = 0;
const codeOf = (type: string) => `4101050008${type}0${String(++serial).padStart(6, '0')}`;
const box = (input = {}) => ({
  deviceCode: codeOf('134'),
  name: '示例求助箱',
  divisionCode: '410105007003',
  location: { longitude: 113.7, latitude: 34.8 },
  intercom: true,
  ...input,
});
const camera = (input = {}) => {
  const { intercom, ...rest } = box({ deviceCode: codeOf('132') });
  return { ...rest, form: 'DOME', direction: 3, ...input };
};
const registered = async (input = {}) => (await server.write('registerAlarmBox', box(input))).result;
const code = async (action: string, input: Record<string, unknown>) =>
  (await server.write(action, input)).code;
const recounted = async () => [
  ...(await server.sql`select * from tally_recount()`),
  ...(await server.sql`
    select coalesce(k.platform_id, c.platform_id) from (select * from platform_device_count where count > 0) k
    full join (
      select above.id as platform_id, d.kind, d.condition, count(*) as count
      from security_device d join monitoring_platform p on p.id = d.platform_id
      cross join lateral unnest(p.path) above(id) group by 1, 2, 3
    ) c using (platform_id, kind, condition)
    where k.count is distinct from c.count`),
];

describe('a device', () => {
  it('is registered under the lowest platform of its division, and counted', async () => {
    const { result } = await server.write('registerAlarmBox', box());
    expect(result).toMatchObject({
      __typename: 'AlarmBox',
      status: 'OFFLINE',
      version: 1,
      division: { code: '410105007003' },
      platform: { id: branch },
    });
    const of = await server.write('registerCamera', camera({ divisionCode: '410105008001' }));
    expect(of.result).toMatchObject({ __typename: 'Camera', form: 'DOME', platform: { id: district } });
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'registerAlarmBox', fromStatus: null, toStatus: 'OFFLINE' },
    ]);
    expect(await recounted()).toEqual([]);
  });

  it.each([
    ['a letter', '4101050008134000000A', 20, 'NOT_A_DIGIT'],
    ['a digit too few', '4101050008134000000', 20, 'LENGTH'],
    ['another district', '41010400081340000001', 1, 'DIVISION'],
    ['an industry that is none', '41010500991340000001', 9, 'INDUSTRY'],
    ['the type of a camera', '41010500081320000001', 11, 'TYPE'],
    ['a serial of zeros', '41010500081340000000', 15, 'SERIAL'],
  ])('is refused where its code has %s', async (_what, deviceCode, position, reason) => {
    const { result } = await server.write('registerAlarmBox', box({ deviceCode }));
    expect(result).toMatchObject({ __typename: 'InvalidDeviceCode', position, reason });
    expect(result.message).toMatch(/\p{Script=Han}/u);
  });

  it('is refused where another has its code, a retired one too', async () => {
    const { id: first, deviceCode } = await registered();
    const { result } = await server.write('registerAlarmBox', box({ deviceCode }));
    expect(result).toMatchObject({ __typename: 'DeviceCodeTaken', device: { id: first, deviceCode } });
    await server.write('retireAlarmBox', { alarmBoxId: first });
    expect((await server.write('registerAlarmBox', box({ deviceCode }))).result.device.id).toBe(first);
    expect(await recounted()).toEqual([]);
  });

  it('is refused elsewhere whether its code is taken or not', async () => {
    const { deviceCode } = await registered();
    const elsewhere = await headersOf({ roles: ['device-maintainer'], divisions: ['410104'] });
    for (const input of [box({ deviceCode }), box(), box({ deviceCode: 'none' })]) {
      const { errors } = await server.request(
        'mutation ($input: RegisterAlarmBoxInput!) { registerAlarmBox(input: $input) { ... on DeviceCodeTaken { message } } }',
        { input },
        elsewhere,
      );
      expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', within: '410105' }]);
    }
  });

  it('is registered once, with any number of concurrent registrations of its code', async () => {
    const input = camera();
    const answers = await Promise.all(Array.from({ length: 6 }, () => server.write('registerCamera', input)));
    const won = answers.filter(({ result }) => result.__typename === 'Camera');
    expect(won).toHaveLength(1);
    for (const { result } of answers)
      expect(result.__typename === 'Camera' ? result.id : result.device.id).toBe(won[0]?.result.id);
    expect(await eventsOf(server, won[0]?.result.id)).toHaveLength(1);
    expect(await recounted()).toEqual([]);
  });

  it.each([
    ['a platform of another division', { platformId: branch, divisionCode: '410105001' }],
    ['a retired platform', { platformId: retiredBranch, divisionCode: '410105008001' }],
    ['a division of another city', { divisionCode: '420105' }],
    ['a division without a platform', { divisionCode: '410104001', deviceCode: '41010400081340000001' }],
    ['a place outside the city', { location: { longitude: 34.8, latitude: 113.7 } }],
    ['a blank name', { name: '' }],
  ])('is refused with %s', async (_what, input) => {
    expect(await code('registerAlarmBox', box(input))).toBe('BAD_USER_INPUT');
  });

  it('is refused with an unknown platform', async () => {
    expect(await code('registerAlarmBox', box({ platformId: id(99) }))).toBe('NO_SUCH_RECORD');
  });
});

describe('an edit of a device', () => {
  it('changes the given fields, clears those that are null, and leaves the others', async () => {
    const { result: before } = await server.write('registerCamera', camera({ manufacturer: '示例厂商' }));
    const { result } = await server.write('updateCamera', {
      cameraId: before.id,
      version: 1,
      name: '示例新名',
      direction: null,
      form: null,
      divisionCode: '410105001',
      platformId: district,
    });
    expect(result).toMatchObject({
      version: 2,
      name: '示例新名',
      direction: null,
      form: 'DOME',
      manufacturer: '示例厂商',
      division: { code: '410105001' },
      platform: { id: district },
    });
    const { result: stale } = await server.write('updateCamera', {
      cameraId: before.id,
      version: 1,
      name: '示例',
    });
    expect(stale).toMatchObject({ __typename: 'VersionConflict', current: 2, seen: 1 });
    const same = { cameraId: before.id, version: 2, name: '示例新名', divisionCode: '410105001' };
    expect((await server.write('updateCamera', same)).result.version).toBe(2);
    const [, edited, ...more] = await server.sql<{ detail: { changed: string[] } }[]>`
      select detail from change_event where entity_id = ${before.id} order by sequence`;
    expect(edited?.detail.changed).toEqual(['name', 'direction', 'divisionCode', 'platformId']);
    expect(more).toEqual([]);
    expect(await recounted()).toEqual([]);
  });

  it('is accepted from one of several concurrent edits', async () => {
    const { id: alarmBoxId } = await registered();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => server.write('updateAlarmBox', { alarmBoxId, version: 1, name: `示例${n}` })),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual(['AlarmBox', 'VersionConflict', 'VersionConflict', 'VersionConflict']);
  });

  it('is refused outside the district of its code, outside its platform, and for another kind', async () => {
    const { id: alarmBoxId } = await registered();
    const edit = { alarmBoxId, version: 1 };
    expect(await code('updateAlarmBox', { ...edit, divisionCode: '410104001' })).toBe('BAD_USER_INPUT');
    expect(await code('updateAlarmBox', { ...edit, divisionCode: '410105001' })).toBe('BAD_USER_INPUT');
    expect(await code('updateCamera', { cameraId: alarmBoxId, version: 1 })).toBe('NO_SUCH_RECORD');
    expect(await code('retireCamera', { cameraId: alarmBoxId })).toBe('NO_SUCH_RECORD');
  });
});

describe('the status of a device', () => {
  it('is recorded in its history, and final once it is retired', async () => {
    const { id: deviceId } = await registered();
    const faulty = await server.write('reportDeviceFault', { deviceId, note: '供电中断' });
    expect(faulty.result).toMatchObject({ status: 'FAULT', faultNote: '供电中断' });
    expect((await server.write('reportDeviceFault', { deviceId })).result).toMatchObject({ from: 'FAULT' });
    const repaired = await server.write('clearDeviceFault', { deviceId });
    expect(repaired.result).toMatchObject({ status: 'OFFLINE', faultNote: null });
    expect((await server.write('clearDeviceFault', { deviceId })).result.__typename).toBe(
      'InvalidTransition',
    );
    const { result } = await server.write('retireAlarmBox', { alarmBoxId: deviceId });
    expect(result.status).toBe('RETIRED');
    expect(result.statusChanges.nodes.map(({ status }: { status: string }) => status)).toEqual([
      'RETIRED',
      'OFFLINE',
      'FAULT',
    ]);
    for (const again of ['retireAlarmBox', 'reportDeviceFault', 'clearDeviceFault']) {
      const key = again === 'retireAlarmBox' ? 'alarmBoxId' : 'deviceId';
      expect((await server.write(again, { [key]: deviceId })).result.__typename).toBe('InvalidTransition');
    }
    expect((await eventsOf(server, deviceId)).map(({ toStatus }) => toStatus)).toEqual([
      'OFFLINE',
      'FAULT',
      'OFFLINE',
      'RETIRED',
    ]);
    expect(await recounted()).toEqual([]);
  });
});

describe('a camera', () => {
  it('is refused where its code is an alarm box’s', async () => {
    const { result } = await server.write('registerCamera', camera({ deviceCode: codeOf('134') }));
    expect(result).toMatchObject({ __typename: 'InvalidDeviceCode', position: 11, reason: 'TYPE' });
  });

  it('is reported faulty and repaired, and retired permanently', async () => {
    const cameraId = (await server.write('registerCamera', camera())).result.id;
    const statusOf = async (action: string, input: object) => {
      const { result } = await server.write(action, { ...input });
      return `${result.__typename} ${result.status ?? result.from}`;
    };
    expect(await statusOf('reportDeviceFault', { deviceId: cameraId })).toBe('Camera FAULT');
    expect(await statusOf('clearDeviceFault', { deviceId: cameraId })).toBe('Camera OFFLINE');
    expect(await statusOf('retireCamera', { cameraId })).toBe('Camera RETIRED');
    expect(await statusOf('retireCamera', { cameraId })).toBe('InvalidTransition RETIRED');
    expect(await eventsOf(server, cameraId)).toHaveLength(4);
  });
});

describe('heartbeats', () => {
  let boxes: { id: string; deviceCode: string }[];
  beforeEach(async () => {
    boxes = await Promise.all([registered(), registered(), registered()]);
  });
  const before = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const hear = async (...heartbeats: { deviceCode: string; at: string }[]) => {
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
  const beat = (index: number, seconds: number) => ({
    deviceCode: boxes[index]?.deviceCode ?? '',
    at: before(seconds),
  });

  it('bring devices and platforms online; those of unknown ones are counted', async () => {
    expect(
      await hear(
        beat(0, 1),
        beat(1, 500),
        { deviceCode: platformCode, at: before(2) },
        { ...beat(0, 0), deviceCode: '1' },
        {
          ...beat(0, 0),
          deviceCode: '41010500081349999999',
        },
      ),
    ).toEqual({ accepted: 3, unknown: 2 });
    expect((await deviceOf(0)).status).toBe('ONLINE');
    expect((await deviceOf(1)).status).toBe('OFFLINE');
    expect((await deviceOf(2)).lastHeartbeatAt).toBeNull();
    const { data } = await server.request(`{ monitoringPlatform(id: "${district}") { status } }`);
    expect(data.monitoringPlatform.status).toBe('ONLINE');
    expect(await hear()).toEqual({ accepted: 0, unknown: 0 });
  });

  it('take one statement in one transaction, whatever their number', async () => {
    const heartbeats = boxes.map((_, index) => beat(index, 1));
    server.statements();
    await hear(...heartbeats, ...heartbeats);
    expect(server.statements().filter((text) => !/^(begin|commit)/i.test(text))).toHaveLength(1);
  });

  it('count by the latest instant, in any order and repetition', async () => {
    const late = beat(0, 30);
    await hear(beat(0, 90), late, beat(0, 60));
    await hear(beat(0, 100));
    await Promise.all([hear(beat(0, 45), beat(1, 10)), hear(beat(1, 20), late), hear(beat(1, 5), late)]);
    const { lastHeartbeatAt } = await deviceOf(0);
    expect(Date.parse(lastHeartbeatAt)).toBe(Math.floor(Date.parse(late.at) / 1000) * 1000);
    const [row] =
      await server.sql`select last_heartbeat_at from device_heartbeat where device_id = ${boxes[1]?.id ?? ''}`;
    expect(Date.now() - Date.parse(row?.lastHeartbeatAt)).toBeLessThan(10_000);
  });

  it('of the future count as now', async () => {
    await hear(beat(0, -86_400));
    const [row] = await server.sql`
      select online_until < now() + interval '4 minutes' as soon from device_heartbeat where device_id = ${boxes[0]?.id ?? ''}`;
    expect(row).toEqual({ soon: true });
  });

  it('record in the history when a device fell silent and returned, and nothing else', async () => {
    await hear(beat(0, 3000));
    await hear(beat(0, 2900));
    // 180 seconds after its last heartbeat.
    expect((await deviceOf(0)).statusChanges.nodes.map(({ status }: { status: string }) => status)).toEqual([
      'OFFLINE',
      'ONLINE',
    ]);
    // Delayed heartbeats arrive together: it was online from the first of them.
    await hear(beat(0, 1), beat(0, 60), beat(0, 120));
    await hear(beat(0, 0));
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
    await hear(beat(0, 2000));
    await server.write('reportDeviceFault', { deviceId: faulty?.id });
    await server.write('retireAlarmBox', { alarmBoxId: retired?.id });
    expect(await hear(beat(0, 0), beat(1, 0))).toEqual({ accepted: 1, unknown: 1 });
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
    const forwards = boxes.map((_, index) => beat(index, 1));
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => hear(...(n % 2 ? forwards : [...forwards].reverse()))),
    );
    for (const answer of answers) expect(answer).toEqual({ accepted: 3, unknown: 0 });
  });

  it('are refused above a thousand', async () => {
    const one = beat(0, 1);
    expect(await hear(...Array.from({ length: 1001 }, () => one))).toBe('BAD_USER_INPUT');
  });
});
