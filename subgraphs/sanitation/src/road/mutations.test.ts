import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Road: 'id name cleaningGrade lengthMetres closedOn version location { longitude latitude }',
    CleaningRun: 'id',
    RunAlreadyOpen: 'message run { id }',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
  });
});
afterAll(() => server.stop());

const missing = '01a1fc14-c3c1-7069-8000-000000000099';
const location = { longitude: 113.68, latitude: 34.79 };
const recount = () => server.sql`select * from tally_recount()`;
const road = {
  divisionCode: '410105007003',
  name: '示例路',
  cleaningGrade: 'SECOND',
  lengthMetres: 900,
  location,
};
const roadsInJinshui = async () =>
  (await server.request('{ roads(within: "410105") { totalCount nodes { id } } }')).data.roads;

describe('a road', () => {
  it('is registered, edited and closed; a closed one is neither listed nor counted', async () => {
    const { result } = await server.write('registerRoad', road);
    expect(result).toMatchObject({ name: '示例路', closedOn: null, version: 1, location });
    const roadId = result.id;
    expect(await roadsInJinshui()).toEqual({ totalCount: 1, nodes: [{ id: roadId }] });
    const edited = await server.write('updateRoad', {
      roadId,
      version: 1,
      cleaningGrade: 'FIRST',
      name: null,
    });
    expect(edited.result).toMatchObject({
      name: '示例路',
      cleaningGrade: 'FIRST',
      lengthMetres: 900,
      version: 2,
    });
    const closed = await server.write('closeRoad', { roadId });
    expect(closed.result.closedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(await roadsInJinshui()).toEqual({ totalCount: 0, nodes: [] });
    const { data } = await server.request('query ($id: ID!) { road(id: $id) { closedOn } }', { id: roadId });
    expect(data.road.closedOn).toBe(closed.result.closedOn);
    expect(await eventsOf(server, roadId)).toEqual([
      { action: 'registerRoad', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateRoad', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'closeRoad', fromStatus: 'ACTIVE', toStatus: 'CLOSED' },
    ]);
    for (const [action, input] of [
      ['updateRoad', { roadId, version: 3 }],
      ['closeRoad', { roadId }],
    ] as const)
      expect((await server.write(action, input)).result).toMatchObject({
        __typename: 'InvalidTransition',
        from: 'CLOSED',
      });
    expect((await server.write('startCleaningRun', { roadId })).code).toBe('BAD_USER_INPUT');
    expect(await recount()).toHaveLength(0);
  });

  it('is not closed while it is being cleaned, also when a run starts at the same time', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const { result } = await server.write('registerRoad', road);
      const [run, closed] = await Promise.all([
        server.write('startCleaningRun', { roadId: result.id }),
        server.write('closeRoad', { roadId: result.id }),
      ]);
      if (run.code) expect(closed.result.__typename).toBe('Road');
      else expect(closed.result).toMatchObject({ __typename: 'RunAlreadyOpen', run: { id: run.result.id } });
    }
  });

  it('is edited from its current version only', async () => {
    const { result } = await server.write('registerRoad', road);
    const edits = [700, 800, 850].map((lengthMetres) =>
      server.write('updateRoad', { roadId: result.id, version: 1, lengthMetres }),
    );
    const types = (await Promise.all(edits)).map((answer) => answer.result.__typename).sort();
    expect(types).toEqual(['Road', 'VersionConflict', 'VersionConflict']);
  });

  it('is refused with invalid input', async () => {
    for (const input of [{ lengthMetres: 0 }, { name: ' ' }, { name: 'a\0' }, { divisionCode: 'x' }])
      expect((await server.write('registerRoad', { ...road, ...input })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('updateRoad', { roadId: missing, version: 1 })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('closeRoad', { roadId: missing })).code).toBe('NO_SUCH_RECORD');
  });
});
