import { seedId } from '@district-graph/kit/database/ids';
import { type Bearer, headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshHeartbeats } from '../seed/heartbeats.ts';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
  await refreshHeartbeats(security.sql);
});
afterAll(() => security.stop());

describe('a device', () => {
  it('is found by key and by code, with its parts and only a coarse location', async () => {
    const id = seedId('camera', '410104', 0);
    const { data } = await security.request(
      'query ($id: ID!) { device(id: $id) { __typename id deviceCode kind codeParts { division type { code } } location { longitude latitude } division { code } platform { tier } } }',
      { id },
    );
    const { device } = data;
    expect(device).toMatchObject({
      __typename: 'Camera',
      id,
      kind: 'CAMERA',
      codeParts: { division: '410104' },
    });
    expect(device.location.longitude * 100).toBeCloseTo(Math.round(device.location.longitude * 100), 9);
    const byCode = await security.request('query ($c: String!) { deviceByCode(deviceCode: $c) { id } }', {
      c: device.deviceCode,
    });
    expect(byCode.data.deviceByCode).toEqual({ id });
  });

  it('answers null for an unknown or invalid key or code', async () => {
    const { data, errors } = await security.request(
      '{ a: device(id: "x") { id } b: device(id: "014aa2ca-b000-7068-8000-000000000000") { id } c: deviceByCode(deviceCode: "1") { id } }',
    );
    expect({ data, errors }).toEqual({ data: { a: null, b: null, c: null }, errors: undefined });
  });

  it('cannot be distinguished from none by a code outside of the viewer’s divisions, but the refusal is recorded', async () => {
    const id = seedId('camera', '410104', 1);
    const [row] = await security.sql<{ deviceCode: string }[]>`
      select device_code from security_device where id = ${id}`;
    const lookUp = async (bearer: Bearer, deviceCode = row?.deviceCode) => {
      const { data, errors } = await security.request(
        'query ($c: String!) { deviceByCode(deviceCode: $c) { id } }',
        { c: deviceCode },
        await headersOf(bearer),
      );
      return { data, codes: errors?.map(({ extensions }) => extensions.code) };
    };
    const outside: Bearer = { sub: 'beside', roles: ['device-maintainer'], divisions: ['410105'] };
    const none = { data: { deviceByCode: null }, codes: undefined };
    expect(await lookUp({ ...outside, divisions: ['410104'] })).toEqual({
      data: { deviceByCode: { id } },
      codes: undefined,
    });
    expect([await lookUp(outside), await lookUp(outside, '0'.repeat(20))]).toEqual([none, none]);
    // Without the scope nothing is looked up.
    const refused = { data: { deviceByCode: null }, codes: ['FORBIDDEN'] };
    const unscoped: Bearer = { roles: ['analyst'] };
    expect([await lookUp(unscoped), await lookUp(unscoped, '0'.repeat(20))]).toEqual([refused, refused]);
    await security.recorded();
    expect(
      await security.sql`
        select subject_type, subject_id, fields, outcome from access_record where viewer = 'beside'`,
    ).toEqual([{ subjectType: 'Camera', subjectId: id, fields: ['deviceByCode'], outcome: 'REFUSED' }]);
  });

  it('takes one statement for any number of entities, of both kinds', async () => {
    const representations = [
      ...[0, 1, 2].map((n) => ({ __typename: 'Camera', id: seedId('camera', '410105', n) })),
      { __typename: 'AlarmBox', id: seedId('alarm-box', '410104', 0) },
      { __typename: 'SecurityDevice', id: seedId('alarm-box', '410104', 1) },
      { __typename: 'Camera', id: 'nonsense' },
    ];
    security.statements();
    const { data } = await security.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on SecurityDevice { deviceCode status } } }',
      { r: representations },
    );
    expect(security.statements()).toHaveLength(1);
    expect(data._entities.map((entity: { __typename: string } | null) => entity?.__typename ?? null)).toEqual(
      ['Camera', 'Camera', 'Camera', 'AlarmBox', 'AlarmBox', null],
    );
  });
});

describe('lists of devices', () => {
  it.each(['ONLINE', 'OFFLINE', 'FAULT', 'RETIRED'])(
    'of status %s hold only those, and as many as counted',
    async (status) => {
      const { data } = await security.request(
        'query ($status: DeviceStatus) { devices(within: "410104", kind: CAMERA, status: $status, first: 100) { totalCount nodes { status kind } pageInfo { hasNextPage } } }',
        { status },
      );
      const { totalCount, nodes, pageInfo } = data.devices;
      expect(new Set(nodes.map((node: { status: string }) => node.status))).toEqual(new Set([status]));
      expect(pageInfo.hasNextPage).toBe(totalCount > 100);
      if (totalCount <= 100) expect(nodes).toHaveLength(totalCount);
    },
  );

  it('answer the history of a faulty device', async () => {
    const { data } = await security.request(
      '{ devices(within: "410100", status: FAULT, first: 1) { nodes { faultSince statusChanges { totalCount nodes { at status } } } } }',
    );
    const [device] = data.devices.nodes;
    expect(device.statusChanges.totalCount).toBe(2);
    expect(device.statusChanges.nodes[0]).toEqual({ at: device.faultSince, status: 'FAULT' });
  });

  it('refuse an invalid division', async () => {
    const { errors } = await security.request('{ devices(within: "4101") { totalCount } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'within' });
  });
});

describe('the tables', () => {
  it('derive status from heartbeats, keep every count equal to a recount, and refuse invalid rows', async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const place = { longitude: 113.7, latitude: 34.7 };
    const platforms = ['410104', '410104001'].map((code, index) => ({
      id: seedId('monitoring-platform', code, 0),
      division_code: code,
      device_code: `4101040000200000000${index + 1}`,
      name: '示例平台',
      tier: index ? 'SUBDISTRICT_OR_BRANCH' : 'DISTRICT_CENTRE',
      parent_id: index ? seedId('monitoring-platform', '410104', 0) : null,
      ...place,
    }));
    await sql`insert into monitoring_platform ${sql(platforms)}`;
    const device = (ordinal: number, change: Record<string, string> = {}) => ({
      id: seedId('alarm-box', '410104', ordinal),
      kind: 'ALARM_BOX',
      division_code: '410104001001',
      device_code: `4101040000134000000${ordinal}`,
      platform_id: seedId('monitoring-platform', '410104001', 0),
      name: '示例求助箱',
      intercom: true,
      ...place,
      ...change,
    });
    const insert = (...rows: ReturnType<typeof device>[]) => sql`insert into security_device ${sql(rows)}`;
    await insert(device(1), device(2), device(3));
    await sql`update device_heartbeat set last_heartbeat_at = now(), online_until = now() + interval '180 s'
      where device_id = ${seedId('alarm-box', '410104', 1)}`;
    await sql`update security_device set fault_since = now() where id = ${seedId('alarm-box', '410104', 2)}`;

    const server = await testSubgraph(subgraph, url);
    const { data } = await server.request(
      '{ devices(within: "410104001001") { nodes { deviceCode status } } }',
    );
    expect(data.devices.nodes.map((node: { status: string }) => node.status)).toEqual([
      'ONLINE',
      'FAULT',
      'OFFLINE',
    ]);
    await server.stop();

    const counts = () =>
      sql`select condition, count from platform_device_count where platform_id = ${seedId('monitoring-platform', '410104', 0)} and count > 0 order by 1`;
    expect([...(await counts())]).toEqual([
      { condition: 'FAULT', count: 1 },
      { condition: 'IN_SERVICE', count: 2 },
    ]);
    await sql`delete from security_device where id = ${seedId('alarm-box', '410104', 2)}`;
    expect([...(await counts())]).toEqual([{ condition: 'IN_SERVICE', count: 2 }]);
    expect(await sql`select * from tally_recount()`).toEqual([]);

    await expect(insert(device(1, { id: seedId('alarm-box', '410104', 9) }))).rejects.toThrow(
      'security_device_device_code_unique',
    );
    await expect(insert(device(4, { device_code: '41010500001340000004' }))).rejects.toThrow(
      'security_device_code_division',
    );
    await expect(insert(device(4, { device_code: '41010400001320000004' }))).rejects.toThrow(
      'security_device_code_type',
    );
    await expect(insert(device(4, { device_code: '41010400991340000004' }))).rejects.toMatchObject({
      constraint_name: 'security_device_codes_known',
    });
    await expect(
      sql`update security_device set device_code = '41010400991340000001' where device_code = '41010400001340000001'`,
    ).rejects.toMatchObject({ constraint_name: 'security_device_codes_known' });
    await expect(sql`delete from device_industry where code = '00'`).rejects.toThrow('never changed');
    await expect(sql`update device_network set code = '9' where code = '0'`).rejects.toThrow('never changed');
    await expect(insert(device(4, { division_code: '410104002001' }))).rejects.toMatchObject({
      constraint_name: 'security_device_inside_platform',
    });
    await expect(sql`update device_heartbeat set online_until = now() + interval '1 day'`).rejects.toThrow(
      'device_heartbeat_online_until',
    );
    await expect(sql`update device_heartbeat set interval_seconds = 0`).rejects.toThrow(
      'device_heartbeat_cadence',
    );
    await drop();
  });

  it('count at each platform the devices at and below it', async () => {
    const differences = await security.sql`
      select coalesce(k.platform_id, c.platform_id) from (select * from platform_device_count where count > 0) k
      full join (
        select above.id as platform_id, d.kind, d.condition, count(*) as count
        from security_device d join monitoring_platform p on p.id = d.platform_id
        cross join lateral unnest(p.path) above(id) group by 1, 2, 3
      ) c using (platform_id, kind, condition)
      where k.count is distinct from c.count`;
    expect(differences).toEqual([]);
  });

  it('find silent devices by an index alone', async () => {
    const plan = await security.sql`explain select kind, count(*) from device_heartbeat
      where in_service and district_code = '410104' and online_until <= now() group by 1`;
    expect(JSON.stringify(plan)).toContain('device_heartbeat_silent');
  });
});
