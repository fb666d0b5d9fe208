import { seedId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

const here = { longitude: 113.68, latitude: 34.79 };
const unknown = '014aa2ca-6000-7069-8000-000000000000';

describe('the nearest vehicles', () => {
  const nearest = `query ($at: GeoPointInput!, $within: Int!, $first: Int) {
    nearestVehicles(kind: SPRINKLER, at: $at, withinMetres: $within, first: $first) {
      distanceMetres vehicle { id plateNumber kind status waterCapacityLitres crew { id name phone leaderName } }
    }
  }`;

  it("are those inside the viewer's divisions: a dispatcher of one district finds none of another", async () => {
    const near = async (division: string) => {
      const viewer = { roles: ['sanitation-dispatcher' as const], divisions: [division] };
      const { data } = await sanitation.request(
        'query ($at: GeoPointInput!) { nearestVehicles(kind: SPRINKLER, at: $at, withinMetres: 20000, first: 100) { vehicle { division { code } } } }',
        { at: here },
        await headersOf(viewer),
      );
      return data.nearestVehicles.map(({ vehicle }: { vehicle: { division: { code: string } } }) =>
        vehicle.division.code.slice(0, 6),
      ) as string[];
    };
    expect(new Set(await near('410100')).size).toBeGreaterThan(1);
    expect(new Set(await near('410105'))).toEqual(new Set(['410105']));
  });

  it('are available, of the kind, nearest first, within the radius, and complete', async () => {
    const { data, errors } = await sanitation.request(nearest, { at: here, within: 10_000, first: 5 });
    expect(errors).toBeUndefined();
    const distances = data.nearestVehicles.map((found: { distanceMetres: number }) => found.distanceMetres);
    const rows = await sanitation.sql<{ distance: number }[]>`
      select round(geo_plane(longitude, latitude) <-> geo_plane(${here.longitude}, ${here.latitude}))::integer as distance
      from sanitation_vehicle where kind = 'SPRINKLER' and status = 'AVAILABLE' order by 1 limit 5`;
    expect(distances).toEqual(rows.map((row) => row.distance));
    for (const { vehicle } of data.nearestVehicles) {
      expect(vehicle).toMatchObject({ kind: 'SPRINKLER', status: 'AVAILABLE' });
      expect(vehicle.plateNumber).toMatch(/^豫A测/);
      expect(vehicle.waterCapacityLitres).toBeGreaterThan(0);
      expect(vehicle.crew.phone).toMatch(/^0371-/);
    }
  });

  it('are empty where the radius is too small; the radius and the point are validated', async () => {
    const { data } = await sanitation.request(nearest, {
      at: { longitude: 113.2, latitude: 34.3 },
      within: 1,
    });
    expect(data.nearestVehicles).toEqual([]);
    for (const [variables, argument] of [
      [{ at: here, within: 0 }, 'withinMetres'],
      [{ at: here, within: 50_001 }, 'withinMetres'],
      [{ at: { longitude: 181, latitude: 34 }, within: 100 }, 'at'],
      [{ at: here, within: 100, first: 0 }, 'first'],
    ] as const) {
      const { errors } = await sanitation.request(nearest, variables);
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument } });
    }
  });
});

describe('vehicles that could support an incident', () => {
  it('take one statement for any number of incidents; one without a location has none', async () => {
    sanitation.statements();
    const { data, errors } = await sanitation.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident {
        supportVehicles(withinMetres: 5000, first: 3) { distanceMetres vehicle { plateNumber kind } }
      } } }`,
      {
        r: [here, { longitude: 113.61, latitude: 34.75 }, null].map((location, ordinal) => ({
          __typename: 'Incident',
          id: seedId('incident', '410105', ordinal),
          location,
        })),
      },
    );
    expect(errors).toBeUndefined();
    expect(sanitation.statements()).toHaveLength(1);
    expect(
      data._entities.map((incident: { supportVehicles: [] }) => incident.supportVehicles.length),
    ).toEqual([3, 3, 0]);
  });

  it('are searched around points on Earth only', async () => {
    const places = [
      5,
      {},
      { longitude: '', latitude: 34.75 },
      { longitude: null, latitude: 34.75 },
      { longitude: 181, latitude: 34.75 },
    ];
    const { data, errors } = await sanitation.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident { id supportVehicles(withinMetres: 5000) { distanceMetres } } } }',
      {
        r: places.map((location, ordinal) => ({
          __typename: 'Incident',
          id: seedId('incident', '410105', ordinal),
          location,
        })),
      },
    );
    expect(data._entities).toEqual(
      places.map((_, ordinal) => ({ id: seedId('incident', '410105', ordinal), supportVehicles: null })),
    );
    expect(errors?.map(({ extensions }) => extensions)).toEqual(
      places.map(() => ({ code: 'BAD_USER_INPUT', argument: 'location' })),
    );
  });

  it('are recorded with the incident once dispatched: a sprinkler truck went to Shangjie’s fire', async () => {
    const { data } = await sanitation.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident {
        dispatches { purpose departedAt vehicle { id kind } incident { id } }
      } } }`,
      { r: [{ __typename: 'Incident', id: seedId('incident', '410106', 0) }] },
    );
    expect(data._entities[0].dispatches).toEqual([
      {
        purpose: 'EMERGENCY_SUPPORT',
        departedAt: expect.stringMatching(/^2021-03-23T/),
        vehicle: { id: seedId('vehicle', '410106', 0), kind: 'SPRINKLER' },
        incident: { id: seedId('incident', '410106', 0) },
      },
    ]);
  });
});

describe('a vehicle', () => {
  it('has no position in the graph, and of its crew’s leader only the surname', async () => {
    const { data } = await sanitation.request(
      `query ($id: ID!) {
        __type(name: "SanitationVehicle") { fields { name } }
        sanitationVehicle(id: $id) { crew { leaderName } }
      }`,
      { id: seedId('vehicle', '410105', 0) },
    );
    expect(data.__type.fields.map((field: { name: string }) => field.name)).not.toContain('location');
    expect(data.sanitationVehicle.crew.leaderName).toMatch(/^.\*+$/);
  });
});

describe('entities by key', () => {
  const types = [
    ['Road', 'road'],
    ['SanitationVehicle', 'sanitation_vehicle'],
    ['SanitationCrew', 'sanitation_crew'],
    ['CleaningRun', 'cleaning_run'],
    ['BlindSpot', 'blind_spot'],
    ['VehicleDispatch', 'vehicle_dispatch'],
    ['PollutionSource', 'pollution_source'],
    ['PollutionAlert', 'pollution_alert'],
    ['Inspection', 'inspection'],
    ['EnforcementCampaign', 'enforcement_campaign'],
  ] as const;

  it.each(types)(
    'of type %s take one statement for all, null for an unknown or invalid one',
    async (type, table) => {
      const rows = await sanitation.sql<{ id: string }[]>`select id from ${sanitation.sql(table)} limit 3`;
      const ids = [...rows.map((row) => row.id), unknown, 'no key'];
      sanitation.statements();
      const { data, errors } = await sanitation.request(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`,
        { r: ids.map((id) => ({ __typename: type, id })) },
      );
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([...rows.map(({ id }) => ({ id })), null, null]);
      expect(sanitation.statements()).toHaveLength(1);
    },
  );
});
