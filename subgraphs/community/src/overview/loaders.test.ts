import { addDays, intervalStart, today } from '@district-graph/kit/calendar';
import { headersOf } from '@district-graph/kit/testing/identity';
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

it('has series of problems for a subdistrict in completed months only, and none for a community, without exact counts', async () => {
  const thisMonth = intervalStart(today(), 'MONTH');
  const months = { from: intervalStart(addDays(thisMonth, -70), 'MONTH'), to: addDays(thisMonth, -1) };
  const valuesOf = async (code: string, interval: string, metric = 'GRID_PROBLEMS_FOUND') => {
    const { data, errors } = await server.request(
      `query ($period: DateRange!) { _entities(representations: [{ __typename: "Division", code: "${code}" }]) { ... on Division { community {
        trend(metric: ${metric}, interval: ${interval}, period: $period) { value } } } } }`,
      { period: months },
      await headersOf({ roles: [] }),
    );
    expect(errors).toBeUndefined();
    const points: { value: number | null }[] = data._entities[0].community.trend;
    return points.map(({ value }) => value);
  };
  const isKnown = (values: (number | null)[]) => new Set(values.map((value) => value !== null));
  expect(isKnown(await valuesOf('410105007', 'MONTH'))).toEqual(new Set([true]));
  expect(isKnown(await valuesOf('410105007', 'DAY'))).toEqual(new Set([false]));
  expect(isKnown(await valuesOf('410105007003', 'MONTH'))).toEqual(new Set([false]));
  expect(isKnown(await valuesOf('410105007003', 'DAY', 'GRID_VISITS'))).toEqual(new Set([true]));
});
