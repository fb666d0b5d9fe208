import { newId, seedId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

const list = `query ($within: ID!, $after: String, $first: Int = 100) {
  vehicleDispatches(within: $within, period: { from: "2018-01-01", to: "2018-01-02" }, first: $first, after: $after) {
    totalCount nodes { id departedAt } pageInfo { hasNextPage endCursor }
  }
}`;

describe('the list of dispatches', () => {
  it.each(['410100', '410105'])(
    'inside %s gives every one of the period once, the latest first',
    async (within) => {
      const nodes: { id: string; departedAt: string }[] = [];
      let after: string | null = null;
      let total = 0;
      do {
        const { data } = await sanitation.request(list, { within, after });
        nodes.push(...data.vehicleDispatches.nodes);
        total = data.vehicleDispatches.totalCount;
        after = data.vehicleDispatches.pageInfo.hasNextPage
          ? data.vehicleDispatches.pageInfo.endCursor
          : null;
      } while (after);
      expect(nodes).toHaveLength(total);
      expect(new Set(nodes.map((node) => node.id)).size).toBe(total);
      const times = nodes.map((node) => node.departedAt);
      expect(times).toEqual([...times].sort().reverse());
      expect(times.at(-1)).toMatch(/^2018-01-01/);
    },
  );

  it('refuses an invalid cursor, a page of none, and an invalid division code', async () => {
    for (const [variables, code] of [
      [{ within: '410105', after: 'abc' }, 'BAD_CURSOR'],
      [{ within: '410105', first: 0 }, 'BAD_USER_INPUT'],
      [{ within: '41' }, 'BAD_USER_INPUT'],
    ] as const) {
      const { errors } = await sanitation.request(list, variables);
      expect(errors?.[0]).toMatchObject({ extensions: { code } });
      expect(errors?.[0]?.message).toMatch(/\p{Script=Han}/u);
    }
  });
});

describe('the dispatches for an incident', () => {
  it('stay when one comes from another district, which shows less: neither its vehicle nor its place but the district', async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const incident = newId('410105');
    for (const code of ['410105001', '410102']) {
      const vehicle = newId(code);
      await sql`insert into sanitation_vehicle ${sql([{ id: vehicle, division_code: code, plate_number: `豫A·测${code}`, kind: 'SPRINKLER', status: 'DISPATCHED', on_duty: true, longitude: 113.68, latitude: 34.79 }])}`;
      await sql`insert into vehicle_dispatch ${sql([{ id: newId(code), division_code: code, vehicle_id: vehicle, purpose: 'EMERGENCY_SUPPORT', incident_id: incident, departed_at: `2026-03-01T0${code.length}:00:00+08:00` }])}`;
    }
    const server = await testSubgraph(subgraph, url);
    const headers = await headersOf({ roles: ['sanitation-dispatcher'], divisions: ['410105'] });
    const { data, errors } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident { dispatches { purpose departedAt returnedAt vehicle { plateNumber } division { code } } } } }',
      { r: [{ __typename: 'Incident', id: incident }] },
      headers,
    );
    expect(errors).toBeUndefined();
    const support = { purpose: 'EMERGENCY_SUPPORT', returnedAt: null };
    expect(data._entities[0].dispatches).toMatchObject([
      { ...support, vehicle: { plateNumber: '豫A·测410105001' }, division: { code: '410105001' } },
      { ...support, vehicle: null, division: { code: '410102' } },
    ]);
    await server.stop();
    await drop();
  });
});

describe('the tables', () => {
  it('are seeded without a vehicle on two dispatches at once', async () => {
    const overlaps = await sanitation.sql`
      select from vehicle_dispatch a join vehicle_dispatch b on b.vehicle_id = a.vehicle_id and b.id > a.id
        and tstzrange(a.departed_at, a.returned_at) && tstzrange(b.departed_at, b.returned_at)`;
    expect(overlaps).toHaveLength(0);
  });

  it('refuse a second open dispatch of a vehicle, support without an incident, and a return before the departure', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const code = '410105';
    const vehicle = newId(code);
    await sql`insert into sanitation_vehicle ${sql([{ id: vehicle, division_code: code, plate_number: '豫A·测0001', kind: 'SPRINKLER', status: 'AVAILABLE', on_duty: true, longitude: 113.68, latitude: 34.79 }])}`;
    const dispatch = (values: Record<string, string | null>) => {
      const row = {
        id: newId(code),
        division_code: code,
        vehicle_id: vehicle,
        purpose: 'CLEANING',
        departed_at: '2026-03-01T08:00:00+08:00',
        ...values,
      };
      return sql`insert into vehicle_dispatch ${sql([row])}`;
    };
    await expect(dispatch({ purpose: 'EMERGENCY_SUPPORT' })).rejects.toThrow('vehicle_dispatch_incident');
    await expect(dispatch({ incident_id: seedId('incident', code, 1) })).rejects.toThrow(
      'vehicle_dispatch_incident',
    );
    await expect(dispatch({ returned_at: '2026-03-01T07:00:00+08:00' })).rejects.toThrow(
      'vehicle_dispatch_returned',
    );
    await expect(dispatch({ id: newId('410103') })).rejects.toThrow('vehicle_dispatch_id_home');
    await dispatch({});
    await expect(dispatch({ departed_at: '2026-03-01T09:00:00+08:00' })).rejects.toThrow(
      'vehicle_dispatch_one_open',
    );
    await drop();
  });
});
