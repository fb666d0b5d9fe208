import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    OutreachEvent: 'id kind title heldOn beneficiaries division { code }',
  });
});
afterAll(() => server.stop());

const row = {
  divisionCode: '410105007',
  kind: 'FREE_CLINIC',
  title: '示例义诊',
  heldOn: '2026-03-01',
  beneficiaries: 150,
};

it('is recorded once per idempotency key, counted on its day, with its event', async () => {
  const input = { ...row, idempotencyKey: 'once' };
  const answers = await Promise.all(
    Array.from({ length: 3 }, () => server.write('recordOutreachEvent', input)),
  );
  const [first] = answers;
  for (const { result } of answers) expect(result).toEqual(first?.result);
  expect(first?.result).toMatchObject({ __typename: 'OutreachEvent', division: { code: row.divisionCode } });
  expect(await eventsOf(server, first?.result.id)).toEqual([
    { action: 'recordOutreachEvent', fromStatus: null, toStatus: null },
  ]);
  const sums = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally
    where division_code = '410100' and grain = 'DAY' and start = '2026-03-01' group by 1`;
  expect(Object.fromEntries(sums.map(({ metric, amount }) => [metric, amount]))).toEqual({
    'outreach_beneficiaries:FREE_CLINIC': 150,
    'outreach_events:FREE_CLINIC': 1,
  });
  expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
});

it('is refused with invalid input', async () => {
  for (const wrong of [
    { beneficiaries: -1 },
    { title: ' ' },
    { heldOn: '2999-01-01' },
    { divisionCode: 'x' },
  ])
    expect(
      (await server.write('recordOutreachEvent', { ...row, ...wrong })).code,
      JSON.stringify(wrong),
    ).toBe('BAD_USER_INPUT');
  expect(await server.sql`select id from outreach_event`).toHaveLength(1);
});
