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

beforeAll(async () => {
  graph = await startTestGraph();
  const { data } = await graph.query(`{
    serviceCentres(within: "410105007", first: 1) { nodes { id } }
    elders(within: "410105001", first: 1) { nodes { id } }
    roads(within: "410105001", first: 1) { nodes { id } }
    incidents(within: "410105001", first: 50) { nodes { id kind } }
    petitionMatters(within: "410105001", first: 1) { nodes { agent { id } } }
  }`);
  const lost = data.incidents.nodes.find(({ kind }: { kind: string }) => kind === 'LOST_PERSON');
  variables = {
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
    ElderHome: { id: data.elders.nodes[0].id, month: { from: addDays(day, -30), to: day } },
    LostElder: { incidentId: lost.id },
    PetitionDesk: { agentId: data.petitionMatters.nodes[0].agent.id, subdistrict: '410105001' },
    AccessAudit: { subjectId: data.elders.nodes[0].id, period: { from: addDays(day, -30), to: day } },
  };
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
        "community": 0,
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
        "community": 0,
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
        "community": 0,
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
          "community": 0,
          "culture": 0,
          "elderly-care": 8,
          "places": 0,
          "sanitation": 0,
          "security": 7,
        },
        "Community360": {
          "community": 0,
          "culture": 4,
          "elderly-care": 2,
          "places": 5,
          "sanitation": 5,
          "security": 2,
        },
        "DistrictBoard": {
          "community": 0,
          "culture": 1,
          "elderly-care": 1,
          "places": 3,
          "sanitation": 2,
          "security": 2,
        },
        "ElderHome": {
          "community": 0,
          "culture": 3,
          "elderly-care": 6,
          "places": 1,
          "sanitation": 0,
          "security": 1,
        },
        "FifteenMinutes": {
          "community": 0,
          "culture": 3,
          "elderly-care": 0,
          "places": 3,
          "sanitation": 0,
          "security": 0,
        },
        "LostElder": {
          "community": 0,
          "culture": 3,
          "elderly-care": 3,
          "places": 2,
          "sanitation": 1,
          "security": 3,
        },
        "NearestSprinklers": {
          "community": 0,
          "culture": 0,
          "elderly-care": 0,
          "places": 0,
          "sanitation": 2,
          "security": 0,
        },
        "PetitionDesk": {
          "community": 6,
          "culture": 0,
          "elderly-care": 0,
          "places": 1,
          "sanitation": 0,
          "security": 0,
        },
        "PlatformTree": {
          "community": 0,
          "culture": 0,
          "elderly-care": 0,
          "places": 1,
          "sanitation": 0,
          "security": 8,
        },
        "PollutionAlertBoard": {
          "community": 0,
          "culture": 0,
          "elderly-care": 0,
          "places": 2,
          "sanitation": 6,
          "security": 0,
        },
        "RoadToday": {
          "community": 0,
          "culture": 0,
          "elderly-care": 0,
          "places": 1,
          "sanitation": 5,
          "security": 0,
        },
        "Trends": {
          "community": 0,
          "culture": 1,
          "elderly-care": 1,
          "places": 1,
          "sanitation": 1,
          "security": 1,
        },
        "VenueWeek": {
          "community": 0,
          "culture": 4,
          "elderly-care": 0,
          "places": 2,
          "sanitation": 0,
          "security": 0,
        },
      }
    `);
  });
});
