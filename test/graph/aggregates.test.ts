// Aggregates have the numbers that a count of the rows gives, and withhold small ones.
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { inPeriod, twelveMonths } from './row-counts.ts';

const period = twelveMonths;

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

const sqlOf = (owner: string) => (graph.subgraphs[owner] as TestSubgraph).sql;

describe('aggregates', () => {
  it('count blind spots by kind and month, as their rows', async () => {
    const { blindSpotAggregates } = await graph.dataOf(
      `query ($period: DateRange!) { blindSpotAggregates(within: "410105", period: $period, groupBy: [KIND, MONTH]) {
        start kind reported cleared unavailable division { code } } }`,
      { period },
    );
    const rows = await sqlOf('sanitation')<{ start: string; kind: string; reported: number }[]>`
      select date_trunc('month', reported_at at time zone 'Asia/Shanghai')::date as start, kind, count(*)::integer as reported
      from blind_spot where division_code like '410105%'
        and (reported_at at time zone 'Asia/Shanghai')::date between ${period.from} and ${period.to}
      group by 1, 2`;
    const key = ({ start, kind }: { start: string; kind: string }) => `${start} ${kind}`;
    type Group = { start: string; kind: string; reported: number; division: null };
    const reported = (blindSpotAggregates as Group[]).filter((group) => group.reported > 0);
    expect(reported.length).toBeGreaterThan(20);
    expect(Object.fromEntries(reported.map((group) => [key(group), group.reported]))).toEqual(
      Object.fromEntries(rows.map((row) => [key(row), row.reported])),
    );
    expect(reported.every(({ division }) => division === null)).toBe(true);
  });

  it('group roads by grade, service points by circle, sessions by category and visits by month', async () => {
    const data = await graph.dataOf(
      `query ($period: DateRange!) {
        roadAggregates(groupBy: [CLEANING_GRADE, DISTRICT]) { cleaningGrade count division { name } }
        servicePointAggregates(groupBy: [CIRCLE]) { circle count }
        sessionAggregates(period: $period, groupBy: [CATEGORY]) { category held attended }
        careVisitAggregates(period: $period, groupBy: [DISTRICT, MONTH]) { start completed division { name } }
        incidentAggregates(period: $period, groupBy: [SEVERITY]) { severity count }
        subsidyAggregates(period: $period, groupBy: [SCHEME, YEAR]) { scheme start claims fen }
        gridProblemAggregates(period: $period, groupBy: [KIND]) { kind found solved }
      }`,
      { period },
    );
    const total = (groups: readonly Record<string, number>[], name: string) =>
      groups.reduce((sum, group) => sum + (group[name] ?? 0), 0);
    const count = async (owner: string, text: string) => {
      const [row] = await sqlOf(owner).unsafe(text);
      return Number(row?.n);
    };
    expect(total(data.roadAggregates, 'count')).toBe(
      await count('sanitation', 'select count(*) as n from road where closed_on is null'),
    );
    expect(data.servicePointAggregates).toHaveLength(6);
    expect(total(data.sessionAggregates, 'attended')).toBe(
      await count(
        'culture',
        `select sum(attended) as n from session where status = 'HELD' and ${inPeriod('starts_at')}`,
      ),
    );
    expect(total(data.careVisitAggregates, 'completed')).toBe(
      await count(
        'elderly-care',
        `select count(*) as n from care_visit where ${inPeriod('completed_at')} and length(division_code) > 4`,
      ),
    );
    expect(total(data.incidentAggregates, 'count')).toBe(
      await count('security', `select count(*) as n from incident where ${inPeriod('raised_at')}`),
    );
    expect(total(data.gridProblemAggregates, 'found')).toBe(
      await count(
        'community',
        `select count(*) as n from grid_problem where status <> 'CANCELLED' and ${inPeriod('found_at')}`,
      ),
    );
    expect(total(data.subsidyAggregates, 'fen')).toBeGreaterThan(0);
  });

  it('are refused for two dimensions of one axis, and for more groups than the viewer gets', async () => {
    const argumentOf = async (groupBy: string, headers?: Record<string, string>) => {
      const { errors } = await graph.query(
        `query ($period: DateRange!) { incidentAggregates(period: $period, groupBy: [${groupBy}]) { count } }`,
        { period },
        headers,
      );
      return errors?.[0]?.extensions.argument;
    };
    expect(await argumentOf('MONTH, YEAR')).toBe('groupBy');
    expect(await argumentOf('SEVERITY, OUTCOME')).toBe('groupBy');
    expect(await argumentOf('SUBDISTRICT, MONTH', {})).toBe('groupBy');
    expect(await argumentOf('SUBDISTRICT, MONTH')).toBeUndefined();
  });

  it('withhold kinds of problems of the grid, and small counts', async () => {
    const { data } = await graph.query(
      `query ($period: DateRange!) {
        gridProblemAggregates(period: $period, groupBy: [KIND]) { found unavailable }
        subsidyAggregates(within: "410105", period: $period, groupBy: [SCHEME, SUBDISTRICT]) { claims fen unavailable }
      }`,
      { period },
      {},
    );
    for (const group of data.gridProblemAggregates)
      expect(group).toEqual({ found: null, unavailable: 'SMALL_COUNT' });
    const withheld = data.subsidyAggregates.filter(
      ({ claims }: { claims: number | null }) => claims === null,
    );
    expect(withheld.length).toBeGreaterThan(0);
    for (const group of withheld)
      expect(group).toEqual({ claims: null, fen: null, unavailable: 'SMALL_COUNT' });
    for (const { claims } of data.subsidyAggregates) expect(claims === null || claims >= 5).toBe(true);
  });
});
