import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

interface Crew {
  id: string;
  leaderName: string;
  phone: string;
  workersOnDuty: number;
  division: { code: string };
}

async function list(within: string, first: number) {
  const rows: Crew[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await sanitation.request(
      `query ($within: ID!, $first: Int, $after: String) { sanitationCrews(within: $within, first: $first, after: $after) {
        totalCount nodes { id leaderName phone workersOnDuty division { code } } pageInfo { hasNextPage endCursor }
      } }`,
      { within, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.sanitationCrews;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the crews inside a division', () => {
  it.each([
    ['410100', '4101', 100],
    ['410105', '410105', 20],
  ])('of %s are paged in the order of division codes, each once', async (within, prefix, first) => {
    const { rows, totals } = await list(within, first);
    const expected = await sanitation.sql<{ id: string }[]>`
      select id from sanitation_crew where starts_with(division_code, ${prefix}) order by division_code, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(2 * first);
    expect(totals).toEqual([rows.length]);
  });

  it('have together the workers that the overview shows', async () => {
    const { rows } = await list('410105', 100);
    const { data } = await sanitation.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { sanitation { workersOnDuty } } } }',
      { r: [{ __typename: 'Division', code: '410105' }] },
    );
    const workers = rows.reduce((total, { workersOnDuty }) => total + workersOnDuty, 0);
    expect(data._entities[0].sanitation.workersOnDuty).toBe(workers);
    expect(rows).toHaveLength(52);
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await sanitation.request(
      '{ roads(within: "410105", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 101', 'BAD_USER_INPUT', 'first'],
      ['within: "金水"', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.roads.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await sanitation.request(`{ sanitationCrews(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('419999', 10)).toEqual({ rows: [], totals: [0] });
  });
});

describe('the leader of a crew', () => {
  it('shows only the surname in lists, by identifier and as an entity; the telephone is the organisation’s', async () => {
    const { rows } = await list('410105', 100);
    const known = await sanitation.sql<{ id: string; leaderName: string }[]>`
      select id, leader_name from sanitation_crew where left(division_code, 6) = '410105' order by id`;
    const [one] = known;
    const { data } = await sanitation.request(
      `query ($id: ID!, $r: [_Any!]!) {
        sanitationCrew(id: $id) { leaderName }
        _entities(representations: $r) { ... on SanitationCrew { leaderName } }
      }`,
      { id: one?.id, r: known.map(({ id }) => ({ __typename: 'SanitationCrew', id })) },
    );
    const masked = known.map(({ leaderName }) => ({
      leaderName: `${leaderName[0]}${'*'.repeat(leaderName.length - 1)}`,
    }));
    expect(data.sanitationCrew).toEqual(masked[0]);
    expect(data._entities).toEqual(masked);
    for (const { id, leaderName, phone } of rows) {
      expect({ leaderName }).toEqual(masked[known.findIndex((row) => row.id === id)]);
      expect(phone).toMatch(/^0371-/);
    }
    for (const { leaderName } of known) expect(JSON.stringify([data, rows])).not.toContain(leaderName);
  });
});

it('is null when unknown or when the identifier is none', async () => {
  const { data, errors } = await sanitation.request(
    '{ a: sanitationCrew(id: "014aa2ca-6000-7069-8000-000000000000") { id } b: sanitationCrew(id: "x") { id } }',
  );
  expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
});

it('counts its workers wherever it lies, and is refused with a negative number or under another district’s key', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const [one, two] = [newId('410105'), newId('410105')];
  const insert = (id: string, division: string, workers: number) =>
    sql`insert into sanitation_crew values (${id}, ${division}, '示例', '0371-0', '张示例', ${workers})`;
  const counts = async () =>
    Object.fromEntries(
      (
        await sql`select division_code, sum(amount) as amount from tally where metric = 'workers_on_duty' group by 1 having sum(amount) <> 0`
      ).map(({ divisionCode, amount }) => [divisionCode, amount]),
    );
  await insert(one, '410105007', 40);
  await insert(two, '410105001', 30);
  await expect(insert(newId('410105'), '410105', -1)).rejects.toThrow('sanitation_crew_workers');
  await expect(insert(newId('410102'), '410105', 1)).rejects.toThrow('sanitation_crew_id_home');
  expect(await counts()).toEqual({ 410100: 70, 410105: 70, 410105007: 40, 410105001: 30 });
  await sql`update sanitation_crew set division_code = '410105001', workers_on_duty = 45 where id = ${one}`;
  await sql`delete from sanitation_crew where id = ${two}`;
  expect(await counts()).toEqual({ 410100: 45, 410105: 45, 410105001: 45 });
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
