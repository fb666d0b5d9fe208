import { today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertExampleCommunity, location } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    ServiceCentre:
      'id name grade floors openedOn status closedOn version division { code } residentsServed { min max }',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
  });
  await insertExampleCommunity(server.sql);
});
afterAll(() => server.stop());

const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
const centre = {
  divisionCode: '410105007',
  name: '示例党群服务中心',
  kind: 'PARTY_AND_MASS',
  grade: 'STANDARD',
  address: '示例路 1 号',
  phone: '0371-00012345',
  floorArea: 1500,
  floors: 3,
  openedOn: '2020-01-01',
  serviceRadiusMetres: 1000,
  windows: 8,
  offices: 6,
  linkedStations: 2,
  residentsServed: { min: 1000, max: 5000 },
  location,
};
const register = (input = {}) => server.write('registerServiceCentre', { ...centre, ...input });
const registered = async (input = {}) => (await register(input)).result.id as string;
const read = async () => {
  const { data } = await server.request(
    `query ($at: GeoPointInput!) {
      serviceCentres(within: "410105", first: 100) { totalCount nodes { id } }
      cityLevel: serviceCentres(within: "410105", grade: CITY_LEVEL, first: 100) { totalCount nodes { id } }
      serviceCentresNear(at: $at, withinMetres: 1000, first: 100) { serviceCentre { id } }
      division(code: "410105") { serviceCentres { totalCount } }
    }`,
    { at: location },
  );
  const { serviceCentres, cityLevel, serviceCentresNear, division } = data;
  return {
    total: serviceCentres.totalCount,
    listed: serviceCentres.nodes.map(({ id }: { id: string }) => id),
    cityLevel,
    near: serviceCentresNear.map((found: { serviceCentre: { id: string } }) => found.serviceCentre.id),
    ofDivision: division.serviceCentres.totalCount,
  };
};

describe('a service centre', () => {
  it('is registered, edited and closed, with an event for each; closed ones leave lists and counts', async () => {
    const before = await read();
    const id = await registered();
    const open = await read();
    expect(open.total).toBe(before.total + 1);
    expect(open.listed).toContain(id);
    expect(open.near).toContain(id);
    const edited = await server.write('updateServiceCentre', {
      serviceCentreId: id,
      version: 1,
      ...{ grade: 'CITY_LEVEL', floors: 4, residentsServed: { min: 2000, max: 2000 }, name: null },
    });
    expect(edited.result).toMatchObject({
      name: centre.name,
      grade: 'CITY_LEVEL',
      floors: 4,
      residentsServed: { min: 2000, max: 2000 },
      version: 2,
      division: { code: '410105007' },
    });
    const closed = await server.write('closeServiceCentre', { serviceCentreId: id });
    expect(closed.result).toMatchObject({ status: 'CLOSED', closedOn: today(), version: 3 });
    expect(await read()).toEqual(before);
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerServiceCentre', fromStatus: null, toStatus: 'OPEN' },
      { action: 'updateServiceCentre', fromStatus: 'OPEN', toStatus: 'OPEN' },
      { action: 'closeServiceCentre', fromStatus: 'OPEN', toStatus: 'CLOSED' },
    ]);
    const [event] =
      await server.sql`select detail from change_event where entity_id = ${id} and action = 'updateServiceCentre'`;
    expect(event?.detail.changed.sort()).toEqual([
      'floors',
      'grade',
      'residentsServedMax',
      'residentsServedMin',
    ]);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
    // It can still be read by its key.
    const { data } = await server.request(`{ serviceCentre(id: "${id}") { status } }`);
    expect(data.serviceCentre).toEqual({ status: 'CLOSED' });
  });

  it('edited concurrently is edited once, and the others get the current version', async () => {
    const serviceCentreId = await registered();
    const answers = await Promise.all(
      ['示例甲', '示例乙', '示例丙'].map((name) =>
        server.write('updateServiceCentre', { serviceCentreId, version: 1, name }),
      ),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'VersionConflict');
    expect(refused).toHaveLength(2);
    for (const { result } of refused) expect(result).toMatchObject({ current: 2, seen: 1 });
    expect(await eventsOf(server, serviceCentreId)).toHaveLength(2);
  });

  it('keeps its version when nothing differs, without an event', async () => {
    const serviceCentreId = await registered();
    const { result } = await server.write('updateServiceCentre', {
      serviceCentreId,
      version: 1,
      ...{ floors: centre.floors, location },
    });
    expect(result.version).toBe(1);
    expect(await eventsOf(server, serviceCentreId)).toHaveLength(1);
  });

  it('is closed once, and not edited afterwards', async () => {
    const serviceCentreId = await registered();
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => server.write('closeServiceCentre', { serviceCentreId })),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'InvalidTransition');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ from: 'CLOSED', to: 'CLOSED' });
    const edited = await server.write('updateServiceCentre', { serviceCentreId, version: 2, name: '示例' });
    expect(edited.result).toMatchObject({ __typename: 'ServiceCentreClosed' });
    expect(edited.result.message).toMatch(/\p{Script=Han}/u);
    expect(await eventsOf(server, serviceCentreId)).toHaveLength(2);
  });

  it('has one effect per idempotency key', async () => {
    const input = { idempotencyKey: 'service-centre' };
    const answers = await Promise.all(Array.from({ length: 3 }, () => register(input)));
    for (const { result } of answers) expect(result).toEqual(answers[0]?.result);
    expect(answers[0]?.result.__typename).toBe('ServiceCentre');
    expect(await eventsOf(server, answers[0]?.result.id)).toHaveLength(1);
  });

  it.each([
    { name: ' ' },
    { phone: 'x' },
    { floorArea: 0 },
    { windows: -1 },
    { residentsServed: { min: 2, max: 1 } },
    { divisionCode: 'x' },
    { location: { longitude: 34.79, latitude: 113.68 } },
    { location: { longitude: 116.4, latitude: 39.9 } },
  ])('is refused with %o', async (wrong) => {
    expect((await register(wrong)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused in an unknown division, on an impossible day, and if unknown', async () => {
    expect((await register({ divisionCode: '410105007099' })).code).toBe('BAD_USER_INPUT');
    const serviceCentreId = await registered();
    for (const closedOn of ['2999-01-01', '2019-12-31'])
      expect((await server.write('closeServiceCentre', { serviceCentreId, closedOn })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('closeServiceCentre', { serviceCentreId: unknown })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('updateServiceCentre', { serviceCentreId: 'x', version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});
