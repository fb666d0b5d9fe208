import { developmentKeyring } from '@district-graph/kit/encryption/keyring';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { encryptedVolunteer, type Volunteer } from './tables.ts';

let server: TestSubgraph;
let known: Volunteer[];
beforeAll(async () => {
  server = await testSubgraph(subgraph);
  known = [
    ...(await server.sql<Volunteer[]>`
      select * from volunteer where starts_with(division_code, '410105') order by subdistrict_code, id`),
  ];
});
afterAll(() => server.stop());

const fields = 'id name phone cardNumber skills hoursConfirmed stars division { code } teams { id }';
const secretsOf = (row: Volunteer): string[] => [
  row.cardNumber as string,
  encryptedVolunteer.decrypt(developmentKeyring, row, 'phone') as string,
];

describe('the volunteers inside a division', () => {
  it('are paged by subdistrict, each once, and masked', async () => {
    const rows: { id: string; name: string; division: { code: string } }[] = [];
    let after: string | null = null;
    do {
      const { data, errors } = await server.request(
        `query ($after: String) { volunteers(within: "410105", first: 100, after: $after) {
          totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      expect(errors).toBeUndefined();
      expect(data.volunteers.totalCount).toBe(known.length);
      rows.push(...data.volunteers.nodes);
      after = data.volunteers.pageInfo.hasNextPage ? data.volunteers.pageInfo.endCursor : null;
    } while (after);
    expect(rows.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
    for (const { name, division } of rows) {
      expect(name).toMatch(/^.\*+$/);
      expect(division.code).toHaveLength(9);
    }
    const answer = JSON.stringify(rows);
    for (const row of known) for (const secret of secretsOf(row)) expect(answer).not.toContain(secret);
  });

  it('are filtered by skill', async () => {
    const { data } = await server.request(
      '{ volunteers(within: "410105", skill: ARTS, first: 100) { totalCount nodes { id skills } } }',
    );
    const expected = known.filter(({ skills }) => skills.includes('ARTS'));
    expect(data.volunteers.totalCount).toBe(expected.length);
    for (const { skills } of data.volunteers.nodes) expect(skills).toContain('ARTS');
  });

  it('of a community are listed with volunteer:identify and a purpose only, and recorded', async () => {
    const [first] = known;
    const query = `{ volunteers(within: "${first?.divisionCode}") { nodes { id name phone division { code } } } }`;
    const bearer = { sub: 'worker-of-list', roles: ['community-worker'], divisions: ['410105'] } as const;
    const without = await server.request(query, {}, await headersOf(bearer));
    expect([without.data.volunteers, without.errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    const headers = await headersOf(bearer, 'COMMUNITY_SERVICE');
    const { data, errors } = await server.request(query, {}, headers);
    expect(errors).toBeUndefined();
    const rows = known.filter(({ divisionCode }) => divisionCode === first?.divisionCode);
    expect(data.volunteers.nodes).toEqual(
      rows.map((row) => ({
        id: row.id,
        name: row.name,
        phone: secretsOf(row)[1],
        division: { code: row.divisionCode },
      })),
    );
    const recorded = await server.sql`
      select from access_record where viewer = 'worker-of-list' and outcome = 'GIVEN' and subject_id = any(${rows.map(
        ({ id, elderId }) => elderId ?? id,
      )}::text[])`;
    expect(recorded.length).toBeGreaterThanOrEqual(rows.length);
  });

  it('are refused to others, by list and by key', async () => {
    const query = `{ volunteers(within: "410105") { totalCount } volunteer(id: "${known[0]?.id}") { hoursConfirmed } }`;
    for (const headers of [
      await headersOf({ roles: ['resident'], divisions: ['410105'] }),
      await headersOf({ roles: ['care-worker'], divisions: ['410105'] }, 'CARE'),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }, 'COMMUNITY_SERVICE'),
    ]) {
      const { data, errors } = await server.request(query, {}, headers);
      expect([data.volunteers, data.volunteer]).toEqual([null, null]);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    }
  });
});

describe('volunteers by key', () => {
  it('take one statement for any number, one for their teams and one for their participations', async () => {
    const some = known.slice(0, 30);
    // The refusals of the tests before are written by statements of their own.
    await server.recorded();
    server.statements();
    const { data, errors } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Volunteer { id teams { id }
        participations(first: 2) { nodes { status service { id } } } } } }`,
      { r: some.map(({ id }) => ({ __typename: 'Volunteer', id })) },
    );
    expect(errors).toBeUndefined();
    // The fourth reads the services of the participations.
    expect(server.statements()).toHaveLength(4);
    expect(data._entities.map(({ id }: { id: string }) => id)).toEqual(some.map(({ id }) => id));
    for (const { teams } of data._entities) expect(teams.length).toBeGreaterThan(0);
  });

  it('have the hours of their confirmed participations, and their participations latest first', async () => {
    const differing = await server.sql`
      select v.id from volunteer v left join (
        select volunteer_id, sum(hours) as hours from volunteer_participation group by 1
      ) p on p.volunteer_id = v.id where v.hours_confirmed <> coalesce(p.hours, 0)`;
    expect(differing).toHaveLength(0);
    const [busiest] = await server.sql<
      Volunteer[]
    >`select * from volunteer order by hours_confirmed desc limit 1`;
    const page = async (after: string | null) => {
      const { data } = await server.request(
        `query ($id: ID!, $after: String) { volunteer(id: $id) { stars participations(status: ATTENDED, first: 100, after: $after) {
          totalCount nodes { status service { startsAt } } pageInfo { endCursor } } } }`,
        { id: busiest?.id, after },
      );
      return data.volunteer;
    };
    const first = await page(null);
    expect(first.stars).toBe(5);
    const second = await page(first.participations.pageInfo.endCursor);
    const times = [...first.participations.nodes, ...second.participations.nodes].map(
      ({ service }: { service: { startsAt: string } }) => service.startsAt,
    );
    expect(times).toEqual([...times].sort().reverse());
    expect(new Set(times).size).toBe(200);
    expect(first.participations.totalCount).toBeGreaterThan(200);
  });
});
