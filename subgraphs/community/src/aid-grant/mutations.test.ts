import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SupermarketSubgraph, supermarketSubgraph } from '../stock/testing.ts';

let server: SupermarketSubgraph;
beforeAll(async () => {
  server = await supermarketSubgraph();
});
afterAll(() => server.stop());

const grant = {
  divisionCode: '410105007',
  kind: 'PUPIL_AID',
  giver: '示例商会',
  beneficiaries: 20,
  amountFen: 400_000,
  givenOn: '2026-03-01',
};

it('is recorded once per idempotency key, counted on its day, with its event', async () => {
  const input = { ...grant, idempotencyKey: 'once' };
  const answers = await Promise.all(Array.from({ length: 3 }, () => server.write('recordAidGrant', input)));
  const [first] = answers;
  for (const { result } of answers) expect(result).toEqual(first?.result);
  expect(first?.result).toMatchObject({
    __typename: 'AidGrant',
    division: { code: grant.divisionCode },
    amount: { fen: 400_000, currency: 'CNY' },
    beneficiaries: 20,
  });
  expect(await eventsOf(server, first?.result.id)).toEqual([
    { action: 'recordAidGrant', fromStatus: null, toStatus: null },
  ]);
  const sums = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally
    where division_code = '410100' and grain = 'DAY' and start = '2026-03-01' group by 1`;
  expect(Object.fromEntries(sums.map(({ metric, amount }) => [metric, amount]))).toEqual({
    'aid_grants:PUPIL_AID': 1,
    'aid_beneficiaries:PUPIL_AID': 20,
    'aid_fen:PUPIL_AID': 400_000,
  });
  expect(await server.recount()).toEqual([]);
});

it('is refused with invalid input, outside of the divisions of the viewer, and without the scope', async () => {
  for (const wrong of [
    { beneficiaries: 0 },
    { amountFen: 0 },
    { giver: ' ' },
    { givenOn: '2999-01-01' },
    { divisionCode: 'x' },
  ])
    expect((await server.write('recordAidGrant', { ...grant, ...wrong })).code, JSON.stringify(wrong)).toBe(
      'BAD_USER_INPUT',
    );
  for (const bearer of [
    { roles: ['community-worker'], divisions: ['410102'] },
    { roles: ['care-manager'], divisions: ['410105'] },
  ] as const)
    expect((await server.write('recordAidGrant', grant, await headersOf(bearer))).code).toBe('FORBIDDEN');
  expect(await server.sql`select id from aid_grant`).toHaveLength(1);
});
