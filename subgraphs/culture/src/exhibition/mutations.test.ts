import { addDays, today } from '@district-graph/kit/calendar';
import { eventsOf, type WritableRoom, writableRoom } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let room: WritableRoom;
beforeAll(async () => {
  room = await writableRoom(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    Exhibition: 'id status version title opensOn closesOn venue { id }',
  });
  await room.sql`insert into venue (id, division_code, service_centre_id, name, kind, capacity, longitude, latitude)
    values (${id(2)}, '410105007', ${id(8)}, '示例厅', 'HALL', 40, 113.6, 34.8)`;
});
afterAll(() => room.stop());

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const recount = () => room.sql`select * from tally_recount()`;
const counted = async (field: string) => {
  const { data } = await room.query(
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
  const { data } = await room.query('{ exhibitions(within: "410105") { totalCount nodes { id } } }');
  expect(data.exhibitions.nodes).toHaveLength(data.exhibitions.totalCount);
  return data.exhibitions.nodes.map((node: { id: string }) => node.id);
};

describe('an exhibition', () => {
  it('is registered, edited and ended early; an event tells of each, and it stays on record', async () => {
    const { result } = await room.write('registerExhibition', show);
    expect(result).toMatchObject({
      title: show.title,
      opensOn: show.opensOn,
      status: 'ANNOUNCED',
      venue: { id: id(2) },
    });
    const exhibitionId = result.id;
    const closesOn = addDays(today(), 20);
    const edited = await room.write('updateExhibition', { exhibitionId, version: 1, closesOn });
    expect(edited.result).toMatchObject({ version: 2, title: show.title, closesOn });
    const ended = await room.write('closeExhibition', { exhibitionId });
    expect(ended.result).toMatchObject({ status: 'CLOSED', closesOn: today() });
    expect(await listed()).toContain(exhibitionId);
    expect(await eventsOf(room, exhibitionId)).toEqual([
      { action: 'registerExhibition', fromStatus: null, toStatus: 'ANNOUNCED' },
      { action: 'updateExhibition', fromStatus: 'ANNOUNCED', toStatus: 'ANNOUNCED' },
      { action: 'closeExhibition', fromStatus: 'ANNOUNCED', toStatus: 'CLOSED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('is called off before it opens, and counts no more', async () => {
    const before = await counted('exhibitions');
    const coming = { ...show, opensOn: addDays(today(), 2) };
    const exhibitionId = (await room.write('registerExhibition', coming)).result.id;
    expect(await counted('exhibitions')).toBe(before + 1);
    const { result } = await room.write('closeExhibition', { exhibitionId });
    expect(result).toMatchObject({ status: 'CANCELLED', closesOn: show.closesOn });
    expect(await counted('exhibitions')).toBe(before);
    expect(await listed()).not.toContain(exhibitionId);
    expect(await recount()).toHaveLength(0);
  });

  it('is not edited from a version that is past, nor once it is ended or its venue closed', async () => {
    const exhibitionId = (await room.write('registerExhibition', show)).result.id;
    const edits = ['甲', '乙', '丙'].map((title) =>
      room.write('updateExhibition', { exhibitionId, version: 1, title }),
    );
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['Exhibition', 'VersionConflict', 'VersionConflict']);
    await room.sql`update venue set status = 'CLOSED'`;
    const longer = { exhibitionId, version: 2, closesOn: addDays(today(), 30) };
    expect((await room.write('updateExhibition', longer)).result.__typename).toBe('VenueClosed');
    await room.sql`update venue set status = 'OPEN'`;
    await room.write('closeExhibition', { exhibitionId });
    const late = await room.write('updateExhibition', { ...longer, version: 3 });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'CLOSED', to: 'ANNOUNCED' });
    expect((await room.write('closeExhibition', { exhibitionId })).result.__typename).toBe(
      'InvalidTransition',
    );
    expect(await eventsOf(room, exhibitionId)).toHaveLength(3);
  });

  it('is refused what no exhibition is', async () => {
    for (const change of [{ closesOn: addDays(show.opensOn, -1) }, { title: '' }])
      expect((await room.write('registerExhibition', { ...show, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await room.write('registerExhibition', { ...show, venueId: id(9) })).code).toBe('NO_SUCH_RECORD');
    const exhibitionId = (await room.write('registerExhibition', show)).result.id;
    const backwards = { exhibitionId, version: 1, closesOn: addDays(show.opensOn, -1) };
    expect((await room.write('updateExhibition', backwards)).code).toBe('BAD_USER_INPUT');
    expect((await room.write('closeExhibition', { exhibitionId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});
