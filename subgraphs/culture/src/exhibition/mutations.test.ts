import { addDays, today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    Exhibition: 'id status version title opensOn closesOn venue { id }',
  });
  await server.sql`insert into venue (id, division_code, service_centre_id, name, kind, capacity, longitude, latitude)
    values (${id(2)}, '410105007', ${id(8)}, '示例厅', 'HALL', 40, 113.6, 34.8)`;
});
afterAll(() => server.stop());

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const recount = () => server.sql`select * from tally_recount()`;
const counted = async (field: string) => {
  const { data } = await server.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { culture { ${field} } } } }`,
    { r: [{ __typename: 'Division', code: '410105' }] },
  );
  return data._entities[0].culture[field];
};

const show = {
  venueId: id(2),
  title: '示例书画展',
  opensOn: addDays(today(), -3),
  closesOn: addDays(today(), 10),
};
const listed = async () => {
  const { data } = await server.request('{ exhibitions(within: "410105") { totalCount nodes { id } } }');
  expect(data.exhibitions.nodes).toHaveLength(data.exhibitions.totalCount);
  return data.exhibitions.nodes.map((node: { id: string }) => node.id);
};

describe('an exhibition', () => {
  it('is registered, edited and ended early, with an event for each, and its record is kept', async () => {
    const { result } = await server.write('registerExhibition', show);
    expect(result).toMatchObject({
      title: show.title,
      opensOn: show.opensOn,
      status: 'ANNOUNCED',
      venue: { id: id(2) },
    });
    const exhibitionId = result.id;
    const closesOn = addDays(today(), 20);
    const edited = await server.write('updateExhibition', { exhibitionId, version: 1, closesOn });
    expect(edited.result).toMatchObject({ version: 2, title: show.title, closesOn });
    const ended = await server.write('closeExhibition', { exhibitionId });
    expect(ended.result).toMatchObject({ status: 'CLOSED', closesOn: today() });
    expect(await listed()).toContain(exhibitionId);
    expect(await eventsOf(server, exhibitionId)).toEqual([
      { action: 'registerExhibition', fromStatus: null, toStatus: 'ANNOUNCED' },
      { action: 'updateExhibition', fromStatus: 'ANNOUNCED', toStatus: 'ANNOUNCED' },
      { action: 'closeExhibition', fromStatus: 'ANNOUNCED', toStatus: 'CLOSED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('is cancelled before it opens, and is no longer counted', async () => {
    const before = await counted('exhibitions');
    const coming = { ...show, opensOn: addDays(today(), 2) };
    const exhibitionId = (await server.write('registerExhibition', coming)).result.id;
    expect(await counted('exhibitions')).toBe(before + 1);
    const { result } = await server.write('closeExhibition', { exhibitionId });
    expect(result).toMatchObject({ status: 'CANCELLED', closesOn: show.closesOn });
    expect(await counted('exhibitions')).toBe(before);
    expect(await listed()).not.toContain(exhibitionId);
    expect(await recount()).toHaveLength(0);
  });

  it('is not edited from an old version, nor once it has ended or its venue is closed', async () => {
    const exhibitionId = (await server.write('registerExhibition', show)).result.id;
    const edits = ['甲', '乙', '丙'].map((title) =>
      server.write('updateExhibition', { exhibitionId, version: 1, title }),
    );
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['Exhibition', 'VersionConflict', 'VersionConflict']);
    await server.sql`update venue set status = 'CLOSED'`;
    const longer = { exhibitionId, version: 2, closesOn: addDays(today(), 30) };
    expect((await server.write('updateExhibition', longer)).result.__typename).toBe('VenueClosed');
    await server.sql`update venue set status = 'OPEN'`;
    await server.write('closeExhibition', { exhibitionId });
    const late = await server.write('updateExhibition', { ...longer, version: 3 });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'ANNOUNCED' });
    expect((await server.write('closeExhibition', { exhibitionId })).result.__typename).toBe(
      'InvalidTransition',
    );
    expect(await eventsOf(server, exhibitionId)).toHaveLength(3);
  });

  it('is refused with invalid input', async () => {
    for (const change of [{ closesOn: addDays(show.opensOn, -1) }, { title: '' }])
      expect((await server.write('registerExhibition', { ...show, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('registerExhibition', { ...show, venueId: id(9) })).code).toBe(
      'NO_SUCH_RECORD',
    );
    const exhibitionId = (await server.write('registerExhibition', show)).result.id;
    const backwards = { exhibitionId, version: 1, closesOn: addDays(show.opensOn, -1) };
    expect((await server.write('updateExhibition', backwards)).code).toBe('BAD_USER_INPUT');
    expect((await server.write('closeExhibition', { exhibitionId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});
