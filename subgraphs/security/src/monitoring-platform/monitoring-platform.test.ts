import { seedId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refreshHeartbeats } from '../seed/heartbeats.ts';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
  await refreshHeartbeats(security.sql);
});
afterAll(() => security.stop());

interface Node {
  tier: string;
  status: string;
  deviceCounts: { kind: string; status: string; count: number }[];
  children: { totalCount: number; nodes: Node[] };
}

it('has Guancheng’s command centre as reported: 180 feeds, 1000 m², 30 million yuan, three tiers', async () => {
  const { data } = await security.request(`{
    monitoringPlatforms(within: "410104", tier: DISTRICT_CENTRE) {
      totalCount
      nodes { tier tierCount feeds floorArea investment { fen currency } parent { tier } }
    }
  }`);
  expect(data.monitoringPlatforms).toEqual({
    totalCount: 1,
    nodes: [
      {
        tier: 'DISTRICT_CENTRE',
        tierCount: 3,
        feeds: 180,
        floorArea: 1000,
        investment: { fen: 3_000_000_000, currency: 'CNY' },
        parent: { tier: 'CITY_110_CENTRE' },
      },
    ],
  });
});

it('counts all devices below each platform, in one statement per tier of the tree', async () => {
  const platform = 'tier status deviceCounts { kind status count }';
  security.statements();
  const { data } = await security.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { security {
      platforms(tier: DISTRICT_CENTRE, first: 5) { nodes { ${platform}
        children(first: 50) { totalCount nodes { ${platform} children(first: 50) { totalCount nodes { ${platform} } } } } } }
    } } } }`,
    { r: [{ __typename: 'Division', code: '410104' }] },
  );
  // Lists of three tiers, counts of three, and how many children two of them have.
  expect(security.statements()).toHaveLength(8);
  const [centre] = data._entities[0].security.platforms.nodes as Node[];
  const total = (node: Node) => node.deviceCounts.reduce((sum, { count }) => sum + count, 0);
  expect(centre && total(centre)).toBe(2577 + 26 + 120 + 2);
  expect(centre?.children.totalCount).toBe(14);
  for (const branch of centre?.children.nodes ?? []) {
    expect(branch.children.nodes.reduce((sum, node) => sum + total(node), 0)).toBeLessThanOrEqual(
      total(branch),
    );
  }
  const [counted] = await security.sql<{ offline: number }[]>`
    select count(*) as offline from device_heartbeat where in_service and district_code = '410104' and online_until <= now()`;
  const offline = centre?.deviceCounts.filter(({ status }) => status === 'OFFLINE') ?? [];
  expect(offline.reduce((sum, { count }) => sum + count, 0)).toBe(counted?.offline);
});

it('takes one statement for any number of platforms', async () => {
  const ids = ['410104', '410105', '410104001', '410199'].map((code) =>
    seedId('monitoring-platform', code, 0),
  );
  security.statements();
  const { data } = await security.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on MonitoringPlatform { division { code } } } }',
    { r: [...ids, 'x'].map((id) => ({ __typename: 'MonitoringPlatform', id })) },
  );
  expect(
    data._entities.map((entity: { division: { code: string } } | null) => entity?.division.code),
  ).toEqual(['410104', '410105', '410104001', undefined, undefined]);
  expect(security.statements()).toHaveLength(1);
});

it('pages through the children of a platform, each once', async () => {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { data } = await security.request(
      'query ($id: ID!, $after: String) { monitoringPlatform(id: $id) { children(first: 4, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
      { id: seedId('monitoring-platform', '410100', 0), after },
    );
    const { nodes, pageInfo } = data.monitoringPlatform.children;
    seen.push(...nodes.map((node: { id: string }) => node.id));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(new Set(seen).size).toBe(15);
  expect(seen).toHaveLength(15);
});

it('refuses a platform outside its parent’s division, under a lower tier, or with a camera’s code, and fixes its parent', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const row = (divisionCode: string, tier: string, parentId: string | null, deviceCode: string) => ({
    id: seedId('monitoring-platform', divisionCode, 0),
    division_code: divisionCode,
    device_code: deviceCode,
    name: '示例平台',
    tier,
    parent_id: parentId,
    longitude: 113.7,
    latitude: 34.7,
  });
  const insert = (...args: Parameters<typeof row>) =>
    sql`insert into monitoring_platform ${sql(row(...args))}`;
  await insert('410104', 'DISTRICT_CENTRE', null, '41010400002000000001');
  const parent = seedId('monitoring-platform', '410104', 0);
  const below = 'monitoring_platform_below_parent';
  await expect(
    insert('410105001', 'COMMUNITY_OR_SCHOOL', parent, '41010500002000000001'),
  ).rejects.toMatchObject({
    constraint_name: below,
  });
  await expect(insert('410104001', 'DISTRICT_CENTRE', parent, '41010400002000000002')).rejects.toMatchObject({
    constraint_name: below,
  });
  await expect(insert('410104001', 'SUBDISTRICT_OR_BRANCH', parent, '41010400001320000002')).rejects.toThrow(
    'monitoring_platform_device_code_type',
  );
  await expect(sql`update monitoring_platform set division_code = '410104001'`).rejects.toMatchObject({
    constraint_name: 'monitoring_platform_keeps_place',
  });
  await drop();
});
