// The operations of test/operations, which apps send: each is valid, every query answers without errors, with a bounded number of statements.
import { readdirSync, readFileSync } from 'node:fs';
import { addDays, today } from '@district-graph/kit/calendar';
import {
  buildClientSchema,
  type DocumentNode,
  getIntrospectionQuery,
  Kind,
  OperationTypeNode,
  parse,
  print,
  separateOperations,
  validate,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

const folder = new URL('../operations/', import.meta.url);
const day = today();
const week = { from: addDays(day, -3), to: addDays(day, 3) };
const lastYear = { from: `${Number(day.slice(0, 4)) - 1}-01-01`, to: `${Number(day.slice(0, 4)) - 1}-12-31` };
const at = { longitude: 113.68, latitude: 34.79 };

/** The operations by name, and the queries among them. user-journeys.test.ts sends the mutations and subscriptions. */
const operations = new Map<string, DocumentNode>();
const queries = new Map<string, DocumentNode>();
for (const file of readdirSync(folder)) {
  for (const [name, document] of Object.entries(
    separateOperations(parse(readFileSync(new URL(file, folder), 'utf8'))),
  )) {
    const operation = document.definitions.find(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    operations.set(name, document);
    if (operation?.operation === OperationTypeNode.QUERY) queries.set(name, document);
  }
}

let graph: TestGraph;
let variables: Record<string, Record<string, unknown>>;

/** The variables of each query, with keys of records in the seeded databases. */
async function variablesOf({ query }: TestGraph): Promise<typeof variables> {
  const { data } = await query(`{
    serviceCentres(within: "410105007", first: 1) { nodes { id } }
    elders(within: "410105001", first: 1) { nodes { id } }
    roads(within: "410105001", first: 1) { nodes { id } }
    incidents(within: "410105001", first: 50) { nodes { id kind } }
    petitionMatters(within: "410105001", first: 1) { nodes { agent { id } } }
  }`);
  const lost = data.incidents.nodes.find(({ kind }: { kind: string }) => kind === 'LOST_PERSON');
  return {
    DistrictBoard: { period: { from: '2018-01-01', to: '2018-03-09' } },
    Community360: {
      code: '410105001003',
      today: day,
      week: { from: addDays(day, -3), to: addDays(day, 14) },
    },
    FifteenMinutes: { at },
    NearestSprinklers: { at },
    Trends: { codes: ['410104', '410105'], period: { from: addDays(day, -365), to: day } },
    PlatformTree: { code: '410104' },
    PollutionAlertBoard: { code: '410105' },
    RoadToday: { roadId: data.roads.nodes[0].id, date: day },
    VenueWeek: { centreId: data.serviceCentres.nodes[0].id, week },
    VolunteerWeek: { code: '410105', week: { from: addDays(day, -7), to: addDays(day, 7) } },
    ElderHome: { id: data.elders.nodes[0].id, month: { from: addDays(day, -30), to: day } },
    LostElder: { incidentId: lost.id },
    LoveSupermarketBoard: { within: '410105', period: { from: '2025-01-01', to: '2025-12-31' } },
    GridWorkerDay: {
      gridCode: '410105001003001',
      within: '410105',
      period: { from: addDays(day, -30), to: day },
    },
    CouncilBoard: { code: '410105', period: { from: addDays(day, -365), to: day } },
    PetitionDesk: { agentId: data.petitionMatters.nodes[0].agent.id, subdistrict: '410105001' },
    MostEldersPerCareWorker: {},
    VisitsByDistrict: { period: lastYear },
    IncidentsWithoutCameras: { period: lastYear, cameras: 1000 },
    BlindSpotsClearedPerCleaner: { period: lastYear },
    CulturePerThousandResidents: { period: lastYear },
    CompareDivisions: { codes: ['410104', '410105'], period: lastYear },
    AccessAudit: { subjectId: data.elders.nodes[0].id, period: { from: addDays(day, -30), to: day } },
  };
}

beforeAll(async () => {
  graph = await startTestGraph();
  variables = await variablesOf(graph);
});
afterAll(() => graph.stop());

it('each is valid', async () => {
  const { data } = await graph.query(getIntrospectionQuery());
  const schema = buildClientSchema(data);
  const faults = [...operations].flatMap(([name, document]) =>
    validate(schema, document).map(({ message }) => `${name}: ${message}`),
  );
  expect(faults).toEqual([]);
  expect(operations.size).toBeGreaterThan(queries.size + 10);
});

describe('each query', () => {
  it.each([...queries.keys()])('%s answers without errors', async (name) => {
    const { data, errors } = await graph.query(print(queries.get(name) as DocumentNode), variables[name]);
    expect(errors).toBeUndefined();
    // Every root field returns data: an empty response would hide a broken reference between subgraphs.
    for (const value of Object.values(data)) expect(JSON.stringify(value)?.length).toBeGreaterThan(50);
  });

  it('has variables in this test', () => {
    expect(Object.keys(variables).sort()).toEqual([...queries.keys()].sort());
  });
});

describe('through Apollo Server', () => {
  let other: TestGraph;
  beforeAll(async () => {
    other = await startTestGraph({ server: 'apollo' });
  });
  afterAll(() => other.stop());

  it.each([...queries.keys()])('%s gets the same answer', async (name) => {
    const text = print(queries.get(name) as DocumentNode);
    const expected = await graph.query(text, variables[name]);
    const answer = await other.query(text, variables[name]);
    expect(answer.errors).toBeUndefined();
    expect(answer).toEqual(expected);
  });

  it.each([...queries.keys()])('%s is refused in the same way without a token', async (name) => {
    const text = print(queries.get(name) as DocumentNode);
    const expected = await graph.query(text, variables[name], {});
    expect(withoutTraces(await other.query(text, variables[name], {}))).toEqual(withoutTraces(expected));
  });

  it.each([
    ['is not GraphQL', '{ division(', {}],
    ['names an unknown field', '{ divisions { nothing } }', {}],
    ['lacks a variable', 'query A($code: ID!) { division(code: $code) { name } }', {}],
    ['nests too deeply', `{ ${'a { '.repeat(50)} b ${'} '.repeat(50)} }`, {}],
  ])('an operation that %s is refused with the same code', async (_what, text, sent) => {
    const [own, apollo] = await Promise.all([graph.query(text, sent), other.query(text, sent)]);
    expect(apollo.errors?.[0]?.extensions?.code).toBe(own.errors?.[0]?.extensions?.code);
    expect(apollo.data).toBeUndefined();
  });
});

const withoutTraces = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer, (name, value) => (name === 'traceId' ? undefined : value)));

describe('the number of statements', () => {
  const count = async (name: string, change: Record<string, unknown> = {}) => {
    graph.statementCounts();
    const { errors } = await graph.query(print(queries.get(name) as DocumentNode), {
      ...variables[name],
      ...change,
    });
    expect(errors).toBeUndefined();
    return graph.statementCounts();
  };

  it('of DistrictBoard is one for all counts of a subgraph, for any number of districts', async () => {
    expect(await count('DistrictBoard')).toMatchInlineSnapshot(`
      {
        "culture": 1,
        "elderly-care": 1,
        "places": 3,
        "sanitation": 2,
        "security": 2,
      }
    `);
  });

  it('of DistrictBoard is the same without a token, although neighbouring divisions are read too', async () => {
    graph.statementCounts();
    const months = { period: { from: '2018-01-01', to: '2018-03-31' } };
    const { errors } = await graph.query(print(queries.get('DistrictBoard') as DocumentNode), months, {});
    expect(errors).toBeUndefined();
    expect(graph.statementCounts()).toMatchInlineSnapshot(`
      {
        "culture": 1,
        "elderly-care": 1,
        "places": 3,
        "sanitation": 2,
        "security": 2,
      }
    `);
  });

  it('of Trends does not grow with the number of divisions', async () => {
    const two = await count('Trends');
    const six = await count('Trends', {
      codes: ['410102', '410103', '410104', '410105', '410106', '410108'],
    });
    expect(six).toEqual(two);
    expect(two).toMatchInlineSnapshot(`
      {
        "culture": 1,
        "elderly-care": 1,
        "places": 1,
        "sanitation": 1,
        "security": 1,
      }
    `);
  });

  it('of each query is fixed', async () => {
    const counts: Record<string, unknown> = {};
    for (const name of queries.keys()) counts[name] = await count(name);
    expect(counts).toMatchInlineSnapshot(`
      {
        "AccessAudit": {
          "elderly-care": 8,
          "security": 7,
        },
        "BlindSpotsClearedPerCleaner": {
          "places": 1,
          "sanitation": 2,
        },
        "Community360": {
          "culture": 4,
          "elderly-care": 2,
          "places": 5,
          "sanitation": 5,
          "security": 2,
        },
        "CompareDivisions": {
          "community": 1,
          "culture": 1,
          "elderly-care": 1,
          "places": 2,
          "sanitation": 1,
          "security": 2,
        },
        "CouncilBoard": {
          "community": 5,
          "places": 1,
        },
        "CulturePerThousandResidents": {
          "culture": 1,
          "places": 2,
        },
        "DistrictBoard": {
          "culture": 1,
          "elderly-care": 1,
          "places": 3,
          "sanitation": 2,
          "security": 2,
        },
        "ElderHome": {
          "culture": 3,
          "elderly-care": 6,
          "places": 1,
          "security": 1,
        },
        "FifteenMinutes": {
          "culture": 3,
          "places": 3,
        },
        "GridWorkerDay": {
          "community": 7,
          "security": 2,
        },
        "IncidentsWithoutCameras": {
          "places": 2,
          "sanitation": 2,
          "security": 2,
        },
        "LostElder": {
          "culture": 3,
          "elderly-care": 3,
          "places": 2,
          "sanitation": 1,
          "security": 3,
        },
        "LoveSupermarketBoard": {
          "community": 6,
          "places": 3,
        },
        "MostEldersPerCareWorker": {
          "elderly-care": 1,
          "places": 1,
        },
        "NearestSprinklers": {
          "sanitation": 2,
        },
        "PetitionDesk": {
          "community": 6,
          "places": 1,
        },
        "PlatformTree": {
          "places": 1,
          "security": 8,
        },
        "PollutionAlertBoard": {
          "places": 2,
          "sanitation": 6,
        },
        "RoadToday": {
          "places": 1,
          "sanitation": 5,
        },
        "Trends": {
          "culture": 1,
          "elderly-care": 1,
          "places": 1,
          "sanitation": 1,
          "security": 1,
        },
        "VenueWeek": {
          "culture": 4,
          "places": 2,
        },
        "VisitsByDistrict": {
          "elderly-care": 2,
          "places": 1,
        },
        "VolunteerWeek": {
          "community": 4,
          "places": 3,
        },
      }
    `);
  });
});
