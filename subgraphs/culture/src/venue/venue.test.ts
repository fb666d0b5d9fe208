import { addDays, today } from '@district-graph/kit/calendar';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let culture: TestSubgraph;
beforeAll(async () => {
  culture = await testSubgraph(subgraph);
});
afterAll(() => culture.stop());

const { centres } = loadSyntheticCity('default');

async function centresOf(ids: string[], fields: string) {
  const { data, errors } = await culture.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ServiceCentre { id ${fields} } } }`,
    { r: ids.map((id) => ({ __typename: 'ServiceCentre', id })) },
  );
  expect(errors).toBeUndefined();
  return data._entities;
}

it('has 23 venues in the Nanyang centre and 19 in the Chaoyang centre', async () => {
  for (const [key, subgraphs] of [
    ['NANYANG', 23],
    ['CHAOYANG', 19],
  ] as const) {
    const centre = centres.find((each) => each.key === key);
    const [{ venues }] = await centresOf(
      [centre?.id ?? ''],
      'venues(first: 30) { totalCount nodes { name } }',
    );
    expect(venues.totalCount).toBe(subgraphs);
    expect(new Set(venues.nodes.map((node: { name: string }) => node.name)).size).toBe(subgraphs);
  }
});

it('takes one statement for the venues of any number of centres, one for their sessions', async () => {
  const ids = centres.slice(0, 8).map((centre) => centre.id);
  const coming = `period: { from: "${today()}", to: "${addDays(today(), 28)}" }`;
  culture.statements();
  const answers = await centresOf(
    ids,
    `venues(first: 10) { nodes { name sessions(${coming}, first: 10) { nodes { id } } } }`,
  );
  expect(culture.statements()).toHaveLength(2);
  for (const { venues } of answers) {
    const sessions = venues.nodes.flatMap((node: { sessions: { nodes: unknown[] } }) => node.sessions.nodes);
    expect(sessions.length).toBeGreaterThan(0);
  }
});

it('answers no venues for a centre without any, and null for an invalid key', async () => {
  const [none, unknown] = await centresOf(
    ['01a1fc14-c3c1-7069-8000-000000000001', 'NANYANG'],
    'venues { totalCount nodes { id } }',
  );
  expect(none.venues).toEqual({ totalCount: 0, nodes: [] });
  expect(unknown).toBeNull();
});

it('pages through a district’s venues of one kind, each once', async () => {
  const ids: string[] = [];
  let after: string | null = null;
  let total = 0;
  do {
    const { data } = await culture.request(
      'query ($after: String) { venues(within: "410105", kind: HALL, first: 40, after: $after) { totalCount nodes { id kind } pageInfo { hasNextPage endCursor } } }',
      { after },
    );
    total = data.venues.totalCount;
    ids.push(...data.venues.nodes.map((node: { id: string }) => node.id));
    expect(data.venues.nodes.every((node: { kind: string }) => node.kind === 'HALL')).toBe(true);
    after = data.venues.pageInfo.hasNextPage ? data.venues.pageInfo.endCursor : null;
  } while (after);
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(total);
});

it('answers null for an unknown venue, and names the centre of a known one', async () => {
  const centre = centres.find((each) => each.key === 'CHAOYANG');
  const [{ venues }] = await centresOf([centre?.id ?? ''], 'venues(first: 1) { nodes { id } }');
  const { data } = await culture.request(
    'query ($id: ID!) { known: venue(id: $id) { serviceCentre { id } division { code } } unknown: venue(id: "x") { id } }',
    { id: venues.nodes[0].id },
  );
  expect(data).toEqual({
    known: { serviceCentre: { id: centre?.id }, division: { code: '410106003001' } },
    unknown: null,
  });
});

/** The plan of a statement as far as indexes can answer it. */
async function planOf(statement: string): Promise<string> {
  const plan = await culture.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    await sql`set local enable_sort = off`;
    return sql.unsafe(`explain (generic_plan) ${statement}`).simple();
  });
  return JSON.stringify(plan);
}

describe('lists by capacity', () => {
  it.each([
    ['410100', 'venue_capacity_city'],
    ['410105', 'venue_capacity_district'],
    ['410105007', 'venue_capacity_subdistrict'],
    ['410105007003', 'venue_capacity_community'],
  ])('of %s are in order over all pages, and read by the index %s', async (within, index) => {
    const capacities: number[] = [];
    let after: string | null = null;
    culture.statements();
    do {
      const { data, errors } = await culture.request(
        `query ($within: ID!, $after: String) { venues(within: $within, orderBy: CAPACITY_DESC, first: 100, after: $after) {
          totalCount nodes { capacity } pageInfo { hasNextPage endCursor } } }`,
        { within, after },
      );
      expect(errors).toBeUndefined();
      capacities.push(...data.venues.nodes.map(({ capacity }: { capacity: number }) => capacity));
      after = data.venues.pageInfo.hasNextPage ? data.venues.pageInfo.endCursor : null;
      if (!after) expect(capacities).toHaveLength(data.venues.totalCount);
    } while (after);
    expect(capacities).toEqual(capacities.toSorted((one, other) => other - one));
    const [statement = ''] = culture.statements();
    expect(await planOf(statement)).toContain(index);
  });

  it('take no cursor of another order, and null is the order by division', async () => {
    const list = (args: string) =>
      culture.request(
        `{ venues(within: "410105", first: 2 ${args}) { nodes { id } pageInfo { endCursor } } }`,
      );
    const { data } = await list('');
    expect((await list('orderBy: null')).data).toEqual(data);
    const { errors } = await list(`orderBy: CAPACITY_DESC, after: "${data.venues.pageInfo.endCursor}"`);
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR');
  });
});
