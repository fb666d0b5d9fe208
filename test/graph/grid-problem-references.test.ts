// The records of other subgraphs that seeded problems of the grid became: each exists, and fits the problem.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

interface Problem {
  key: string;
  divisionCode: string;
  foundAt: string;
}

it.each([
  ['blind_spot_id', 'sanitation', 'blind_spot', 'reported_at'],
  ['incident_id', 'security', 'incident', 'raised_at'],
  ['safety_inspection_id', 'security', 'safety_inspection', 'scheduled_on'],
] as const)(
  '%s names records of %s, in the community and of the days of the problem',
  async (column, owner, table, since) => {
    const community = graph.subgraphs.community?.sql;
    const other = graph.subgraphs[owner]?.sql;
    if (!community || !other) throw new Error('a subgraph is missing');
    const problems = await community<Problem[]>`
    select ${community(column)} as key, division_code, found_at from grid_problem where ${community(column)} is not null`;
    expect(problems.length).toBeGreaterThanOrEqual(15);
    const records = await other<{ id: string; divisionCode: string; since: Date | string }[]>`
    select id, division_code, ${other(since)} as since from ${other(table)} where id = any(${problems.map(({ key }) => key)}::uuid[])`;
    const byId = new Map(records.map((record) => [record.id, record]));
    for (const { key, divisionCode, foundAt } of problems) {
      const record = byId.get(key);
      expect(record?.divisionCode, key).toBe(divisionCode);
      const hours = (new Date(record?.since ?? 0).getTime() - new Date(foundAt).getTime()) / 3_600_000;
      expect(Math.abs(hours), key).toBeLessThan(36);
    }
  },
);
