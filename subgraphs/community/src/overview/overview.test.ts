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
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const period = { from: addDays(today(), -200), to: addDays(today(), -10) };
const within = '410105';

it('counts what a recount of the rows gives, in one statement for all divisions and for each kind of figure', async () => {
  server.statements();
  const { data, errors } = await server.request(
    `query ($r: [_Any!]!, $period: DateRange!) { _entities(representations: $r) { ... on Division { community {
      microWorkCount microWorksCompleted(period: $period) gridCounts { level count } councilCount openGridProblemCount
      gridVisitSummary(period: $period) { visits householdsVisited byKind { kind count } }
      gridProblemSummary(period: $period) { found solved solvedOnTime byKind { kind count } }
      councilSummary(period: $period) { sessions topicsProposed topicsResolved topicsCarriedOut }
    } } } }`,
    { period, r: [within, '410102', '410105007'].map((code) => ({ __typename: 'Division', code })) },
  );
  expect(errors).toBeUndefined();
  expect(server.statements()).toHaveLength(1);
  const { sql } = server;
  const inside = sql`division_code like ${`${within}%`}`;
  const during = (column: string) =>
    sql`(${sql(column)} at time zone 'Asia/Shanghai')::date between ${period.from} and ${period.to}`;
  const onDay = (column: string) => sql`${sql(column)} between ${period.from} and ${period.to}`;
  const [counted] = await sql`select
    (select count(*)::integer from micro_work where ${inside} and status <> 'CANCELLED') as works,
    (select count(*)::integer from micro_work where ${inside} and ${onDay('completed_on')}) as completed,
    (select count(*)::integer from grid where ${inside} and level = 'COMMUNITY') as grids,
    (select count(*)::integer from council where ${inside}) as councils,
    (select count(*)::integer from grid_problem where ${inside} and status in ('FOUND', 'HANDED_OVER')) as open,
    (select count(*)::integer from grid_visit where ${inside} and ${during('visited_at')}) as visits,
    (select sum(households_visited)::integer from grid_visit where ${inside} and ${during('visited_at')} and kind = 'HOUSEHOLD') as households,
    (select count(*)::integer from grid_problem where ${inside} and ${during('found_at')} and status <> 'CANCELLED') as found,
    (select count(*)::integer from grid_problem where ${inside} and ${during('solved_at')}) as solved,
    (select count(*)::integer from grid_problem where ${inside} and ${during('solved_at')} and solved_at <= deadline) as on_time,
    (select count(*)::integer from council_session where ${inside} and ${onDay('held_on')}) as sessions,
    (select count(*)::integer from topic where ${inside} and ${onDay('proposed_on')}) as proposed,
    (select count(*)::integer from topic where ${inside} and ${onDay('decided_on')} and status in ('RESOLVED', 'CARRIED_OUT')) as resolved,
    (select count(*)::integer from topic where ${inside} and ${onDay('carried_out_on')}) as carried_out`;
  const { community } = data._entities[0];
  const gridCount = community.gridCounts.find(({ level }: { level: string }) => level === 'COMMUNITY').count;
  expect({
    works: community.microWorkCount,
    completed: community.microWorksCompleted,
    grids: gridCount,
    councils: community.councilCount,
    open: community.openGridProblemCount,
    visits: community.gridVisitSummary.visits,
    households: community.gridVisitSummary.householdsVisited,
    found: community.gridProblemSummary.found,
    solved: community.gridProblemSummary.solved,
    onTime: community.gridProblemSummary.solvedOnTime,
    sessions: community.councilSummary.sessions,
    proposed: community.councilSummary.topicsProposed,
    resolved: community.councilSummary.topicsResolved,
    carriedOut: community.councilSummary.topicsCarriedOut,
  }).toEqual(counted);
  for (const kinds of [community.gridVisitSummary.byKind, community.gridProblemSummary.byKind])
    expect(kinds.length).toBeGreaterThan(3);
  expect(community.gridProblemSummary.solvedOnTime).toBeLessThanOrEqual(community.gridProblemSummary.solved);
});

it('refuses a period that ends before it starts', async () => {
  const { errors } = await server.request(
    `{ _entities(representations: [{ __typename: "Division", code: "${within}" }]) { ... on Division { community {
      gridVisitSummary(period: { from: "2026-02-01", to: "2026-01-01" }) { visits } } } } }`,
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'period.to' });
});
