import { today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { community, recountOf, registerGrids, unknownId } from './testing.ts';

const selections = {
  Grid: 'id gridCode name level households headName headPhone status dissolvedOn version parent { gridCode } division { code }',
  GridCodeTaken: 'code message grid { id }',
  ParentGridMissing: 'message parentCode',
  GridInUse: 'message grids',
  InvalidTransition: 'from to',
  VersionConflict: 'current seen',
};
let server: WritableSubgraph;
beforeEach(async () => {
  await server?.stop();
  server = await writableSubgraph(subgraph, selections);
});
afterAll(() => server.stop());

const register = (gridCode: string, input = {}) =>
  server.write('registerGrid', { gridCode, name: '示例网格', households: 300, ...input });

describe('a grid', () => {
  it('is registered below the grid above, edited and dissolved, with an event for each', async () => {
    const id = await registerGrids(server);
    const edited = await server.write('updateGrid', {
      gridId: id,
      version: 1,
      households: 320,
      headName: '示例人员',
      headPhone: '00000000001',
    });
    expect(edited.result).toMatchObject({
      gridCode: `${community}001`,
      level: 'COMMUNITY',
      households: 320,
      headName: '示***',
      headPhone: '000****0001',
      version: 2,
      parent: { gridCode: '410105007' },
      division: { code: community },
    });
    const dissolved = await server.write('dissolveGrid', { gridId: id });
    expect(dissolved.result).toMatchObject({ status: 'DISSOLVED', dissolvedOn: today() });
    expect(await eventsOf(server, id)).toEqual([
      { action: 'registerGrid', fromStatus: null, toStatus: 'ACTIVE' },
      { action: 'updateGrid', fromStatus: 'ACTIVE', toStatus: 'ACTIVE' },
      { action: 'dissolveGrid', fromStatus: 'ACTIVE', toStatus: 'DISSOLVED' },
    ]);
    const { data } = await server.request(
      `{ grids(within: "410105") { totalCount nodes { gridCode } } gridByCode(gridCode: "${community}001") { id } }`,
    );
    expect(data).toEqual({
      grids: { totalCount: 2, nodes: [{ gridCode: '410105' }, { gridCode: '410105007' }] },
      gridByCode: null,
    });
    expect(await recountOf(server)).toEqual([]);
    expect((await server.write('updateGrid', { gridId: id, version: 3, name: '新名' })).result).toMatchObject(
      {
        __typename: 'InvalidTransition',
        from: 'DISSOLVED',
      },
    );
  });

  it('is stored with an encrypted telephone number, and its events contain no names', async () => {
    const id = await registerGrids(server);
    await server.write('updateGrid', {
      gridId: id,
      version: 1,
      headName: '示例人员',
      headPhone: '00000000001',
    });
    const [row] = await server.sql<{ headPhone: string }[]>`select head_phone from grid where id = ${id}`;
    expect(row?.headPhone).not.toContain('00000000001');
    const events = await server.sql`select detail from change_event where entity_id = ${id}`;
    expect(JSON.stringify(events)).not.toMatch(/示例人员|00000000001/);
  });

  it('is refused while the grid above is missing, with a code in use, and with a version that is old', async () => {
    expect((await register('410105007')).result).toMatchObject({
      __typename: 'ParentGridMissing',
      parentCode: '410105',
    });
    const id = await registerGrids(server);
    expect((await register(`${community}001`)).result).toMatchObject({
      __typename: 'GridCodeTaken',
      code: 'GRID_CODE_TAKEN',
      grid: { id },
    });
    const [district] = await server.sql<{ id: string }[]>`select id from grid where level = 'DISTRICT'`;
    expect((await server.write('dissolveGrid', { gridId: district?.id })).result).toMatchObject({
      __typename: 'GridInUse',
      grids: 1,
    });
    expect((await server.write('updateGrid', { gridId: id, version: 7, name: '新名' })).result).toMatchObject(
      {
        __typename: 'VersionConflict',
        current: 1,
      },
    );
  });

  it('can be registered anew under the code of a dissolved one', async () => {
    const gridId = await registerGrids(server);
    await server.write('dissolveGrid', { gridId });
    const { result } = await register(`${community}001`);
    expect(result.__typename).toBe('Grid');
    expect(result.id).not.toBe(gridId);
    expect(await recountOf(server)).toEqual([]);
  });

  it('has one code, however many register it at once, and the same answer for an idempotency key', async () => {
    await registerGrids(server);
    const code = `${community}002`;
    const answers = await Promise.all(Array.from({ length: 6 }, () => register(code)));
    expect(answers.filter(({ result }) => result.__typename === 'Grid')).toHaveLength(1);
    expect(answers.filter(({ result }) => result.__typename === 'GridCodeTaken')).toHaveLength(5);
    const keyed = await Promise.all(
      Array.from({ length: 4 }, () => register(`${community}003`, { idempotencyKey: 'grid-3' })),
    );
    expect(new Set(keyed.map(({ result }) => result.id)).size).toBe(1);
  });

  it('is not left below a grid that is dissolved at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const code = ['410102', '410103', '410104', '410106', '410108'][round] as string;
      const { result: above } = await register(code);
      await Promise.all([register(`${code}001`), server.write('dissolveGrid', { gridId: above.id })]);
    }
    const orphans = await server.sql`
      select g.id from grid g join grid a on a.id = g.parent_id where g.status = 'ACTIVE' and a.status = 'DISSOLVED'`;
    expect(orphans).toEqual([]);
  });

  it.each([
    ['a code of other digits', { gridCode: '4101050070' }],
    ['the code of the city', { gridCode: '410100' }],
    ['a community that is not in the register', { gridCode: '410105007999001' }],
    ['a subdistrict that is not in the register', { gridCode: '410105999' }],
    ['a blank name', { name: ' ' }],
    ['fewer households than none', { households: -1 }],
    ['an invalid telephone number', { headPhone: '12' }],
  ])('is refused with %s', async (_what, input) => {
    expect((await register('410105', input)).code).toBe('BAD_USER_INPUT');
  });

  it('is refused outside of the viewer’s divisions before its code is looked up, and for unknown keys', async () => {
    await registerGrids(server);
    const elsewhere = await headersOf({ roles: ['grid-worker'], divisions: ['410102'] });
    for (const code of ['410105', '410106']) {
      const input = { gridCode: code, name: '示例', households: 0 };
      expect((await server.write('registerGrid', input, elsewhere)).code).toBe('FORBIDDEN');
    }
    expect((await server.write('dissolveGrid', { gridId: unknownId })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('dissolveGrid', { gridId: 'x' })).code).toBe('NO_SUCH_RECORD');
  });
});
