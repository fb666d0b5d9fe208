import { newId } from '@district-graph/kit/database/ids';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { encryptCursor } from '@district-graph/kit/pagination/cursors';
import { elderId } from '@district-graph/kit/seed/synthetic-city';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const unknown = '014aa2ca-6000-7069-8000-000000000000';
const ofElders = `query ($r: [_Any!]!, $first: Int, $after: String) { _entities(representations: $r) { ... on Elder {
  subsidies(first: $first, after: $after) {
    totalCount nodes { id scheme month status grantedOn paidOn amount { fen currency } } pageInfo { hasNextPage endCursor }
  }
} } }`;
const elders = (ids: string[]) => ids.map((id) => ({ __typename: 'Elder', id }));

describe('the subsidies of an elder', () => {
  it('take one statement for the rows of any number of elders, and one for their counts', async () => {
    const ids = [0, 1, 2].map((ordinal) => elderId('410105007003', ordinal));
    care.statements();
    const { data, errors } = await care.request(ofElders, { r: elders([...ids, unknown, 'x']) });
    expect(errors).toBeUndefined();
    expect(care.statements()).toHaveLength(3);
    const schemes = data._entities.map(
      (entity: { subsidies: { nodes: { scheme: string }[] } } | null) =>
        entity && [...new Set(entity.subsidies.nodes.map(({ scheme }) => scheme))],
    );
    const both = ['AGE_ALLOWANCE', 'BIRTH_POLICY_AWARD'];
    expect(schemes).toEqual([both, both, ['BIRTH_POLICY_AWARD'], null, null]);
    for (const { subsidies } of data._entities.slice(0, 3)) {
      expect(subsidies.totalCount).toBe(subsidies.nodes.length);
      for (const { month, status, grantedOn, paidOn, amount } of subsidies.nodes) {
        expect(month).toMatch(/^\d{4}-\d{2}-01$/);
        expect(status).toBe('PAID');
        expect(paidOn > grantedOn).toBe(true);
        expect(amount).toEqual({ fen: expect.any(Number), currency: 'CNY' });
      }
    }
  });

  it('are refused with a page of 101 and with the cursor of another list', async () => {
    const cursor = encryptCursor(
      developmentKeyring,
      JSON.stringify(['Elder.assessments', '2026-01-01', unknown]),
    );
    for (const [wrong, code, argument] of [
      [{ first: 101 }, 'BAD_USER_INPUT', 'first'],
      [{ after: cursor }, 'BAD_CURSOR', 'after'],
    ] as const) {
      const { errors } = await care.request(ofElders, { r: elders([elderId('410105007003', 0)]), ...wrong });
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
  });
});

it('names its elder masked, and is null when unknown or when the identifier is none', async () => {
  const [row] = await care.sql<{ id: string; elderId: string; name: string }[]>`
    select s.id, s.elder_id, e.name from subsidy s join elder e on e.id = s.elder_id order by s.id limit 1`;
  const { data, errors } = await care.request(
    `query ($id: ID!) { a: subsidy(id: $id) { elder { id name } } b: subsidy(id: "${unknown}") { id } c: subsidy(id: "x") { id } }`,
    { id: row?.id },
  );
  expect(errors).toBeUndefined();
  const elder = { id: row?.elderId, name: `${row?.name[0]}${'*'.repeat((row?.name.length ?? 0) - 1)}` };
  expect(data).toEqual({ a: { elder }, b: null, c: null });
});

it('is paid once per person, scheme and month, counted in that month, and no longer once it is stopped', async () => {
  const { sql, url, drop } = await emptyDatabase(subgraph);
  const community = '410105007003';
  const elder = newId(community);
  await insertElder(sql, { id: elder, divisionCode: community });
  const insert = (row: Record<string, string | number>) => {
    const claim = {
      id: newId(community),
      division_code: community,
      elder_id: elder,
      scheme: 'AGE_ALLOWANCE',
    };
    const grant = { month: '2026-01-01', amount_fen: 10_000, status: 'GRANTED', granted_on: '2026-02-10' };
    return sql`insert into subsidy ${sql([{ ...claim, ...grant, ...row }])}`;
  };
  for (const month of ['2026-01-01', '2025-11-01', '2026-03-01', '2025-12-01', '2026-02-01'])
    await insert({ month });
  await insert({ scheme: 'CENTENARIAN_ALLOWANCE', status: 'PAID', paid_on: '2026-02-10' });
  for (const [wrong, constraint] of [
    [{}, 'once'],
    [{ month: '2026-04-02' }, 'month'],
    [{ month: '2026-04-01', amount_fen: 0 }, 'amount'],
    [{ month: '2026-04-01', status: 'PAID' }, 'paid'],
    [{ month: '2026-04-01', paid_on: '2026-02-11' }, 'paid'],
    [{ month: '2026-04-01', status: 'PAID', paid_on: '2026-02-09' }, 'paid'],
    [{ month: '2026-04-01', scheme: 'OTHER' }, 'scheme'],
    [{ month: '2026-04-01', status: 'ASKED' }, 'status'],
  ] as const)
    await expect(insert(wrong), JSON.stringify(wrong)).rejects.toMatchObject({
      constraint_name: `subsidy_${constraint}`,
    });

  const server = await testSubgraph(subgraph, url);
  const months: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await server.request(ofElders, { r: elders([elder]), first: 2, after });
    const { totalCount, nodes, pageInfo } = data._entities[0].subsidies;
    expect(totalCount).toBe(6);
    months.push(...nodes.map(({ month }: { month: string }) => month));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(months).toEqual([
    '2026-03-01',
    '2026-02-01',
    '2026-01-01',
    '2026-01-01',
    '2025-12-01',
    '2025-11-01',
  ]);

  const claims = async () => {
    const { data } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { elderlyCare {
        subsidies(period: { from: "2026-01-01", to: "2026-02-28" }, scheme: AGE_ALLOWANCE) { claims amount { fen } }
        trend(metric: SUBSIDY_CLAIMS, period: { from: "2026-01-01", to: "2026-02-28" }, interval: MONTH) { value }
      } } } }`,
      { r: [{ __typename: 'Division', code: '410105' }] },
    );
    return data._entities[0].elderlyCare;
  };
  expect(await claims()).toEqual({
    subsidies: { claims: 2, amount: { fen: 20_000 } },
    trend: [{ value: 2 }, { value: 1 }],
  });
  await sql`update subsidy set status = 'STOPPED' where month = '2026-01-01' and scheme = 'AGE_ALLOWANCE'`;
  expect(await claims()).toEqual({
    subsidies: { claims: 1, amount: { fen: 10_000 } },
    trend: [{ value: 1 }, { value: 1 }],
  });
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await server.stop();
  await drop();
});
