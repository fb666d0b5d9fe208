import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let culture: TestSubgraph;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await emptyDatabase(subgraph);
  drop = database.drop;
  culture = await testSubgraph(subgraph, database.url);
});
afterAll(async () => {
  await culture.stop();
  await drop();
});
beforeEach(() => culture.sql`truncate rollup`);

const anybody = await headersOf({ roles: ['analyst'] });
const [jinshui, guancheng] = ['410105', '410104'];
const january = 'period: { from: "2024-01-01", to: "2024-01-31" }';

/** Held sessions of a category, with their attendance. */
async function hold(code: string, category: string, attended: number) {
  for (const [metric, amount] of Object.entries({
    sessions_scheduled: 1,
    sessions_held: 1,
    [`sessions_held:${category}`]: 1,
    attended,
    [`attended:${category}`]: attended,
  }))
    await culture.sql`select tally_add(array[row(${metric}::text, ${code}::text, '2024-01-10'::date, ${amount}::bigint)::fact])`;
}

async function overviews(codes: string[], fields: string, headers: Record<string, string>) {
  const { data, errors } = await culture.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { culture { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { culture: unknown }) => entity.culture);
}

describe('attendance', () => {
  const fields = `sessions(${january}) { held attended }
    lectures: activityResults(${january}, category: LECTURE) { sessions attended }
    trainings: activityResults(${january}, category: TRAINING) { attended }
    trend(metric: ATTENDANCE, ${january}, interval: MONTH) { value }`;
  beforeEach(async () => {
    await hold(jinshui, 'LECTURE', 3);
    await hold(jinshui, 'TRAINING', 30);
    await hold(guancheng, 'LECTURE', 40);
  });

  it('is disclosed where it is large, and by no category where one category is small', async () => {
    const [city, few, cover] = await overviews(['410100', jinshui, guancheng], fields, anybody);
    expect(city).toEqual({
      sessions: { held: 3, attended: 73 },
      lectures: { sessions: 2, attended: 43 },
      trainings: { attended: 30 },
      trend: [{ value: 73 }],
    });
    expect(few).toEqual({
      sessions: { held: 2, attended: 33 },
      lectures: { sessions: 1, attended: null },
      trainings: { attended: null },
      trend: [{ value: 33 }],
    });
    expect(cover).toMatchObject({ sessions: { attended: 40 }, lectures: { sessions: 1, attended: null } });
  });

  it('is exact for viewers with the scope there', async () => {
    const headers = await headersOf({ roles: ['duty-officer'], divisions: [jinshui] });
    const [few] = await overviews([jinshui], fields, headers);
    expect(few).toMatchObject({ lectures: { attended: 3 }, trainings: { attended: 30 } });
  });

  it('of single days is withheld, while the number of sessions is disclosed', async () => {
    const day = 'period: { from: "2024-01-10", to: "2024-01-10" }';
    const [overview] = await overviews(
      [guancheng],
      `sessions(${day}) { held attended } activityResults(${day}, category: LECTURE) { sessions attended }`,
      anybody,
    );
    expect(overview).toEqual({
      sessions: { held: 1, attended: null },
      activityResults: { sessions: 1, attended: null },
    });
  });

  it('takes the same one statement as the sessions, however many divisions', async () => {
    culture.statements();
    await overviews(['410100', jinshui, guancheng], `sessions(${january}) { held attended }`, anybody);
    expect(culture.statements()).toHaveLength(1);
  });
});
