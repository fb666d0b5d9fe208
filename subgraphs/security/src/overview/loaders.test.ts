import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing';
import { headersOf } from '@district-graph/kit/testing-identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await emptyDatabase(subgraph);
  drop = database.drop;
  security = await testSubgraph(subgraph, database.url);
});
afterAll(async () => {
  await security.stop();
  await drop();
});
beforeEach(async () => {
  await security.sql`truncate tally`;
  for (const [code, incidents, caught] of [
    ['410105', 9, 2],
    ['410104', 20, 12],
    ['410102', 30, 25],
  ] as const)
    for (const [metric, amount] of Object.entries({
      'incidents:2': incidents,
      'incident_kinds:LOST_PERSON': 1,
      'incident_kinds:OTHER': incidents - 1,
      'outcomes:CASE': incidents,
      suspects_caught: caught,
      people_assisted: incidents,
    }))
      await security.sql`select tally_add(array[row(${metric}::text, ${code}::text, '2024-01-10'::date, ${amount}::bigint)::fact])`;
});

const january = 'period: { from: "2024-01-01", to: "2024-01-31" }';
const codes = ['410100', '410105', '410104', '410102', '410103'];

async function overviews(fields: string, headers: Record<string, string>) {
  const { data, errors } = await security.query(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { security { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { security: unknown }) => entity.security);
}
const anybody = await headersOf({ roles: ['analyst'] });

describe('what incidents tell of persons', () => {
  const fields = `incidents(${january}) { total suspectsCaught peopleAssisted byKind { kind } byOutcome { count } }
    trend(metric: SUSPECTS_CAUGHT, ${january}, interval: MONTH) { value }
    raised: trend(metric: INCIDENTS_RAISED, ${january}, interval: WEEK) { value }`;

  it('withholds suspects where they are few and where those would be found, and kinds altogether', async () => {
    const answers = await overviews(fields, anybody);
    const rows = answers.map(
      // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
      ({ incidents, trend }: any) => [
        incidents.total,
        incidents.suspectsCaught,
        incidents.peopleAssisted,
        trend[0].value,
      ],
    );
    expect(rows).toEqual([
      [59, 39, 59, 39],
      [9, null, 9, null],
      [20, null, 20, null],
      [30, 25, 30, 25],
      [0, 0, 0, 0],
    ]);
    for (const { incidents, raised } of answers) {
      expect(incidents.byKind).toBeNull();
      expect(raised.map(({ value }: { value: number }) => value)).not.toContain(null);
    }
  });

  it('is exact for who has the scope there', async () => {
    const headers = await headersOf({ roles: ['duty-officer'], divisions: ['410105'] });
    const [city, jinshui, guancheng] = await overviews(fields, headers);
    expect(city.incidents.byKind).toBeNull();
    expect(jinshui.incidents).toMatchObject({
      suspectsCaught: 2,
      byKind: expect.arrayContaining([{ kind: 'LOST_PERSON' }]),
    });
    expect(guancheng.incidents).toMatchObject({ suspectsCaught: null, byKind: null });
  });

  it('takes one statement more than the incidents do, and none more for who has the scope', async () => {
    const asked = `incidents(${january}) { total suspectsCaught peopleAssisted }`;
    for (const [headers, statements] of [
      [anybody, 2],
      [await headersOf({ roles: ['duty-officer'] }), 1],
    ] as const) {
      security.statements();
      await overviews(asked, headers);
      expect(security.statements()).toHaveLength(statements);
    }
  });
});
