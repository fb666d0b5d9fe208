import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
let city: string;
let district: string;

beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    MonitoringPlatform:
      'id deviceCode name tier status version feeds floorArea retiredAt investment { fen } parent { id } division { code }',
    AlarmBox: 'id',
    PlatformCodeTaken: 'message platform { id deviceCode }',
    PlatformInUse: 'message devices platforms',
    InvalidDeviceCode: 'message position reason',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
  city = (
    await registered({
      tier: 'CITY_110_CENTRE',
      divisionCode: '410100',
      deviceCode: codeOf('410100'),
      parentId: null,
    })
  ).id;
  district = (await registered({ tier: 'DISTRICT_CENTRE', divisionCode: '410105', parentId: city })).id;
});
afterAll(() => server.stop());

let serial = 0;
const codeOf = (division = '410105', type = '200') =>
  `${division}0000${type}0${String(++serial).padStart(6, '0')}`;
const branch = (input = {}) => ({
  deviceCode: codeOf(),
  name: '示例平台',
  tier: 'SUBDISTRICT_OR_BRANCH',
  divisionCode: '410105007',
  parentId: district,
  location: { longitude: 113.7, latitude: 34.8 },
  ...input,
});
const registered = async (input = {}) =>
  (await server.write('registerMonitoringPlatform', branch(input))).result;
const code = async (action: string, input: Record<string, unknown>) =>
  (await server.write(action, input)).code;
const recounted = () => server.sql`select * from tally_recount()`;

describe('a platform', () => {
  it('is refused elsewhere whether its code is taken or not', async () => {
    const { deviceCode } = await registered();
    const elsewhere = await headersOf({ roles: ['device-maintainer'], divisions: ['410104'] });
    for (const input of [branch({ deviceCode }), branch()]) {
      const { errors } = await server.request(
        'mutation ($input: RegisterMonitoringPlatformInput!) { registerMonitoringPlatform(input: $input) { ... on PlatformCodeTaken { message } } }',
        { input },
        elsewhere,
      );
      expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', within: '410105' }]);
    }
  });

  it('is registered below another, edited and retired, with an event for each', async () => {
    const input = branch({ feeds: 4, investmentFen: 3_000_000_000 });
    const { result } = await server.write('registerMonitoringPlatform', input);
    expect(result).toMatchObject({
      status: 'OFFLINE',
      version: 1,
      parent: { id: district },
      division: { code: '410105007' },
      feeds: 4,
      investment: { fen: 3_000_000_000 },
    });
    const platformId = result.id;
    const edit = { platformId, version: 1, name: '示例新名', investmentFen: null, feeds: null };
    expect((await server.write('updateMonitoringPlatform', edit)).result).toMatchObject({
      name: '示例新名',
      investment: null,
      feeds: 4,
      version: 2,
    });
    expect((await server.write('updateMonitoringPlatform', edit)).result).toMatchObject({
      __typename: 'VersionConflict',
      current: 2,
      seen: 1,
    });
    const same = { ...edit, version: 2 };
    expect((await server.write('updateMonitoringPlatform', same)).result.version).toBe(2);
    expect((await server.write('retireMonitoringPlatform', { platformId })).result.status).toBe('RETIRED');
    const again = await server.write('retireMonitoringPlatform', { platformId });
    expect(again.result.__typename).toBe('InvalidTransition');
    expect((await eventsOf(server, platformId)).map(({ action }) => action)).toEqual([
      'registerMonitoringPlatform',
      'updateMonitoringPlatform',
      'retireMonitoringPlatform',
    ]);
    expect(await recounted()).toEqual([]);
  });

  it('takes heartbeats once it is registered', async () => {
    const { id, deviceCode } = await registered();
    await server.request(
      'mutation ($input: RecordHeartbeatsInput!) { recordHeartbeats(input: $input) { accepted } }',
      {
        input: { heartbeats: [{ deviceCode, at: new Date().toISOString() }] },
      },
    );
    const { data } = await server.request(`{ monitoringPlatform(id: "${id}") { status } }`);
    expect(data.monitoringPlatform.status).toBe('ONLINE');
  });

  it('is refused where its code is invalid or taken, also by a concurrent registration', async () => {
    const wrong = await server.write(
      'registerMonitoringPlatform',
      branch({ deviceCode: codeOf('410105', '132') }),
    );
    expect(wrong.result).toMatchObject({ __typename: 'InvalidDeviceCode', position: 11, reason: 'TYPE' });
    const elsewhere = await server.write(
      'registerMonitoringPlatform',
      branch({ deviceCode: codeOf('410104') }),
    );
    expect(elsewhere.result).toMatchObject({ position: 1, reason: 'DIVISION' });
    const input = branch();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.write('registerMonitoringPlatform', input)),
    );
    const won = answers.filter(({ result }) => result.__typename === 'MonitoringPlatform');
    expect(won).toHaveLength(1);
    const lost = answers.filter(({ result }) => result.platform?.id === won[0]?.result.id);
    expect(lost).toHaveLength(4);
    expect(await recounted()).toEqual([]);
  });

  it.each([
    ['a platform above of its own tier', () => ({ tier: 'DISTRICT_CENTRE' })],
    [
      'a platform above of another division',
      () => ({ divisionCode: '410104001', deviceCode: codeOf('410104') }),
    ],
    ['a division of another city', () => ({ divisionCode: '420105' })],
    ['fewer feeds than none', () => ({ feeds: -1 })],
    ['no floor', () => ({ floorArea: 0 })],
    ['an investment beyond 100 billion yuan', () => ({ investmentFen: 10_000_000_000_001 })],
    ['a blank name', () => ({ name: ' ' })],
  ])('is refused with %s', async (_what, input) => {
    expect(await code('registerMonitoringPlatform', branch(input()))).toBe('BAD_USER_INPUT');
  });

  it('is refused where it refers to unknown records', async () => {
    expect(await code('registerMonitoringPlatform', branch({ parentId: 'x' }))).toBe('NO_SUCH_RECORD');
    expect(await code('updateMonitoringPlatform', { platformId: 'x', version: 1 })).toBe('NO_SUCH_RECORD');
    expect(await code('retireMonitoringPlatform', { platformId: 'x' })).toBe('NO_SUCH_RECORD');
  });
});

describe('a platform with connections below it', () => {
  const box = (platformId: string, n: number) => ({
    deviceCode: `41010500081340${String(n).padStart(6, '0')}`,
    name: '示例求助箱',
    divisionCode: '410105007003',
    platformId,
    location: { longitude: 113.7, latitude: 34.8 },
  });

  it('is not retired', async () => {
    const { id } = await registered();
    const community = await registered({
      tier: 'COMMUNITY_OR_SCHOOL',
      divisionCode: '410105007003',
      parentId: id,
    });
    const { result: device } = await server.write('registerAlarmBox', box(community.id, 1));
    const { result } = await server.write('retireMonitoringPlatform', { platformId: id });
    expect(result).toMatchObject({ __typename: 'PlatformInUse', devices: 1, platforms: 1 });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    await server.write('retireAlarmBox', { alarmBoxId: device.id });
    for (const platformId of [community.id, id])
      expect((await server.write('retireMonitoringPlatform', { platformId })).result.status).toBe('RETIRED');
    expect(await code('registerAlarmBox', box(community.id, 2))).toBe('BAD_USER_INPUT');
    expect(
      await code('registerMonitoringPlatform', branch({ parentId: id, tier: 'COMMUNITY_OR_SCHOOL' })),
    ).toBe('BAD_USER_INPUT');
  });

  it('is not retired while a device is registered below it', async () => {
    for (const n of [11, 12, 13, 14]) {
      const { id } = await registered();
      const [retired, device] = await Promise.all([
        server.write('retireMonitoringPlatform', { platformId: id }),
        server.write('registerAlarmBox', box(id, n)),
      ]);
      // One of them came first, and the other one saw it.
      const outcomes = [retired.result.__typename, device.result?.__typename ?? device.code];
      expect([
        ['MonitoringPlatform', 'BAD_USER_INPUT'],
        ['PlatformInUse', 'AlarmBox'],
      ]).toContainEqual(outcomes);
    }
    expect(await recounted()).toEqual([]);
  });
});
