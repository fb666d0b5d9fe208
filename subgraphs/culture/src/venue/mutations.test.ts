import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    Venue: 'id status version name kind capacity serviceCentre { id }',
    VenueInUse: 'message session { id } exhibition { id }',
    Session: 'id status',
    Exhibition: 'id status',
  });
  await server.sql`insert into activity (id, division_code, title, category, audience, organiser)
    values (${id(1)}, '410105007', '示例', 'LECTURE', 'ELDERLY', '示例')`;
});
afterAll(() => server.stop());

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const recount = () => server.sql`select * from tally_recount()`;
const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const counted = async (field: string) => {
  const { data } = await server.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { culture { ${field} } } } }`,
    { r: [{ __typename: 'Division', code: '410105' }] },
  );
  return data._entities[0].culture[field];
};

const hall = {
  serviceCentreId: id(8),
  divisionCode: '410105007',
  name: ' 示例厅 ',
  kind: 'HALL',
  capacity: 40,
  location: { longitude: 113.6, latitude: 34.8 },
};
const registered = async () => (await server.write('registerVenue', hall)).result.id as string;
const listed = async () => {
  const { data } = await server.request(
    '{ venues(within: "410105") { totalCount nodes { id } } _entities(representations: [{ __typename: "ServiceCentre", id: "01a1fc14-c3c1-7069-8000-000000000008" }]) { ... on ServiceCentre { venues { totalCount nodes { id } } } } }',
  );
  expect(data.venues).toEqual(data._entities[0].venues);
  expect(data.venues.nodes).toHaveLength(data.venues.totalCount);
  return data.venues.nodes.map((node: { id: string }) => node.id);
};

describe('a venue', () => {
  it('is registered, edited and closed, with an event for each; a closed one is no longer counted', async () => {
    const before = await counted('venues');
    const { result } = await server.write('registerVenue', hall);
    expect(result).toMatchObject({
      status: 'OPEN',
      version: 1,
      name: '示例厅',
      serviceCentre: { id: id(8) },
    });
    const venueId = result.id;
    expect(await counted('venues')).toBe(before + 1);
    const edited = await server.write('updateVenue', {
      venueId,
      version: 1,
      kind: 'CLASSROOM',
      capacity: 30,
    });
    expect(edited.result).toMatchObject({ version: 2, name: '示例厅', kind: 'CLASSROOM', capacity: 30 });
    expect(await listed()).toContain(venueId);
    const closed = await server.write('closeVenue', { venueId });
    expect(closed.result.status).toBe('CLOSED');
    expect(await counted('venues')).toBe(before);
    expect(await listed()).not.toContain(venueId);
    const { data } = await server.request('query ($id: ID!) { venue(id: $id) { status } }', { id: venueId });
    expect(data.venue.status).toBe('CLOSED');
    expect(await eventsOf(server, venueId)).toEqual([
      { action: 'registerVenue', fromStatus: null, toStatus: 'OPEN' },
      { action: 'updateVenue', fromStatus: 'OPEN', toStatus: 'OPEN' },
      { action: 'closeVenue', fromStatus: 'OPEN', toStatus: 'CLOSED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('is not edited from an old version, nor once closed', async () => {
    const venueId = await registered();
    const edits = [10, 20, 30].map((capacity) =>
      server.write('updateVenue', { venueId, version: 1, capacity }),
    );
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['Venue', 'VersionConflict', 'VersionConflict']);
    await server.write('closeVenue', { venueId });
    const late = await server.write('updateVenue', { venueId, version: 3, capacity: 10 });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'OPEN' });
    expect((await server.write('closeVenue', { venueId })).result).toMatchObject({
      from: 'CLOSED',
      to: 'CLOSED',
    });
    expect(await eventsOf(server, venueId)).toHaveLength(3);
  });

  it('stays unchanged, including its version, when an edit changes nothing', async () => {
    const venueId = await registered();
    const { result } = await server.write('updateVenue', {
      venueId,
      version: 1,
      name: '示例厅',
      capacity: null,
    });
    expect(result).toMatchObject({ version: 1, capacity: 40 });
    expect(await eventsOf(server, venueId)).toHaveLength(1);
  });

  it('is refused with invalid input', async () => {
    for (const change of [
      { capacity: 0 },
      { name: ' ' },
      { divisionCode: '金水区' },
      { serviceCentreId: 'x' },
      { location: { longitude: 34.8, latitude: 113.6 } },
    ])
      expect((await server.write('registerVenue', { ...hall, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('updateVenue', { venueId: id(9), version: 1 })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('closeVenue', { venueId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });

  it('is not closed or made smaller while sessions or exhibitions are coming, and takes nothing once closed', async () => {
    const venueId = await registered();
    const plan = { activityId: id(1), venueId, startsAt: soon(2), endsAt: soon(3), capacity: 35 };
    const sessionId = (await server.write('scheduleSession', plan)).result.id;
    const smaller = await server.write('updateVenue', { venueId, version: 1, capacity: 34 });
    expect(smaller.result).toMatchObject({ __typename: 'VenueInUse', session: { id: sessionId } });
    expect((await server.write('updateVenue', { venueId, version: 1, capacity: 35 })).result.capacity).toBe(
      35,
    );
    expect((await server.write('closeVenue', { venueId })).result.session.id).toBe(sessionId);
    await server.write('cancelSession', { sessionId, reason: '示例' });
    const show = { venueId, title: '示例', opensOn: '2100-01-01', closesOn: '2100-01-31' };
    const exhibitionId = (await server.write('registerExhibition', show)).result.id;
    const used = await server.write('closeVenue', { venueId });
    expect(used.result).toMatchObject({ session: null, exhibition: { id: exhibitionId } });
    expect(used.result.message).toMatch(/\p{Script=Han}.*[a-z]/u);
    await server.write('closeExhibition', { exhibitionId });
    expect((await server.write('closeVenue', { venueId })).result.status).toBe('CLOSED');
    expect((await server.write('scheduleSession', plan)).result.__typename).toBe('VenueClosed');
    expect((await server.write('registerExhibition', show)).result.__typename).toBe('VenueClosed');
  });

  it('is closed or gets a session when both are requested at once, never both', async () => {
    const venueId = await registered();
    const plan = { activityId: id(1), venueId, startsAt: soon(2), endsAt: soon(3) };
    const [closed, scheduled] = await Promise.all([
      server.write('closeVenue', { venueId }),
      server.write('scheduleSession', plan),
    ]);
    expect([
      ['Venue', 'VenueClosed'],
      ['VenueInUse', 'Session'],
    ]).toContainEqual([closed.result.__typename, scheduled.result.__typename]);
  });
});
