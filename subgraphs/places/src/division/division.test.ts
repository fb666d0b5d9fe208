import { registeredDivisions } from '@district-graph/kit/divisions/division-register';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { addRegistered } from './store.ts';

let places: TestSubgraph;
beforeAll(async () => {
  places = await testSubgraph(subgraph);
});
afterAll(() => places.stop());

describe('the register', () => {
  it('has the city, 15 districts, 208 subdistricts and 3,306 communities', async () => {
    const { data } = await places.request(`{
      division(code: "410100") {
        __typename
        districts: descendantCount(level: DISTRICT)
        subdistricts: descendantCount(level: SUBDISTRICT)
        communities: descendantCount(level: COMMUNITY)
      }
    }`);
    expect(data.division).toEqual({
      __typename: 'City',
      districts: 15,
      subdistricts: 208,
      communities: 3306,
    });
  });

  it('answers each level by its own type, with the divisions above it', async () => {
    const { data } = await places.request(`{
      divisionsByCode(codes: ["410105", "410105007", "410105007003", "410199"]) {
        __typename name ancestors { code } parent { code }
      }
    }`);
    expect(data.divisionsByCode).toEqual([
      { __typename: 'District', name: '金水区', ancestors: [{ code: '410100' }], parent: { code: '410100' } },
      {
        __typename: 'Subdistrict',
        name: '南阳新村街道',
        ancestors: [{ code: '410100' }, { code: '410105' }],
        parent: { code: '410105' },
      },
      {
        __typename: 'Community',
        name: '群英社区居民委员会',
        ancestors: [{ code: '410100' }, { code: '410105' }, { code: '410105007' }],
        parent: { code: '410105007' },
      },
      null,
    ]);
  });

  it('answers null for an unknown and for an invalid code', async () => {
    const { data, errors } = await places.request(
      '{ a: division(code: "419999") { name } b: division(code: "x") { name } }',
    );
    expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
  });

  it('shows which zones have only a statistical code, and who administers a subdistrict with another district’s code', async () => {
    const { data } = await places.request(
      '{ divisionsByCode(codes: ["410173", "410105", "410105560"]) { kind administeredBy } }',
    );
    expect(data.divisionsByCode).toEqual([
      { kind: 'FUNCTIONAL_ZONE', administeredBy: null },
      { kind: 'ADMINISTRATIVE', administeredBy: null },
      { kind: 'ADMINISTRATIVE', administeredBy: '郑东新区管理委员会' },
    ]);
  });
});

describe('lists of divisions', () => {
  it('pages through a district’s subdistricts in the order of their codes, each once', async () => {
    const codes: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await places.request(
        'query ($after: String) { divisions(level: SUBDISTRICT, within: "410105", first: 10, after: $after) { totalCount nodes { code } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      expect(data.divisions.totalCount).toBe(24);
      codes.push(...data.divisions.nodes.map((node: { code: string }) => node.code));
      after = data.divisions.pageInfo.hasNextPage ? data.divisions.pageInfo.endCursor : null;
    } while (after);
    expect(codes).toHaveLength(24);
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  it('refuses the cursor of another list, and a text that is no cursor', async () => {
    const { data } = await places.request(
      '{ division(code: "410100") { children(first: 1) { pageInfo { endCursor } } } }',
    );
    const foreign = data.division.children.pageInfo.endCursor;
    for (const after of [foreign, 'abc', '']) {
      const { errors } = await places.request(
        'query ($after: String) { divisions(after: $after) { totalCount } }',
        { after },
      );
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_CURSOR', argument: 'after' } });
      expect(errors?.[0]?.message).toMatch(/游标/);
    }
  });

  it.each([0, -1, 101, 1000])('refuses a page of %i', async (first) => {
    const { errors } = await places.request(
      'query ($first: Int) { divisions(first: $first) { totalCount } }',
      {
        first,
      },
    );
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'first' } });
    expect(errors?.[0]?.message).toContain(String(first));
  });
});

describe('statements', () => {
  const codes = '["410102", "410103", "410104", "410105", "410106", "410108"]';

  it('takes one statement for any number of entities', async () => {
    const representations = ['410102', '410103', '410105007', '410105007003', '000000'].map((code) => ({
      __typename: 'Division',
      code,
    }));
    places.statements();
    const { data } = await places.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code } } }',
      { r: representations },
    );
    expect(data._entities.map((entity: { code: string } | null) => entity?.code ?? null)).toEqual([
      '410102',
      '410103',
      '410105007',
      '410105007003',
      null,
    ]);
    expect(places.statements()).toHaveLength(1);
  });

  it('reads no page of points when only their number is selected', async () => {
    places.statements();
    const { data } = await places.request(
      `{ divisionsByCode(codes: ${codes}) { servicePoints { totalCount } } }`,
    );
    expect(data.divisionsByCode[0].servicePoints.totalCount).toBeGreaterThan(0);
    // The divisions and the counts.
    expect(places.statements()).toHaveLength(2);
  });

  it('takes one statement each for a page of children, of centres, of points and for all counts of many divisions', async () => {
    places.statements();
    const { errors } = await places.request(`{
      divisionsByCode(codes: ${codes}) {
        name
        children(first: 3) { totalCount nodes { name } }
        serviceCentres(first: 3) { totalCount nodes { name } }
        servicePoints(first: 3) { totalCount nodes { name } }
        communityStatistics { residents }
        descendantCount(level: COMMUNITY)
      }
    }`);
    expect(errors).toBeUndefined();
    expect(places.statements()).toHaveLength(5);
  });
});

describe('the tables', () => {
  it('keep rollups that equal a recount of the rows', async () => {
    expect(await places.sql`select * from tally_recount()`).toEqual([]);
  });

  it('keep them when rows are changed and removed', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const place = { kind: 'ADMINISTRATIVE', longitude: 113.6, latitude: 34.7 };
    await sql`insert into division ${sql([
      { code: '410100', name: '郑州市', level: 'CITY', parent_code: null, ...place },
      { code: '410105', name: '金水区', level: 'DISTRICT', parent_code: '410100', ...place },
      { code: '410105007', name: '南阳新村街道', level: 'SUBDISTRICT', parent_code: '410105', ...place },
      { code: '410105007003', name: '群英社区', level: 'COMMUNITY', parent_code: '410105007', ...place },
    ])}`;
    await sql`insert into community values ('410105007003', 'ONE', 1200, 100, 300, 4, 0)`;
    await sql`update community set class = 'TWO', residents = 310`;
    const read = () =>
      sql`select metric, sum(amount) as amount from tally where division_code = '410100' group by 1 having sum(amount) <> 0 order by 1`;
    expect([...(await read())]).toEqual([
      { metric: 'communities:TWO', amount: 1 },
      { metric: 'divisions:COMMUNITY', amount: 1 },
      { metric: 'divisions:DISTRICT', amount: 1 },
      { metric: 'divisions:SUBDISTRICT', amount: 1 },
      { metric: 'households', amount: 100 },
      { metric: 'premises:OVER_1000', amount: 1 },
      { metric: 'premises_area', amount: 1200 },
      { metric: 'residents', amount: 310 },
    ]);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await sql`delete from community`;
    expect(await sql`select * from tally_recount()`).toEqual([]);
    expect((await read()).map((row) => row.metric)).not.toContain('residents');
    await drop();
  });

  it('get the divisions that the register has in addition, and lose none', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const register = [...registeredDivisions().values()];
    expect(await addRegistered(sql, register)).toBe(0);
    await sql`insert into division (code, name, level, kind, longitude, latitude)
      values ('410100', '郑州市', 'CITY', 'ADMINISTRATIVE', 113.6, 34.7)`;
    await sql`insert into division (code, name, level, parent_code, kind, longitude, latitude)
      values ('410199', '示例新区', 'DISTRICT', '410100', 'FUNCTIONAL_ZONE', 113.6, 34.7)`;
    expect(await addRegistered(sql, register)).toBe(register.length - 1);
    expect(await addRegistered(sql, register)).toBe(0);
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select count(*)::int from division`;
    expect(count).toBe(register.length + 1);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await drop();
  });

  it('refuse a level that does not match the code, and a location outside the city', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const insert = (code: string, level: string, longitude: number) =>
      sql`insert into division values (${code}, '示例', ${level}, null, 'ADMINISTRATIVE', null, null, null, ${longitude}, 34.7)`;
    await expect(insert('410105', 'DISTRICT', 113.6)).rejects.toThrow('division_level_of_code');
    await expect(insert('410100', 'CITY', 34.7)).rejects.toThrow('division_location');
    await expect(insert('4101', 'CITY', 113.6)).rejects.toThrow('division_code_form');
    await drop();
  });
});
