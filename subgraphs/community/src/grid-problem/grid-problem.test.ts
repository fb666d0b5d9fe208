import { addDays, today } from '@district-graph/kit/calendar';
import { newId, seedId } from '@district-graph/kit/database/ids';
import {
  developmentSecrets,
  Keyring,
  developmentKeyring as keyring,
} from '@district-graph/kit/encryption/keyring';
import { rotateKeys } from '@district-graph/kit/maintenance/key-rotation';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import {
  emptyDatabase,
  type TestSubgraph,
  testSubgraph,
  type WritableSubgraph,
  writableSubgraph,
} from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { location, registerGrids, unknownId } from '../grid/testing.ts';
import { subgraph } from '../subgraph.ts';
import { encryptedGridProblemTimeline, type GridProblemTimelineRow } from './tables.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const worker = (purpose?: 'COMMUNITY_SERVICE', divisions = ['410100'], sub = 'worker') =>
  headersOf({ sub, roles: ['grid-worker'], divisions }, purpose);
const firstCommunity = (code: string) => loadSyntheticCity('default').communitiesOf(code)[0]?.code ?? '';
const period = { from: addDays(today(), -300), to: today() };

describe('a problem that concerns a person', () => {
  const fields =
    'division { code } location { longitude latitude } description grid { gridCode } visit { id } timeline { note }';

  it.each(['EMERGENCY', 'OTHER', 'ELDER_NEEDS_HELP'])(
    'is each of kind %s: without a purpose only its subdistrict and a coarse location are shown',
    async (kind) => {
      const list = `query ($period: DateRange) { gridProblems(within: "410105", kind: ${kind}, period: $period, first: 10) { nodes { ${fields} } } }`;
      const masked = await server.request(list, { period }, await worker());
      expect(masked.data.gridProblems.nodes.length).toBeGreaterThan(3);
      for (const { division, location: at, description, grid, visit } of masked.data.gridProblems.nodes) {
        expect(division.code).toMatch(/^\d{9}$/);
        expect([description, grid, visit]).toEqual([null, null, null]);
        expect(`${at.longitude} ${at.latitude}`).toMatch(/^\d+(\.\d{1,2})? \d+(\.\d{1,2})?$/);
      }
      const { data } = await server.request(
        list,
        { period },
        await worker('COMMUNITY_SERVICE', undefined, kind),
      );
      for (const { division, description, grid } of data.gridProblems.nodes) {
        expect(division.code).toMatch(/^\d{12}$/);
        expect(grid.gridCode.startsWith(division.code)).toBe(true);
        expect(description).toMatch(/\p{Script=Han}/u);
      }
      expect(
        await server.sql`select from access_record where viewer = ${kind} and subject_type = 'GridProblem'`,
      ).not.toHaveLength(0);
    },
  );

  it('is not found in its community by a list without a purpose, and each of it is on record with one', async () => {
    const [row] = await server.sql<{ divisionCode: string }[]>`
      select division_code from grid_problem where kind = 'ELDER_NEEDS_HELP' limit 1`;
    const list =
      'query ($within: ID!) { gridProblems(within: $within, kind: ELDER_NEEDS_HELP) { totalCount nodes { kind } } }';
    const variables = { within: row?.divisionCode };
    const refused = await server.request(list, variables, await worker());
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', within: row?.divisionCode });
    const { errors } = await server.request(
      list,
      variables,
      await worker('COMMUNITY_SERVICE', undefined, 'lister'),
    );
    expect(errors).toBeUndefined();
    expect(await server.sql`select distinct fields from access_record where viewer = 'lister'`).toEqual([
      { fields: ['division'] },
    ]);
  });

  it('is not shown from the record that it became, whose community may be known, without a purpose', async () => {
    const lost = seedId('incident', '410105', 0);
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Incident { gridProblem { kind } } } }';
    const variables = { r: [{ __typename: 'Incident', id: lost }] };
    expect((await server.request(query, variables, await worker())).data._entities).toEqual([
      { gridProblem: null },
    ]);
    const { data } = await server.request(query, variables, await worker('COMMUNITY_SERVICE'));
    expect(data._entities).toEqual([{ gridProblem: { kind: 'ELDER_NEEDS_HELP' } }]);
  });
});

describe('any other problem', () => {
  it('is shown with its community, its grid and its location, but not with its description', async () => {
    const { data } = await server.request(
      `query ($period: DateRange) { gridProblems(within: "410105", kind: SAFETY_HAZARD, period: $period, first: 10) { nodes {
        description division { code } grid { division { code } } location { longitude } } } }`,
      { period },
      await worker(),
    );
    expect(data.gridProblems.nodes).toHaveLength(10);
    for (const { description, division, grid, location: at } of data.gridProblems.nodes) {
      expect(description).toBeNull();
      expect(division.code).toMatch(/^\d{12}$/);
      expect(grid.division).toEqual(division);
      expect(String(at.longitude)).toMatch(/\.\d{3,}$/);
    }
  });

  it('leads to the incident and the blind spot that it became, and back, in one statement for all of them', async () => {
    const fire = seedId('incident', '410105', 1);
    const [spot] = await server.sql<{ blindSpotId: string }[]>`
      select blind_spot_id from grid_problem where blind_spot_id is not null and division_code like '410105%' limit 1`;
    server.statements();
    const { data } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) {
        ... on Incident { gridProblem { status handler incident { id } } }
        ... on BlindSpot { gridProblem { status handler blindSpot { id } } } } }`,
      {
        r: [
          { __typename: 'Incident', id: fire },
          { __typename: 'Incident', id: unknownId },
          { __typename: 'BlindSpot', id: spot?.blindSpotId },
        ],
      },
      await worker(),
    );
    expect(server.statements()).toHaveLength(2);
    expect(data._entities).toEqual([
      { gridProblem: { status: 'HANDED_OVER', handler: 'SECURITY', incident: { id: fire } } },
      { gridProblem: null },
      { gridProblem: { status: 'VERIFIED', handler: 'SANITATION', blindSpot: { id: spot?.blindSpotId } } },
    ]);
  });
});

describe('problems', () => {
  it.each([
    ['{ gridProblems(within: "410105") { totalCount } }'],
    [
      `{ _entities(representations: [{ __typename: "Incident", id: "${seedId('incident', '410105', 1)}" }]) { ... on Incident { gridProblem { kind } } } }`,
    ],
  ])('are refused without the scope and elsewhere: %s', async (query) => {
    for (const headers of [await headersOf({ roles: [] }), await worker('COMMUNITY_SERVICE', ['410102'])]) {
      const { errors } = await server.request(query, {}, headers);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  it.each(['410100', '410105', '410105007', '410105007003'])(
    'inside %s are paged latest first, each once',
    async (within) => {
      const seen: { id: string; foundAt: string }[] = [];
      let after: string | null = null;
      do {
        const { data, errors } = await server.request(
          `query ($within: ID!, $period: DateRange, $after: String) { gridProblems(within: $within, period: $period, kind: STREET_ORDER, first: 100, after: $after) {
            totalCount nodes { id foundAt } pageInfo { hasNextPage endCursor } } }`,
          { within, period, after },
          await worker('COMMUNITY_SERVICE'),
        );
        expect(errors).toBeUndefined();
        seen.push(...data.gridProblems.nodes);
        after = data.gridProblems.pageInfo.hasNextPage ? data.gridProblems.pageInfo.endCursor : null;
        if (!after) expect(seen).toHaveLength(data.gridProblems.totalCount);
      } while (after);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const times = seen.map(({ foundAt }) => foundAt);
      expect(times).toEqual(times.toSorted().toReversed());
    },
  );

  it('take one statement for any number of keys, and are null for unknown and invalid ones', async () => {
    const rows = await server.sql<{ id: string }[]>`select id from grid_problem limit 3`;
    server.statements();
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on GridProblem { kind timeline { action } } } }',
      { r: [...rows.map(({ id }) => id), unknownId, 'x'].map((id) => ({ __typename: 'GridProblem', id })) },
    );
    expect(server.statements()).toHaveLength(2);
    expect(data._entities.map((each: unknown) => each !== null)).toEqual([true, true, true, false, false]);
  });

  it('are counted in a community, and by kind, only for viewers who see exact numbers', async () => {
    const read = async (code: string, headers?: Record<string, string>) => {
      const { data, errors } = await server.request(
        `query ($r: [_Any!]!, $period: DateRange!) { _entities(representations: $r) { ... on Division { community {
          openGridProblemCount gridProblemSummary(period: $period) { found byKind { count } } } } } }`,
        { r: [{ __typename: 'Division', code }], period },
        headers,
      );
      expect(errors).toBeUndefined();
      return data._entities[0].community;
    };
    const nobody = await headersOf({ roles: [] });
    expect(await read(firstCommunity('410105'), nobody)).toEqual({
      openGridProblemCount: null,
      gridProblemSummary: null,
    });
    expect(await read('410105007', nobody)).toEqual({ openGridProblemCount: null, gridProblemSummary: null });
    const district = await read('410105', nobody);
    expect(district).toMatchObject({
      openGridProblemCount: expect.any(Number),
      gridProblemSummary: { byKind: null },
    });
    const exact = await read('410105');
    expect(exact.gridProblemSummary.found).toBe(district.gridProblemSummary.found);
    const kinds: { count: number }[] = exact.gridProblemSummary.byKind;
    expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(exact.gridProblemSummary.found);
  });
});

describe('the texts of a problem', () => {
  it('are erased three years after it is closed, those of its timeline too; its steps stay', async () => {
    const own: WritableSubgraph = await writableSubgraph(subgraph, { Grid: 'id', GridProblem: 'id' });
    const gridId = await registerGrids(own);
    const closed = async () => {
      const input = { gridId, kind: 'OTHER', description: '示例', location };
      const { id } = (await own.write('reportGridProblem', input)).result;
      await own.write('cancelGridProblem', { gridProblemId: id, reason: '示例原因' });
      return id as string;
    };
    const [over, notYet] = [await closed(), await closed()];
    for (const [id, ago] of [
      [over, '3 years 1 day'],
      [notYet, '2 years'],
    ] as const)
      await own.sql`update grid_problem set found_at = now() - ${ago}::text::interval, closed_at = now() - ${ago}::text::interval where id = ${id}`;
    expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([{ table: 'grid_problem', rows: 1 }]);
    const notes = await own.sql`
      select p.id, p.description is null as described, count(t.note)::integer as notes, count(*)::integer as steps
      from grid_problem p join grid_problem_timeline t on t.problem_id = p.id group by p.id order by p.closed_at`;
    expect([...notes]).toEqual([
      { id: over, described: true, notes: 0, steps: 2 },
      { id: notYet, described: false, notes: 1, steps: 2 },
    ]);
    await own.stop();
  });

  it('are encrypted anew when keys are rotated, although the timeline is append-only', async () => {
    const own: WritableSubgraph = await writableSubgraph(subgraph, { Grid: 'id', GridProblem: 'id' });
    const gridId = await registerGrids(own);
    const input = { gridId, kind: 'OTHER', description: '示例', location };
    const { id } = (await own.write('reportGridProblem', input)).result;
    await own.write('cancelGridProblem', { gridProblemId: id, reason: '示例原因' });
    const rotated = new Keyring(
      new Map([['newer', Buffer.from('a newer secret of this test')], ...developmentSecrets]),
    );
    const { reencrypted } = await rotateKeys(own.sql, rotated, subgraph, () => () => {});
    expect(reencrypted).toMatchObject({ grid_problem: 1, grid_problem_timeline: 1 });
    const [entry] = await own.sql<GridProblemTimelineRow[]>`
      select * from grid_problem_timeline where problem_id = ${id} and note is not null`;
    expect(encryptedGridProblemTimeline.decrypt(rotated, entry as GridProblemTimelineRow, 'note')).toBe(
      '示例原因',
    );
    await own.stop();
  });
});

it('refuses steps out of order, instants that do not match the status, and changes of the timeline', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const [gridId, id] = [newId('410105'), newId('410105')];
  await sql`insert into grid (id, division_code, grid_code, name, level, households) values (${gridId}, '410105', '410105', '示例', 'DISTRICT', 1)`;
  const row = {
    id,
    grid_id: gridId,
    division_code: '410105',
    kind: 'OTHER',
    longitude: 113.7,
    latitude: 34.8,
  };
  await sql`insert into grid_problem ${sql({ ...row, found_at: '2026-01-01T08:00:00+08:00' })}`;
  await expect(sql`update grid_problem set status = 'SOLVED'`).rejects.toMatchObject({
    constraint_name: 'grid_problem_status_step',
  });
  await expect(sql`update grid_problem set status = 'HANDED_OVER'`).rejects.toThrow(
    'grid_problem_status_instants',
  );
  await expect(
    sql`update grid_problem set status = 'HANDED_OVER', handed_over_at = found_at - interval '1 hour', handler = 'OTHER'`,
  ).rejects.toThrow('grid_problem_instants_in_order');
  await expect(
    sql`update grid_problem set status = 'HANDED_OVER', handed_over_at = found_at, handler = 'SECURITY'`,
  ).rejects.toThrow('grid_problem_reference');
  await expect(
    sql`update grid_problem set status = 'HANDED_OVER', handed_over_at = found_at, handler = 'OTHER', incident_id = ${newId('410105')}`,
  ).rejects.toThrow('grid_problem_reference');
  await sql`update grid_problem set status = 'HANDED_OVER', handed_over_at = found_at, handler = 'SECURITY', incident_id = ${newId('410105')}`;
  await sql`insert into grid_problem_timeline values (${id}, 1, now(), '单位', 'FOUND')`;
  for (const change of [
    sql`update grid_problem_timeline set action = 'SOLVED'`,
    sql`update grid_problem_timeline set at = now()`,
    sql`delete from grid_problem_timeline`,
    sql`truncate grid_problem_timeline`,
  ])
    await expect(change).rejects.toMatchObject({ constraint_name: 'grid_problem_timeline_append_only' });
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
