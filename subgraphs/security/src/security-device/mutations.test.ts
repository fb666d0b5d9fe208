import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alarmBox,
  branch,
  codeOf,
  type DeviceSubgraph,
  deviceSubgraph,
  district,
  id,
  retiredBranch,
} from './testing.ts';

let server: DeviceSubgraph;
beforeAll(async () => {
  const fields =
    'id deviceCode name status version lastHeartbeatAt faultNote retiredAt division { code } platform { id } statusChanges { totalCount nodes { at status } }';
  server = await deviceSubgraph({
    Camera: `${fields} form direction manufacturer`,
    AlarmBox: `${fields} intercom`,
    DeviceCodeTaken: 'message device { id deviceCode }',
    InvalidDeviceCode: 'message position reason',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const camera = (input = {}) => {
  const { intercom, ...rest } = alarmBox({ deviceCode: codeOf('132') });
  return { ...rest, form: 'DOME', direction: 3, ...input };
};
const code = async (action: string, input: Record<string, unknown>) =>
  (await server.write(action, input)).code;
const recount = async () => [
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
    const { result } = await server.write('registerAlarmBox', alarmBox());
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
    expect(await recount()).toEqual([]);
  });

  it.each([
    ['a letter', '4101050008134000000A', 20, 'NOT_A_DIGIT'],
    ['a digit too few', '4101050008134000000', 20, 'LENGTH'],
    ['another district', '41010400081340000001', 1, 'DIVISION'],
    ['an industry that is none', '41010500991340000001', 9, 'INDUSTRY'],
    ['the type of a camera', '41010500081320000001', 11, 'TYPE'],
    ['a serial of zeros', '41010500081340000000', 15, 'SERIAL'],
  ])('is refused where its code has %s', async (_what, deviceCode, position, reason) => {
    const { result } = await server.write('registerAlarmBox', alarmBox({ deviceCode }));
    expect(result).toMatchObject({ __typename: 'InvalidDeviceCode', position, reason });
    expect(result.message).toMatch(/\p{Script=Han}/u);
  });

  it('is refused where another has its code, a retired one too', async () => {
    const { id: first, deviceCode } = await server.registerAlarmBox();
    const { result } = await server.write('registerAlarmBox', alarmBox({ deviceCode }));
    expect(result).toMatchObject({ __typename: 'DeviceCodeTaken', device: { id: first, deviceCode } });
    await server.write('retireAlarmBox', { alarmBoxId: first });
    expect((await server.write('registerAlarmBox', alarmBox({ deviceCode }))).result.device.id).toBe(first);
    expect(await recount()).toEqual([]);
  });

  it('is refused elsewhere whether its code is taken or not', async () => {
    const { deviceCode } = await server.registerAlarmBox();
    const elsewhere = await headersOf({ roles: ['device-maintainer'], divisions: ['410104'] });
    for (const input of [alarmBox({ deviceCode }), alarmBox(), alarmBox({ deviceCode: 'none' })]) {
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
    expect(await recount()).toEqual([]);
  });

  it.each([
    ['a platform of another division', { platformId: branch, divisionCode: '410105001' }],
    ['a retired platform', { platformId: retiredBranch, divisionCode: '410105008001' }],
    ['a division of another city', { divisionCode: '420105' }],
    ['a division without a platform', { divisionCode: '410104001', deviceCode: '41010400081340000001' }],
    ['a place outside the city', { location: { longitude: 34.8, latitude: 113.7 } }],
    ['a blank name', { name: '' }],
  ])('is refused with %s', async (_what, input) => {
    expect(await code('registerAlarmBox', alarmBox(input))).toBe('BAD_USER_INPUT');
  });

  it('is refused with an unknown platform', async () => {
    expect(await code('registerAlarmBox', alarmBox({ platformId: id(99) }))).toBe('NO_SUCH_RECORD');
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
    expect(await recount()).toEqual([]);
  });

  it('is accepted from one of several concurrent edits', async () => {
    const { id: alarmBoxId } = await server.registerAlarmBox();
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => server.write('updateAlarmBox', { alarmBoxId, version: 1, name: `示例${n}` })),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual(['AlarmBox', 'VersionConflict', 'VersionConflict', 'VersionConflict']);
  });

  it('is refused outside the district of its code, outside its platform, and for another kind', async () => {
    const { id: alarmBoxId } = await server.registerAlarmBox();
    const edit = { alarmBoxId, version: 1 };
    expect(await code('updateAlarmBox', { ...edit, divisionCode: '410104001' })).toBe('BAD_USER_INPUT');
    expect(await code('updateAlarmBox', { ...edit, divisionCode: '410105001' })).toBe('BAD_USER_INPUT');
    expect(await code('updateCamera', { cameraId: alarmBoxId, version: 1 })).toBe('NO_SUCH_RECORD');
    expect(await code('retireCamera', { cameraId: alarmBoxId })).toBe('NO_SUCH_RECORD');
  });
});

describe('the status of a device', () => {
  it('is recorded in its history, and final once it is retired', async () => {
    const { id: deviceId } = await server.registerAlarmBox();
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
    expect(await recount()).toEqual([]);
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
