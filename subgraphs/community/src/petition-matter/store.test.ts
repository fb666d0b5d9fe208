// The counts of petition matters in overviews: each matter is a person, so small counts and what would yield them are withheld.
import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  agentHeaders,
  community,
  handling,
  type PetitionSubgraph,
  petitionSubgraph,
  subdistrict,
} from './testing.ts';

type Headers = Record<string, string>;

let server: PetitionSubgraph;
const january = 'period: { from: "2024-01-01", to: "2024-01-31" }';

/** Closed matters, persons concerned, workers among them and the amount recovered, in two districts. */
const districts = [
  ['410105', 9, 40, 30, 900],
  ['410104', 2, 172, 172, 500],
] as const;

beforeAll(async () => {
  server = await petitionSubgraph();
  for (const [code, closed, people, workers, fen] of districts)
    for (const [metric, amount] of Object.entries({
      petition_matters_received: closed,
      petition_matters_closed: closed,
      petition_matters_settled_in_time: closed,
      petition_settlement_days: closed * 30,
      petition_people_concerned: people,
      petition_recovered_fen: fen,
      'petition_people_concerned:WAGES': workers,
      'petition_recovered_fen:WAGES': fen,
    }))
      await server.sql`select tally_add(array[row(${metric}::text, ${code}::text, '2024-01-10'::date, ${amount}::bigint)::fact])`;
});
afterAll(() => server.stop());

const fields = `openPetitionMatterCount overduePetitionMatterCount petitionAgentCount
  petitionSummary(${january}) { received closed settledOnTime averageSettlementDays peopleConcerned recovered { fen } }
  wageRecovery(${january}) { workers recovered { fen } }
  trend(metric: PETITION_PEOPLE_CONCERNED, ${january}, interval: MONTH) { value }`;

async function overviews(headers: Headers, codes: readonly string[], selection = fields) {
  const { data, errors } = await server.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { community { ${selection} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { community: unknown }) => entity.community);
}

const withheld = {
  petitionSummary: {
    received: null,
    closed: null,
    settledOnTime: null,
    averageSettlementDays: null,
    peopleConcerned: null,
    recovered: null,
  },
  wageRecovery: { workers: null, recovered: null },
  trend: [{ value: null }],
};

it('withholds a few matters of a district with everything that they led to, and what would yield them', async () => {
  const [jinshui, guancheng, city] = await overviews(await headersOf({ roles: ['analyst'] }), [
    '410105',
    '410104',
    '410100',
  ]);
  // By subtraction from the city, those of the other district would be known.
  expect(guancheng).toMatchObject(withheld);
  expect(jinshui).toMatchObject(withheld);
  expect(city).toMatchObject({
    petitionSummary: {
      closed: 11,
      averageSettlementDays: 30,
      peopleConcerned: 212,
      recovered: { fen: 1400 },
    },
    wageRecovery: { workers: 202, recovered: { fen: 1400 } },
  });
});

it('withholds counts of communities, of parts of a month, and how many are late, from all who may not see exact ones', async () => {
  const id = await server.newMatter();
  const day = 'period: { from: "2024-01-10", to: "2024-01-10" }';
  const selection = `${fields} day: petitionSummary(${day}) { received closed }`;
  for (const headers of [
    await headersOf({ roles: ['analyst'] }),
    await headersOf({ sub: 'someone', roles: ['resident'] }),
    await agentHeaders('agent'),
  ]) {
    const [inside, city] = await overviews(headers, [community, '410100'], selection);
    expect(inside).toMatchObject({
      ...withheld,
      openPetitionMatterCount: null,
      overduePetitionMatterCount: null,
      petitionAgentCount: null,
    });
    expect(city).toMatchObject({
      overduePetitionMatterCount: null,
      openPetitionMatterCount: null,
      day: { received: null, closed: null },
    });
  }
  const [exact] = await overviews(handling, [subdistrict], selection);
  expect(exact).toMatchObject({ openPetitionMatterCount: 1, overduePetitionMatterCount: 0 });
  await server.sql`update petition_matter set accept_due_on = received_on, settle_due_on = received_on,
    received_on = received_on where id = ${id}`;
  await server.sql`update petition_matter set received_on = received_on - 9, accept_due_on = received_on - 9,
    settle_due_on = received_on - 9 where id = ${id}`;
  const [late] = await overviews(handling, [community], 'overduePetitionMatterCount');
  expect(late).toEqual({ overduePetitionMatterCount: 1 });
});

it('withholds the open matters of a subdistrict, whose changes would reveal on which day somebody there petitioned', async () => {
  for (let count = 0; count < 6; count += 1) await server.newMatter();
  const analyst = await headersOf({ roles: ['analyst'] });
  const open = 'openPetitionMatterCount';
  const [district, inside] = await overviews(analyst, ['410105', subdistrict], open);
  expect(inside).toEqual({ openPetitionMatterCount: null });
  expect(district.openPetitionMatterCount).toBeGreaterThanOrEqual(6);
  const [exact] = await overviews(handling, [subdistrict], open);
  expect(exact).toEqual(district);
});

it('counts exactly for viewers with exact counts there, in one statement for any number of divisions', async () => {
  const headers = await headersOf({ roles: ['community-worker'], divisions: ['410104'] });
  const [guancheng, jinshui] = await overviews(headers, ['410104', '410105'], fields);
  expect(guancheng).toMatchObject({
    petitionSummary: { closed: 2, peopleConcerned: 172 },
    wageRecovery: { workers: 172, recovered: { fen: 500 } },
  });
  expect(jinshui).toMatchObject(withheld);
  server.statements();
  const summary = `petitionSummary(${january}) { closed peopleConcerned }`;
  await overviews(handling, ['410102', '410103', '410104', '410105'], summary);
  expect(server.statements()).toHaveLength(1);
});
