import { today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertExampleCommunity, location } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    ServicePoint:
      'id signNumber name circle discounts status closedOn version community { code } location { longitude latitude }',
    SignNumberTaken: 'message servicePoint { id status }',
    VersionConflict: 'message current seen',
    InvalidTransition: 'message from to',
  });
  await insertExampleCommunity(server.sql);
});
afterAll(() => server.stop());

const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
const point = {
  divisionCode: '410105007003',
  name: '示例便民超市',
  circle: 'LIVING_SERVICES',
  address: '示例路 1 号',
  supervisionPhone: '0371-00012345',
  discounts: [] as string[],
  location,
};
let sign = 0;
const nextSign = () => {
  sign += 1;
  return `410105-${String(sign).padStart(5, '0')}`;
};
const register = (input = {}) =>
  server.write('registerServicePoint', { ...point, signNumber: nextSign(), ...input });
const registered = async (input = {}) => (await register(input)).result.id as string;
const read = async () => {
  const { data } = await server.request(
    `query ($at: GeoPointInput!) {
      servicePoints(within: "410105", first: 100) { totalCount nodes { id } }
      servicePointsNear(at: $at, walkingMinutes: 15, first: 100) { servicePoint { id } }
      division(code: "410105") { serviceCircles { circle count } }
    }`,
    { at: location },
  );
  const { servicePoints, servicePointsNear, division } = data;
  return {
    total: servicePoints.totalCount,
    listed: servicePoints.nodes.map(({ id }: { id: string }) => id),
    near: servicePointsNear.map((found: { servicePoint: { id: string } }) => found.servicePoint.id),
    circles: division.serviceCircles,
  };
};

describe('a service point', () => {
  it('is registered, edited and closed, with an event for each; closed ones leave lists and counts', async () => {
    const before = await read();
    const id = await registered();
    const open = await read();
    expect(open.total).toBe(before.total + 1);
    expect(open.listed).toContain(id);
    expect(open.near).toContain(id);
    const edited = await server.write('updateServicePoint', {
      servicePointId: id,
      version: 1,
      ...{ discounts: ['AGED_70_LIVING_ALONE', 'LOW_INCOME', 'LOW_INCOME'], circle: 'HEALTH', name: null },
    });
    expect(edited.result).toMatchObject({
      name: point.name,
      circle: 'HEALTH',
      discounts: ['LOW_INCOME', 'AGED_70_LIVING_ALONE'],
      version: 2,
      community: { code: '410105007003' },
    });
    const closed = await server.write('closeServicePoint', { servicePointId: id });
    expect(closed.result).toMatchObject({ status: 'CLOSED', closedOn: today(), version: 3 });
    expect(await read()).toEqual(before);
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerServicePoint', fromStatus: null, toStatus: 'OPEN' },
      { action: 'updateServicePoint', fromStatus: 'OPEN', toStatus: 'OPEN' },
      { action: 'closeServicePoint', fromStatus: 'OPEN', toStatus: 'CLOSED' },
    ]);
    const [event] =
      await server.sql`select detail from change_event where entity_id = ${id} and action = 'updateServicePoint'`;
    expect(event?.detail.changed.sort()).toEqual(['circle', 'discounts']);
    expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
    // It can still be read by its key.
    const { data } = await server.request(`{ servicePoint(id: "${id}") { status } }`);
    expect(data.servicePoint).toEqual({ status: 'CLOSED' });
  });

  it('has a unique sign number, also with concurrent registrations, and after it is closed', async () => {
    const signNumber = nextSign();
    const answers = await Promise.all(Array.from({ length: 6 }, () => register({ signNumber })));
    const first = answers.find(({ result }) => result.__typename === 'ServicePoint')?.result;
    const refused = answers.filter(({ result }) => result.__typename === 'SignNumberTaken');
    expect(refused).toHaveLength(5);
    for (const { result } of refused) expect(result.servicePoint).toEqual({ id: first.id, status: 'OPEN' });
    expect(refused[0]?.result.message).toMatch(/\p{Script=Han}/u);
    await server.write('closeServicePoint', { servicePointId: first.id });
    const later = await register({ signNumber });
    expect(later.result.servicePoint).toEqual({ id: first.id, status: 'CLOSED' });
    expect(await eventsOf(server, first.id)).toHaveLength(2);
  });

  it('edited concurrently is edited once, and the others get the current version', async () => {
    const servicePointId = await registered();
    const answers = await Promise.all(
      ['示例甲', '示例乙', '示例丙'].map((name) =>
        server.write('updateServicePoint', { servicePointId, version: 1, name }),
      ),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'VersionConflict');
    expect(refused).toHaveLength(2);
    for (const { result } of refused) expect(result).toMatchObject({ current: 2, seen: 1 });
    expect(await eventsOf(server, servicePointId)).toHaveLength(2);
  });

  it('keeps its version when nothing differs, without an event', async () => {
    const servicePointId = await registered();
    const { result } = await server.write('updateServicePoint', {
      servicePointId,
      version: 1,
      ...{ discounts: [], name: point.name },
    });
    expect(result.version).toBe(1);
    expect(await eventsOf(server, servicePointId)).toHaveLength(1);
  });

  it('is closed once, and not edited afterwards', async () => {
    const servicePointId = await registered();
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => server.write('closeServicePoint', { servicePointId })),
    );
    const refused = answers.filter(({ result }) => result.__typename === 'InvalidTransition');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.result).toMatchObject({ from: 'CLOSED', to: 'CLOSED' });
    const edited = await server.write('updateServicePoint', { servicePointId, version: 2, name: '示例' });
    expect(edited.result).toMatchObject({ __typename: 'ServicePointClosed' });
    expect(edited.result.message).toMatch(/\p{Script=Han}/u);
    expect(await eventsOf(server, servicePointId)).toHaveLength(2);
  });

  it('has one effect per idempotency key', async () => {
    const input = { idempotencyKey: 'service-point', signNumber: nextSign() };
    const answers = await Promise.all(Array.from({ length: 3 }, () => register(input)));
    for (const { result } of answers) expect(result).toEqual(answers[0]?.result);
    expect(answers[0]?.result.__typename).toBe('ServicePoint');
    expect(await eventsOf(server, answers[0]?.result.id)).toHaveLength(1);
  });

  it.each([
    { name: ' ' },
    { signNumber: '' },
    { supervisionPhone: 'x' },
    { divisionCode: '410105007' },
    { divisionCode: 'x' },
    { location: { longitude: 34.79, latitude: 113.68 } },
    { location: { longitude: 116.4, latitude: 39.9 } },
  ])('is refused with %o', async (wrong) => {
    expect((await register(wrong)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused in an unknown division, on an impossible day, and if unknown', async () => {
    expect((await register({ divisionCode: '410105007099' })).code).toBe('BAD_USER_INPUT');
    const servicePointId = await registered();
    for (const closedOn of ['2999-01-01'])
      expect((await server.write('closeServicePoint', { servicePointId, closedOn })).code).toBe(
        'BAD_USER_INPUT',
      );
    expect((await server.write('closeServicePoint', { servicePointId: unknown })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('updateServicePoint', { servicePointId: 'x', version: 1 })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});
