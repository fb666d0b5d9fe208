import { addDays, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { starMetrics } from './store.ts';

let community: TestSubgraph;
beforeAll(async () => {
  community = await testSubgraph(subgraph);
});
afterAll(() => community.stop());

/** The last month that is over. */
const lastMonth = (() => {
  const to = addDays(`${today().slice(0, 7)}-01`, -1);
  return { from: `${to.slice(0, 7)}-01`, to };
})();
const periodOf = ({ from, to }: { from: string; to: string }) => `period: { from: "${from}", to: "${to}" }`;

async function overview(code: string, fields: string, headers?: Record<string, string>) {
  const { data, errors } = await community.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { community { FIELDS } } } }'.replace(
      'FIELDS',
      fields,
    ),
    { r: [{ __typename: 'Division', code }] },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities[0].community;
}

const volunteers = 'volunteerTeamCount volunteerCount volunteersByStars { level volunteers }';
const summary = (period: { from: string; to: string }) =>
  `volunteerServiceSummary(${periodOf(period)}) { held participants hours leafletsHandedOut }`;

describe('the overview of petitions', () => {
  it('adds up at each level: what was received, without what was closed and withdrawn, is open', async () => {
    const agent = await headersOf({
      roles: ['petition-agent'],
      scopes: ['person-count:exact'],
      divisions: ['410100'],
    });
    const [withdrawn] = await community.sql<{ divisionCode: string }[]>`
      select division_code from petition_matter where status = 'WITHDRAWN' and length(division_code) = 12 limit 1`;
    const code = withdrawn?.divisionCode ?? '';
    const all = periodOf({ from: '2000-01-01', to: today() });
    const trend = (metric: string) =>
      `${metric}: trend(metric: PETITION_MATTERS_${metric}, ${periodOf(lastMonth)}, interval: DAY) { value }`;
    for (const division of ['410100', code.slice(0, 6), code.slice(0, 9), code]) {
      const answer = await overview(
        division,
        `openPetitionMatterCount all: petitionSummary(${all}) { received closed withdrawn }
          month: petitionSummary(${periodOf(lastMonth)}) { received closed withdrawn }
          ${trend('RECEIVED')} ${trend('CLOSED')} ${trend('WITHDRAWN')}`,
        agent,
      );
      const { received, closed, withdrawn: withdrawnInAll } = answer.all;
      expect(withdrawnInAll, division).toBeGreaterThan(0);
      expect(received - closed - withdrawnInAll, division).toBe(answer.openPetitionMatterCount);
      const sumOf = (points: { value: number }[]) => points.reduce((sum, { value }) => sum + value, 0);
      const month = {
        received: sumOf(answer.RECEIVED),
        closed: sumOf(answer.CLOSED),
        withdrawn: sumOf(answer.WITHDRAWN),
      };
      expect(answer.month, division).toEqual(month);
      const openAtEndOf = async (day: string) => {
        const [row] = await community.sql`
          select count(*)::integer as count from petition_matter
          where starts_with(division_code, ${division.replace(/^410100$/, '4101')})
            and received_on <= ${day} and (finished_on is null or finished_on > ${day})`;
        return row?.count as number;
      };
      const before = await openAtEndOf(addDays(lastMonth.from, -1));
      expect(before + month.received - month.closed - month.withdrawn, division).toBe(
        await openAtEndOf(lastMonth.to),
      );
    }
  });
});

describe('the overview of volunteers', () => {
  it('counts the rows of the division', async () => {
    const answer = await overview('410105', `${volunteers} ${summary(lastMonth)}`);
    const [expected] = await community.sql`
      select (select count(*)::integer from volunteer_team where division_code like '410105%' and status = 'ACTIVE') as teams,
        (select count(*)::integer from volunteer where division_code like '410105%' and status = 'ACTIVE') as volunteers,
        (select count(*)::integer from volunteer where division_code like '410105%' and stars = 5) as five,
        count(distinct s.id)::integer as held,
        count(p.id) filter (where p.status = 'ATTENDED')::integer as participants, coalesce(sum(p.hours), 0)::integer as hours,
        (select sum(leaflets)::integer from volunteer_service where division_code like '410105%' and status = 'HELD'
          and shanghai_day(starts_at) between ${lastMonth.from} and ${lastMonth.to}) as leaflets
      from volunteer_service s left join volunteer_participation p on p.volunteer_service_id = s.id
      where s.division_code like '410105%' and s.status = 'HELD' and shanghai_day(s.starts_at) between ${lastMonth.from} and ${lastMonth.to}`;
    expect(answer).toEqual({
      volunteerTeamCount: expected?.teams,
      volunteerCount: expected?.volunteers,
      volunteersByStars: expect.arrayContaining([{ level: 'FIVE_STARS', volunteers: expected?.five }]),
      volunteerServiceSummary: {
        held: expected?.held,
        participants: expected?.participants,
        hours: expected?.hours,
        leafletsHandedOut: expected?.leaflets,
      },
    });
    const levels = answer.volunteersByStars.map(({ level }: { level: string }) => level);
    expect(levels).toEqual(Object.keys(starMetrics));
    const total = answer.volunteersByStars.reduce(
      (sum: number, each: { volunteers: number }) => sum + each.volunteers,
      0,
    );
    expect(total).toBe(answer.volunteerCount);
  });

  it('withholds counts of volunteers in a community, and of days, from everyone but those who may see them', async () => {
    const [code, day] = ['410105007003', today()];
    const analyst = await headersOf({ roles: ['analyst'] });
    const fields = `${volunteers} ${summary({ from: day, to: day })}`;
    const hidden = await overview(code, fields, analyst);
    expect(hidden.volunteerCount).toBeNull();
    for (const { volunteers: count } of hidden.volunteersByStars) expect(count).toBeNull();
    expect(hidden.volunteerServiceSummary).toMatchObject({ participants: null, hours: null });
    expect(hidden.volunteerServiceSummary.held).not.toBeNull();
    const worker = await headersOf({ roles: ['community-worker'], divisions: ['410105'] });
    const seen = await overview(code, fields, worker);
    expect(seen.volunteerCount).toBeGreaterThan(0);
    expect(seen.volunteerServiceSummary.participants).not.toBeNull();
  });

  it('shows the city’s counts to everyone, each level of stars with none or at least five volunteers', async () => {
    const analyst = await headersOf({ roles: ['analyst'] });
    const city = await overview('410100', `${volunteers} ${summary(lastMonth)}`, analyst);
    expect(city.volunteerCount).toBeGreaterThan(1000);
    for (const { volunteers: count } of city.volunteersByStars) expect(count).toBeGreaterThanOrEqual(5);
    expect(city.volunteerServiceSummary.participants).toBeGreaterThan(100);
  });

  it('has the 800 leaflets of 2015 on their day', async () => {
    const city = await overview('410100', summary({ from: '2015-01-01', to: '2015-12-31' }));
    expect(city.volunteerServiceSummary).toEqual({
      held: 1,
      participants: 0,
      hours: 0,
      leafletsHandedOut: 800,
    });
  });

  it('has rollups that equal a recount', async () => {
    expect(await community.sql`select * from tally_recount()`).toHaveLength(0);
  });
});
