// npm run populations over the whole graph: the populations that places registers arrive in the database of another subgraph.
import { subgraph as culture } from '@district-graph/culture';
import { emptyDatabase } from '@district-graph/kit/testing/test-subgraph';
import { runCommand } from '@district-graph/scripts/command-line/run-command';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

it('copies households and residents of all communities, and then only what has changed', async () => {
  const { url, sql, drop } = await emptyDatabase(culture);
  const copy = () =>
    runCommand('populations', ['culture', '--url', `${graph.url}/graphql`], {
      CULTURE_DATABASE_URL: url,
      CULTURE_KEYS: `a:${Buffer.alloc(32, 1).toString('base64url')}`,
    });
  try {
    const { divisionsByCode } = await graph.dataOf(
      '{ divisionsByCode(codes: ["410100", "410105"]) { code communityStatistics { households residents } } }',
    );
    expect((await copy()).output).toMatch(/^culture: 3\d\d\d /);
    for (const { code, communityStatistics } of divisionsByCode)
      expect([
        ...(await sql`
          select sum((amounts ->> 'households')::integer)::integer as households,
            sum((amounts ->> 'residents')::integer)::integer as residents
          from rollup where division_code = ${code} and grain = 'STOCK'`),
      ]).toEqual([communityStatistics]);
    await sql`update division_population set residents = residents + 7 where division_code = '410105007003'`;
    expect((await copy()).output).toMatch(/^culture: 1 /);
    expect([...(await sql`select * from tally_recount()`)]).toEqual([]);
  } finally {
    await drop();
  }
});
