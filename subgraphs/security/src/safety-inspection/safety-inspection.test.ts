import { seedId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
});
afterAll(() => security.stop());

it('lists the inspections of a division, the latest scheduled first, by kind and status', async () => {
  const { data } = await security.request(
    '{ all: safetyInspections(within: "410104", first: 100) { totalCount nodes { scheduledOn } } open: safetyInspections(within: "410104", status: SCHEDULED, first: 100) { totalCount nodes { status inspectedAt } } }',
  );
  const days = data.all.nodes.map((node: { scheduledOn: string }) => node.scheduledOn);
  expect(data.all.totalCount).toBeGreaterThan(100);
  expect(days).toHaveLength(100);
  expect(days).toEqual([...days].sort().reverse());
  expect(data.open.totalCount).toBeGreaterThan(0);
  expect(data.open.nodes).toEqual(
    Array(data.open.totalCount).fill({ status: 'SCHEDULED', inspectedAt: null }),
  );
});

it('names the fire that led to an inspection, and takes one statement for any number', async () => {
  security.statements();
  const { data } = await security.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on SafetyInspection { kind incident { kind } } } }',
    {
      r: [seedId('safety-inspection', '410106', 0), seedId('safety-inspection', '410105', 0), 'x'].map(
        (id) => ({
          __typename: 'SafetyInspection',
          id,
        }),
      ),
    },
  );
  expect(data._entities).toEqual([
    { kind: 'FIRE', incident: { kind: 'SITE_FIRE' } },
    { kind: 'FIRE', incident: { kind: 'SITE_FIRE' } },
    null,
  ]);
  // The inspections and their incidents.
  expect(security.statements()).toHaveLength(2);
});

it('refuses hazards without an inspection, and a result without its columns', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (status: string, hazards: number) => sql`
    insert into safety_inspection (id, division_code, kind, status, site, team, scheduled_on, hazards)
    values (${seedId('safety-inspection', '410105', 0)}, '410105007', 'GAS', ${status}, '示例餐馆', '一组', '2026-01-01', ${hazards})`;
  await expect(insert('SCHEDULED', 1)).rejects.toThrow('safety_inspection_status_columns');
  await expect(insert('PASSED', 0)).rejects.toThrow('safety_inspection_status_columns');
  await insert('SCHEDULED', 0);
  await sql`update safety_inspection set status = 'HAZARDS_FOUND', inspected_at = '2026-01-02T09:00:00+08:00', hazards = 2, rectify_by = '2026-01-20'`;
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
