import { today } from '@district-graph/kit/calendar';
import { trusted } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Subsidy: 'id scheme month status grantedOn paidOn amount { fen currency } elder { name }',
    SubsidyAlreadyGranted: 'message subsidy { id status }',
    SubsidyNotDue: 'message minimumAge',
    InvalidTransition: 'message from to',
  });
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.sql`delete from subsidy`;
  await server.sql`delete from elder`;
  await insertElder(server.sql, {
    id: elderId,
    divisionCode: '410105007003',
    birthDate: '1926-03-15',
  });
});

const elderId = '01a1fc14-c3c1-7069-8000-000000000001';
const unknown = '01a1fc14-c3c1-7069-8000-000000000099';
const reviewing = { ...trusted, 'x-purpose': 'SUBSIDY_REVIEW' };
const grant = (input: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  server.write(
    'grantSubsidy',
    {
      elderId,
      scheme: 'AGE_ALLOWANCE',
      month: '2026-03-01',
      amountFen: 10_000,
      ...input,
    },
    headers,
  );
const recount = () => server.sql`select * from tally_recount()`;
const claims = async () => {
  const rows = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally
    where division_code = '410105' and grain = 'MONTH' and start = '2026-03-01' and metric like 'subsid%:AGE_ALLOWANCE'
    group by 1`;
  return Object.fromEntries(rows.map(({ metric, amount }) => [metric.split(':')[0], amount]));
};

describe('a subsidy', () => {
  it('is granted and paid, counted in its month, with an event for each', async () => {
    const granted = (await grant()).result;
    expect(granted).toMatchObject({
      status: 'GRANTED',
      grantedOn: today(),
      paidOn: null,
      amount: { fen: 10_000, currency: 'CNY' },
      elder: { name: '示***' },
    });
    const subsidyId = granted.id;
    const paid = await server.write('paySubsidy', { subsidyId });
    expect(paid.result).toMatchObject({ status: 'PAID', paidOn: today() });
    expect(await eventsOf(server, subsidyId)).toEqual([
      { action: 'grantSubsidy', fromStatus: null, toStatus: 'GRANTED' },
      { action: 'paySubsidy', fromStatus: 'GRANTED', toStatus: 'PAID' },
    ]);
    expect(await claims()).toEqual({ subsidies: 1, subsidy_fen: 10_000 });
    expect(await recount()).toHaveLength(0);
  });

  it('granted concurrently is granted once, and the other requests get it', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => grant()));
    const granted = answers.filter(({ result }) => result.__typename === 'Subsidy');
    const refused = answers.filter(({ result }) => result.__typename === 'SubsidyAlreadyGranted');
    expect([granted.length, refused.length]).toEqual([1, 7]);
    for (const { result } of refused) {
      expect(result.subsidy).toEqual({ id: granted[0]?.result.id, status: 'GRANTED' });
      expect(result.message).toMatch(/\p{Script=Han}/u);
    }
    expect(await claims()).toEqual({ subsidies: 1, subsidy_fen: 10_000 });
    for (const other of [{ scheme: 'BIRTH_POLICY_AWARD' }, { month: '2026-04-01' }])
      expect((await grant(other)).result.__typename).toBe('Subsidy');
    expect(await recount()).toHaveLength(0);
  });

  it('is paid once, with any number of concurrent payments', async () => {
    const subsidyId = (await grant()).result.id;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.write('paySubsidy', { subsidyId })),
    );
    const types = answers.map(({ result }) => result.__typename).sort();
    expect(types).toEqual([...Array(4).fill('InvalidTransition'), 'Subsidy']);
    expect(await eventsOf(server, subsidyId)).toHaveLength(2);
  });

  it('is stopped before it is paid, not after, and is no longer counted', async () => {
    const paid = (await grant()).result.id;
    await server.write('paySubsidy', { subsidyId: paid });
    expect((await server.write('stopSubsidy', { subsidyId: paid })).result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'PAID',
      to: 'STOPPED',
    });
    const stopped = (await grant({ scheme: 'BIRTH_POLICY_AWARD' })).result.id;
    expect((await server.write('stopSubsidy', { subsidyId: stopped })).result.status).toBe('STOPPED');
    const { result } = await server.write('paySubsidy', { subsidyId: stopped });
    expect(result).toMatchObject({ __typename: 'InvalidTransition', from: 'STOPPED', to: 'PAID' });
    expect(result.message).toMatch(/\p{Script=Han}/u);
    expect(await recount()).toHaveLength(0);
  });

  it('of the centenarian allowance starts in the month of the hundredth birthday', async () => {
    const scheme = 'CENTENARIAN_ALLOWANCE';
    const early = await grant({ scheme, month: '2026-02-01' }, reviewing);
    expect(early.result).toMatchObject({ __typename: 'SubsidyNotDue', minimumAge: 100 });
    expect(early.result.message).toMatch(/\p{Script=Han}/u);
    expect((await grant({ scheme, month: '2026-03-01' }, reviewing)).result.__typename).toBe('Subsidy');
  });

  it('has an amount that is possible for one person and month', async () => {
    for (const amountFen of [0, -1, 100_000_001, Number.MAX_SAFE_INTEGER])
      expect((await grant({ amountFen })).code).toBe('BAD_USER_INPUT');
    expect((await grant({ amountFen: 100_000_000 })).result.__typename).toBe('Subsidy');
  });

  it('does not reveal the month of birth by a refusal: in the year of the age it needs the purpose', async () => {
    for (const [scheme, year] of [
      ['CENTENARIAN_ALLOWANCE', 2026],
      ['BIRTH_POLICY_AWARD', 1986],
    ])
      for (const month of ['02', '03', '11'])
        expect((await grant({ scheme, month: `${year}-${month}-01` })).code).toBe('FORBIDDEN');
    expect((await grant({ scheme: 'CENTENARIAN_ALLOWANCE', month: '2025-12-01' })).result.__typename).toBe(
      'SubsidyNotDue',
    );
    expect((await grant({ scheme: 'BIRTH_POLICY_AWARD', month: '1987-01-01' })).result.__typename).toBe(
      'Subsidy',
    );
    expect((await grant({ scheme: 'AGE_ALLOWANCE', month: '1926-03-01' })).result.__typename).toBe('Subsidy');
  });

  it('is granted for a closed record only for the months until it was closed', async () => {
    await server.sql`update elder set status = 'CLOSED', closed_on = '2026-03-20', close_reason = 'DIED'`;
    expect((await grant({ month: '2026-04-01' })).result.__typename).toBe('ElderClosed');
    expect((await grant()).result.__typename).toBe('Subsidy');
  });

  it('is refused for an invalid month, amount, day of payment, elder and key', async () => {
    expect((await grant({ month: '2026-03-02' })).code).toBe('BAD_USER_INPUT');
    expect((await grant({ amountFen: 0 })).code).toBe('BAD_USER_INPUT');
    expect((await grant({ elderId: unknown })).code).toBe('NO_SUCH_RECORD');
    const subsidyId = (await grant()).result.id;
    for (const paidOn of ['2020-01-01', '2999-01-01'])
      expect((await server.write('paySubsidy', { subsidyId, paidOn })).code).toBe('BAD_USER_INPUT');
    for (const action of ['paySubsidy', 'stopSubsidy'])
      expect((await server.write(action, { subsidyId: unknown })).code).toBe('NO_SUCH_RECORD');
    expect(await eventsOf(server, subsidyId)).toHaveLength(1);
  });

  it('has one effect per idempotency key, and the first answer after it was paid', async () => {
    const idempotencyKey = 'subsidy';
    const first = await grant({ idempotencyKey });
    await server.write('paySubsidy', { subsidyId: first.result.id });
    expect((await grant({ idempotencyKey })).result).toEqual(first.result);
    expect((await grant({ idempotencyKey, amountFen: 1 })).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});
