import { addDays, today } from '@district-graph/kit/calendar';
import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { headersOf } from '@district-graph/kit/testing/identity';
import {
  type TestSubgraph,
  testSubgraph,
  type WritableSubgraph,
  writableSubgraph,
} from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerGrids, unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const year = { from: addDays(today(), -200), to: today() };
const worker = (purpose?: 'COMMUNITY_SERVICE', divisions = ['410105']) =>
  headersOf({ sub: `worker-${purpose}-${divisions}`, roles: ['grid-worker'], divisions }, purpose);

describe('the visits inside a division', () => {
  it.each(['410100', '410105', '410105007', '410105007003'])(
    'of %s are paged latest first, each once',
    async (within) => {
      const seen: { id: string; visitedAt: string; division: { code: string } }[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await server.request(
          `query ($within: ID!, $period: DateRange, $after: String) { gridVisits(within: $within, period: $period, kind: SHOP, first: 100, after: $after) {
            totalCount nodes { id visitedAt kind division { code } } pageInfo { hasNextPage endCursor } } }`,
          { within, period: { ...year, from: addDays(today(), -400) }, after },
        );
        expect(errors).toBeUndefined();
        seen.push(...data.gridVisits.nodes);
        after = data.gridVisits.pageInfo.hasNextPage ? data.gridVisits.pageInfo.endCursor : null;
        if (!after) expect(seen).toHaveLength(data.gridVisits.totalCount);
      } while (after);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const times = seen.map(({ visitedAt }) => visitedAt);
      expect(times).toEqual(times.toSorted().toReversed());
      expect(seen.every(({ division }) => division.code.startsWith(within.replace(/00$/, '')))).toBe(true);
    },
  );

  it('of each grid take one statement for all grids', async () => {
    server.statements();
    const { data, errors } = await server.request(
      '{ grids(within: "410105007", level: COMMUNITY, first: 20) { nodes { id visits(first: 2) { nodes { grid { id } } } } } }',
    );
    expect(errors).toBeUndefined();
    expect(server.statements()).toHaveLength(3);
    for (const { id, visits } of data.grids.nodes)
      expect(visits.nodes.every(({ grid }: { grid: { id: string } }) => grid.id === id)).toBe(true);
  });
});

describe('the worker and the note of a visit', () => {
  const query = `query ($period: DateRange) { gridVisits(within: "410105", period: $period, first: 50) { nodes { workerName note } } }`;
  type Shown = { workerName: string; note: string | null };

  it('are masked without a purpose, and the list is refused without the scope and elsewhere', async () => {
    const { data } = await server.request(query, { period: year }, await worker());
    for (const { workerName, note } of data.gridVisits.nodes as Shown[]) {
      expect(workerName).toMatch(/^.\*+$/);
      expect(note).toBeNull();
    }
    for (const headers of [
      await headersOf({ roles: [] }),
      await headersOf({ roles: ['venue-manager'] }),
      await worker('COMMUNITY_SERVICE', ['410102']),
    ]) {
      const { errors } = await server.request(query, { period: year }, headers);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it('are disclosed with a purpose, on record', async () => {
    const { data } = await server.request(query, { period: year }, await worker('COMMUNITY_SERVICE'));
    const shown = data.gridVisits.nodes as Shown[];
    expect(shown.some(({ note }) => note !== null)).toBe(true);
    expect(shown.every(({ workerName }) => /^.(示例|样本|测试|演示)$/.test(workerName))).toBe(true);
    const records = await server.sql`
      select from access_record where viewer = 'worker-COMMUNITY_SERVICE-410105' and subject_type = 'GridVisit'`;
    expect(records.length).toBeGreaterThan(0);
  });

  it('are refused on every other way to a visit', async () => {
    const [row] = await server.sql<
      { id: string }[]
    >`select id from grid_visit where division_code like '410105%' limit 1`;
    const headers = await worker('COMMUNITY_SERVICE', ['410102']);
    for (const [text, variables] of [
      ['query ($id: ID!) { gridVisit(id: $id) { kind } }', { id: row?.id }],
      ['{ gridByCode(gridCode: "410105") { visits { totalCount } } }', {}],
      [
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on GridVisit { kind } } }',
        { r: [{ __typename: 'GridVisit', id: row?.id }] },
      ],
    ] as const) {
      const { errors } = await server.request(text, variables, headers);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

it('takes one statement for any number of keys, and is null for unknown and invalid ones', async () => {
  const rows = await server.sql<{ id: string }[]>`select id from grid_visit limit 3`;
  server.statements();
  const { data } = await server.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on GridVisit { kind } } }',
    { r: [...rows.map(({ id }) => id), unknownId, 'x'].map((id) => ({ __typename: 'GridVisit', id })) },
  );
  expect(server.statements()).toHaveLength(1);
  expect(data._entities.map((each: unknown) => each !== null)).toEqual([true, true, true, false, false]);
});

it('loses the name of its worker and its note after a year, and the head of a dissolved grid is forgotten then', async () => {
  const own: WritableSubgraph = await writableSubgraph(subgraph, { Grid: 'id', GridVisit: 'id' });
  const gridId = await registerGrids(own);
  const visited = async (day: string) => {
    const input = {
      gridId,
      kind: 'PUBLIC_AREA',
      visitedAt: `${day}T09:00:00+08:00`,
      workerName: '示例人员',
      note: '记事',
    };
    return (await own.write('recordGridVisit', input)).result.id as string;
  };
  const [over, notYet] = [await visited(addDays(today(), -367)), await visited(addDays(today(), -300))];
  await own.write('updateGrid', { gridId, version: 1, headName: '示例人员', headPhone: '00000000001' });
  await own.write('dissolveGrid', { gridId });
  await own.sql`update grid set dissolved_on = dissolved_on - 400 where id = ${gridId}`;
  expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([
    { table: 'grid_visit', rows: 1 },
    { table: 'grid', rows: 1 },
  ]);
  const kept =
    await own.sql`select id, worker_name, note is null as erased from grid_visit order by visited_at`;
  expect([...kept]).toEqual([
    { id: over, workerName: '已删除', erased: true },
    { id: notYet, workerName: '示例人员', erased: false },
  ]);
  expect(await own.sql`select head_name, head_phone from grid where id = ${gridId}`).toEqual([
    { headName: null, headPhone: null },
  ]);
  expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([]);
  await own.stop();
});
