import { newId, seedId } from '@district-graph/kit/database/ids';
import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { encryptCursor } from '@district-graph/kit/pagination/cursors';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { inspectionFindings } from './tables.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

const alertId = seedId('pollution-alert', '410105', 0);
const unknown = '014aa2ca-6000-7069-8000-000000000000';
const ofAlert = `query ($id: ID!, $findings: [InspectionFinding!], $first: Int, $after: String) { pollutionAlert(id: $id) {
  inspections(findings: $findings, first: $first, after: $after) {
    totalCount nodes { id inspectedAt finding penalty { fen currency } } pageInfo { hasNextPage endCursor }
  }
} }`;

interface Listed {
  id: string;
  inspectedAt: string;
  finding: string;
  penalty: { fen: number; currency: string } | null;
}

async function list(findings: readonly string[] | null) {
  const rows: Listed[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await sanitation.request(ofAlert, { id: alertId, findings, first: 100, after });
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.pollutionAlert.inspections;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the inspections of an alert', () => {
  it('are paged latest first, each once, and reach every source of Jinshui', async () => {
    const { rows, totals } = await list(null);
    const expected = await sanitation.sql<{ id: string }[]>`
      select id from inspection where alert_id = ${alertId} order by inspected_at desc, id desc`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(totals).toEqual([1273]);
    const times = rows.map(({ inspectedAt }) => inspectedAt);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('are separated by finding, and only a violation is fined', async () => {
    const parts = await Promise.all(inspectionFindings.map((finding) => list([finding])));
    for (const [index, { rows, totals }] of parts.entries()) {
      const finding = inspectionFindings[index];
      expect(totals).toEqual([rows.length]);
      const penalty = finding === 'VIOLATION' ? { fen: expect.any(Number), currency: 'CNY' } : null;
      for (const row of rows) expect(row).toMatchObject({ finding, penalty });
    }
    const [compliant = 0, rectified = 0, violations = 0] = parts.map(({ rows }) => rows.length);
    expect(compliant + rectified + violations).toBe(1273);
    expect((await list(['RECTIFIED', 'VIOLATION'])).totals).toEqual([rectified + violations]);
    expect(await list([])).toEqual({ rows: [], totals: [0] });
  });

  it('are refused with a page of 101, and with the cursor of another list', async () => {
    const cursor = (name: string, time: string) =>
      encryptCursor(developmentKeyring, JSON.stringify([name, time, unknown]));
    for (const [wrong, code, argument] of [
      [{ first: 101 }, 'BAD_USER_INPUT', 'first'],
      [{ after: cursor('VehicleDispatches', '2018-03-01T09:00:00+08:00') }, 'BAD_CURSOR', 'after'],
      [{ after: cursor('PollutionAlert.inspections', '2018-03-01T25:00:00+08:00') }, 'BAD_CURSOR', 'after'],
    ] as const) {
      const { errors } = await sanitation.request(ofAlert, { id: alertId, ...wrong });
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
  });
});

it('names its alert and its source, in one statement each for any number of inspections', async () => {
  const rows = await sanitation.sql<{ id: string; sourceId: string; penaltyFen: number }[]>`
    select id, source_id, penalty_fen from inspection where alert_id = ${alertId} and finding = 'VIOLATION' order by id limit 20`;
  expect(rows).toHaveLength(20);
  sanitation.statements();
  const { data, errors } = await sanitation.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Inspection {
      alert { id level } source { id category } penalty { fen }
    } } }`,
    { r: [...rows.map(({ id }) => id), unknown, 'x'].map((id) => ({ __typename: 'Inspection', id })) },
  );
  expect(errors).toBeUndefined();
  expect(sanitation.statements()).toHaveLength(3);
  const expected = rows.map(({ sourceId, penaltyFen }) => ({
    alert: { id: alertId, level: 'ORANGE' },
    source: { id: sourceId, category: expect.any(String) },
    penalty: { fen: penaltyFen },
  }));
  expect(data._entities).toEqual([...expected, null, null]);
});

it('is null when unknown or when the identifier is none', async () => {
  const { data, errors } = await sanitation.request(
    `{ a: inspection(id: "${unknown}") { id } b: inspection(id: "x") { id } }`,
  );
  expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
});

it('is fined for a violation only, belongs to an alert and a source, and is counted on its day in Zhengzhou', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const community = '410105007003';
  const [alert, team, source] = [newId(community), newId(community), newId(community)];
  await sql`insert into pollution_alert values (${alert}, '410105', 'ORANGE', '2026-03-01T00:00:00+08:00')`;
  await sql`insert into inspection_team values (${team}, '410105', ${alert}, '督查1组', '2026-03-01')`;
  await sql`insert into pollution_source (id, division_code, name, category, address, control_measure, longitude, latitude)
    values (${source}, ${community}, '示例', 'PRINTING', '示例路', '示例', 113.68, 34.79)`;
  const insert = (change: Record<string, string | number>) => {
    const row = {
      id: newId(community),
      division_code: community,
      alert_id: alert,
      team_id: team,
      source_id: source,
    };
    const found = { category: 'PRINTING', finding: 'COMPLIANT', control_measure: '示例' };
    return sql`insert into inspection ${sql([{ ...row, ...found, inspected_at: '2026-03-01T23:59:59+08:00', ...change }])}`;
  };
  for (const [wrong, constraint] of [
    [{ penalty_fen: 100 }, 'inspection_penalty'],
    [{ finding: 'RECTIFIED', penalty_fen: 100 }, 'inspection_penalty'],
    [{ finding: 'VIOLATION', penalty_fen: 0 }, 'inspection_penalty'],
    [{ finding: 'UNKNOWN' }, 'inspection_finding'],
    [{ category: 'OTHER' }, 'inspection_category'],
    [{ id: newId('410102') }, 'inspection_id_home'],
    [{ alert_id: unknown }, 'inspection_alert_id'],
    [{ source_id: unknown }, 'inspection_source_id'],
  ] as const)
    await expect(insert(wrong), JSON.stringify(wrong)).rejects.toThrow(constraint);
  await insert({});
  await insert({ finding: 'VIOLATION', penalty_fen: 100, inspected_at: '2026-03-02T00:00:00+08:00' });
  const read = async () =>
    (
      await sql`select metric, start, sum(amount) as amount from tally
        where division_code = ${community} and grain = 'DAY' and metric in ('inspections', 'violations') group by 1, 2 having sum(amount) <> 0 order by 1, 2`
    ).map(({ metric, start, amount }) => [metric, start, amount]);
  expect(await read()).toEqual([
    ['inspections', '2026-03-01', 1],
    ['inspections', '2026-03-02', 1],
    ['violations', '2026-03-02', 1],
  ]);
  await sql`update inspection set finding = 'RECTIFIED', penalty_fen = null where finding = 'VIOLATION'`;
  await sql`delete from inspection where finding = 'COMPLIANT'`;
  expect(await read()).toEqual([['inspections', '2026-03-02', 1]]);
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
