import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    Troupe: 'id status version name kind members',
  });
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

const choir = { divisionCode: '410105007', name: '示例合唱队', kind: 'CHORUS', members: 20 };
const listed = async () => {
  const { data } = await server.request('{ troupes(within: "410105") { totalCount nodes { id } } }');
  expect(data.troupes.nodes).toHaveLength(data.troupes.totalCount);
  return data.troupes.nodes.map((node: { id: string }) => node.id);
};

describe('a troupe', () => {
  it('is registered, edited and disbanded, with an event for each, and is no longer counted', async () => {
    const { result } = await server.write('registerTroupe', choir);
    expect(result).toMatchObject({
      status: 'ACTIVE',
      version: 1,
      name: choir.name,
      kind: 'CHORUS',
      members: 20,
    });
    const troupeId = result.id;
    const edited = await server.write('updateTroupe', { troupeId, version: 1, kind: 'DANCE', members: 25 });
    expect(edited.result).toMatchObject({ version: 2, name: choir.name, kind: 'DANCE', members: 25 });
    expect(await listed()).toEqual([troupeId]);
    expect(await counted('troupes')).toBe(1);
    expect((await server.write('disbandTroupe', { troupeId })).result.status).toBe('DISBANDED');
    expect(await listed()).toEqual([]);
    expect(await counted('troupes')).toBe(0);
    expect(await eventsOf(server, troupeId)).toEqual([
      { action: 'registerTroupe', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateTroupe', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'disbandTroupe', fromStatus: 'ACTIVE', toStatus: 'DISBANDED' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('is not edited from an old version, nor once disbanded', async () => {
    const troupeId = (await server.write('registerTroupe', choir)).result.id;
    const edits = [1, 2, 3].map((members) => server.write('updateTroupe', { troupeId, version: 1, members }));
    const types = (await Promise.all(edits)).map(({ result }) => result.__typename);
    expect(types.sort()).toEqual(['Troupe', 'VersionConflict', 'VersionConflict']);
    const ends = await Promise.all([
      server.write('disbandTroupe', { troupeId }),
      server.write('disbandTroupe', { troupeId }),
    ]);
    expect(ends.map(({ result }) => result.__typename).sort()).toEqual(['InvalidTransition', 'Troupe']);
    const late = await server.write('updateTroupe', { troupeId, version: 3, members: 4 });
    expect(late.result).toMatchObject({ __typename: 'InvalidTransition', from: 'DISBANDED' });
    expect(await eventsOf(server, troupeId)).toHaveLength(3);
  });

  it('is refused with invalid input', async () => {
    for (const change of [{ name: ' ' }, { members: 0 }, { members: 1001 }, { divisionCode: 'x' }])
      expect((await server.write('registerTroupe', { ...choir, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('updateTroupe', { troupeId: id(9), version: 1 })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('disbandTroupe', { troupeId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});
