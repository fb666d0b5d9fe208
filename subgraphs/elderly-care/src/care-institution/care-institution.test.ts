import { newId } from '@district-graph/kit/database/ids';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { startSubgraph } from '@district-graph/kit/subgraph';
import { headersOf, testIdentity, trusted } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';
import { careInstitutionKinds } from './tables.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const { centres } = loadSyntheticCity('default');
const unknown = '014aa2ca-6000-7069-8000-000000000000';

interface Listed {
  id: string;
  kind: string;
}

async function list(within: string, kind: string | null, first = 100) {
  const rows: Listed[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await care.request(
      `query ($within: ID!, $kind: CareInstitutionKind, $first: Int, $after: String) {
        careInstitutions(within: $within, kind: $kind, first: $first, after: $after) {
          totalCount nodes { id kind } pageInfo { hasNextPage endCursor }
        }
      }`,
      { within, kind, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.careInstitutions;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the institutions inside a division', () => {
  it.each([
    ['410100', '4101', 90],
    ['410105', '410105', 10],
  ])('of %s are paged in the order of division codes, each once', async (within, prefix, first) => {
    const { rows, totals } = await list(within, null, first);
    const expected = await care.sql<{ id: string }[]>`
      select id from care_institution where starts_with(division_code, ${prefix}) order by division_code, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(2 * first);
    expect(totals).toEqual([rows.length]);
  });

  it('are separated by kind: in Jinshui 39 day-care centres, a rural home, three private ones, two with doctors', async () => {
    const counts = await Promise.all(
      careInstitutionKinds.map(async (kind) => {
        const { rows, totals } = await list('410105', kind);
        for (const row of rows) expect(row.kind).toBe(kind);
        expect(totals).toEqual([rows.length]);
        return rows.length;
      }),
    );
    expect(counts).toEqual([39, 1, 3, 2]);
  });

  it('are refused with a code, and empty where there are none', async () => {
    for (const [args, code, argument] of [
      ['within: "410105", first: 101', 'BAD_USER_INPUT', 'first'],
      ['within: "4101"', 'BAD_USER_INPUT', 'within'],
      ['within: "410105", after: "WyJjYXJlV29ya2VycyJd"', 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await care.request(`{ careInstitutions(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('419999', null)).toEqual({ rows: [], totals: [0] });
  });
});

describe('the institutions near a point', () => {
  const near = `query ($at: GeoPointInput!, $within: Int!, $kind: CareInstitutionKind, $first: Int) {
    careInstitutionsNear(at: $at, withinMetres: $within, kind: $kind, first: $first) {
      distanceMetres careInstitution { id kind location { longitude latitude } }
    }
  }`;
  interface Point {
    longitude: number;
    latitude: number;
  }
  type Found = { distanceMetres: number; careInstitution: Listed & { location: Point } };
  const at = { longitude: 113.68, latitude: 34.79 };
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  /** Metres along a great circle. */
  const metres = (one: Point, other: Point) => {
    const half = (a: number, b: number) => Math.sin(radians(b - a) / 2) ** 2;
    const cosines = Math.cos(radians(one.latitude)) * Math.cos(radians(other.latitude));
    const chord = half(one.latitude, other.latitude) + cosines * half(one.longitude, other.longitude);
    return 2 * 6_371_000 * Math.asin(Math.sqrt(chord));
  };
  const findNear = async (variables: Record<string, unknown>): Promise<Found[]> => {
    const { data, errors } = await care.request(near, { at, ...variables });
    expect(errors).toBeUndefined();
    return data.careInstitutionsNear;
  };

  it.each([1500, 4000])('come nearest first, all within %i metres and no others', async (within) => {
    care.statements();
    const found = await findNear({ within, first: 100 });
    expect(care.statements()).toHaveLength(1);
    const distances = found.map(({ distanceMetres }) => distanceMetres);
    expect(distances).toEqual([...distances].sort((one, other) => one - other));
    for (const { distanceMetres, careInstitution } of found) {
      expect(distanceMetres).toBeLessThanOrEqual(within);
      // The plane is accurate to half a percent.
      const direct = metres(at, careInstitution.location);
      expect(Math.abs(distanceMetres - direct)).toBeLessThanOrEqual(1 + direct * 0.005);
    }
    const ids = new Set(found.map(({ careInstitution }) => careInstitution.id));
    const rows = await care.sql<(Listed & Point)[]>`select * from care_institution`;
    const inside = rows.filter((row) => metres(at, row) < within * 0.995);
    expect(inside.length).toBeGreaterThan(0);
    for (const { id } of inside) expect(ids).toContain(id);
  });

  it('can be of one kind, and limited in number', async () => {
    const homes = await findNear({ within: 20_000, kind: 'PRIVATE_HOME', first: 100 });
    const all = await findNear({ within: 20_000, first: 100 });
    expect(all).toHaveLength(100);
    expect(homes.length).toBeGreaterThan(3);
    for (const { careInstitution } of homes) expect(careInstitution.kind).toBe('PRIVATE_HOME');
    expect(await findNear({ within: 20_000, kind: 'PRIVATE_HOME', first: 2 })).toEqual(homes.slice(0, 2));
    expect(await findNear({ within: 20_000 })).toEqual(all.slice(0, 20));
  });

  it('are refused for an invalid point, radius or page size; none are far away', async () => {
    for (const [wrong, argument] of [
      [{ at: { longitude: 113.68, latitude: 91 } }, 'at'],
      [{ within: 0 }, 'withinMetres'],
      [{ within: 50_001 }, 'withinMetres'],
      [{ first: 101 }, 'first'],
    ] as const) {
      const { errors } = await care.request(near, { at, within: 1000, ...wrong });
      expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
    }
    expect(await findNear({ at: { longitude: 0, latitude: 0 }, within: 50_000 })).toEqual([]);
  });
});

describe('a service centre', () => {
  it('has its institution, or none, in one statement for any number of centres', async () => {
    const jinshui = centres.filter(({ divisionCode }) => /^410105\d{6}$/.test(divisionCode)).slice(0, 5);
    const nanyang = centres.find(({ key }) => key === 'NANYANG');
    const ids = [...jinshui.map(({ id }) => id), nanyang?.id, unknown, 'x'];
    care.statements();
    const { data, errors } = await care.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ServiceCentre {
        careInstitution { kind division { code } serviceCentre { id } location { longitude latitude } }
      } } }`,
      { r: ids.map((id) => ({ __typename: 'ServiceCentre', id })) },
    );
    expect(errors).toBeUndefined();
    expect(care.statements()).toHaveLength(1);
    const expected = jinshui.map(({ id, divisionCode: code, longitude, latitude }) => ({
      careInstitution: {
        kind: 'DAY_CARE_CENTRE',
        division: { code },
        serviceCentre: { id },
        location: { longitude, latitude },
      },
    }));
    expect(data._entities).toEqual([...expected, { careInstitution: null }, { careInstitution: null }, null]);
  });
});

describe('an institution', () => {
  const community = '410105007003';
  const [small, closed] = [newId(community), newId(community)];

  /** A database of two institutions, one with a single bed and one without any. */
  async function twoInstitutions() {
    const { sql, url, drop } = await emptyDatabase(subgraph);
    const row = { division_code: community, name: '示例', kind: 'PRIVATE_HOME', phone: '0371-0' };
    const since = { opened_on: '2015-01-01', longitude: 113.68, latitude: 34.79 };
    const insert = (id: string, beds: number, change: Record<string, string | number> = {}) =>
      sql`insert into care_institution ${sql([{ id, beds, ...row, ...since, ...change }])}`;
    await insert(small, 1);
    await insert(closed, 0);
    return { sql, url, drop, insert };
  }

  it('never has more residents than beds, and lies where its key says', async () => {
    const { sql, drop, insert } = await twoInstitutions();
    for (const [wrong, constraint] of [
      [{ longitude: 34.79, latitude: 113.68 }, 'care_institution_location'],
      [{ kind: 'HOTEL' }, 'care_institution_kind'],
      [{ beds: -1 }, 'care_institution_residents'],
      [{ division_code: '410102' }, 'care_institution_id_home'],
    ] as const)
      await expect(insert(newId(community), 1, wrong)).rejects.toThrow(constraint);
    const moveIn = (home: string) =>
      insertElder(sql, {
        id: newId(community),
        divisionCode: community,
        careInstitutionId: home,
        livingArrangement: 'INSTITUTION',
        careMode: 'INSTITUTION',
      });
    await moveIn(small);
    await expect(moveIn(small)).rejects.toThrow('care_institution_residents');
    await expect(moveIn(closed)).rejects.toThrow('care_institution_residents');
    const residents = () => sql`select id from care_institution where residents_count = 1`;
    expect([...(await residents())]).toEqual([{ id: small }]);
    await sql`delete from elder`;
    expect([...(await residents())]).toEqual([]);
    await moveIn(small);
    await drop();
  });

  it('lists its inspections latest first, each once, in two statements for any number of institutions', async () => {
    const { sql, url, drop } = await twoInstitutions();
    const days = ['2026-01-05', '2026-03-05', '2026-02-05', '2026-03-05', '2025-12-31'];
    for (const day of days)
      await sql`insert into institution_inspection values (${newId(community)}, ${small}, ${day}, true, '合格')`;
    const server = await testSubgraph(subgraph, url);
    const read = async (ids: string[], after: string | null) => {
      const { data } = await server.request(
        `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on CareInstitution {
          safetyInspections(first: 2, after: $after) { totalCount nodes { id inspectedOn passed } pageInfo { hasNextPage endCursor } }
        } } }`,
        { r: ids.map((id) => ({ __typename: 'CareInstitution', id })), after },
      );
      return data._entities.map((entity: { safetyInspections: unknown }) => entity.safetyInspections);
    };
    server.statements();
    const [first, none] = await read([small, closed], null);
    // Rows of their own, then the two.
    expect(server.statements()).toHaveLength(3);
    expect(none).toMatchObject({ totalCount: 0, nodes: [] });
    expect(first.totalCount).toBe(5);
    const seen = [...first.nodes];
    for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
      const [next] = await read([small], pageInfo.endCursor);
      seen.push(...next.nodes);
      ({ pageInfo } = next);
    }
    expect(seen.map(({ inspectedOn }) => inspectedOn)).toEqual([...days].sort().reverse());
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    await server.stop();
    await drop();
  });
});

it('an institution shows its residents only to viewers with exact counts there, and its beds to everyone', async () => {
  const [row] = await care.sql<{ id: string; residentsCount: number }[]>`
    select id, residents_count from care_institution where division_code like '410105%' and residents_count > 0 limit 1`;
  const institutionFor = async (headers: Record<string, string>) =>
    (
      await care.request(
        'query ($id: ID!) { careInstitution(id: $id) { beds residentsCount } }',
        { id: row?.id },
        headers,
      )
    ).data.careInstitution;
  const manager = { roles: ['care-manager'] } as const;
  const beds = expect.any(Number);
  expect(await institutionFor(await headersOf({ ...manager, divisions: ['410105'] }))).toEqual({
    beds,
    residentsCount: row?.residentsCount,
  });
  for (const bearer of [{ ...manager, divisions: ['410102'] }, { roles: ['analyst'] } as const])
    expect(await institutionFor(await headersOf(bearer))).toEqual({ beds, residentsCount: null });
});

describe('while a transaction locks the elders', () => {
  it('are listed promptly, also to a request that waits for elders', async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const server = await testSubgraph(subgraph, url);
    const other = await headersOf({ roles: ['care-worker'] });
    let waiting: Promise<unknown>[] = [];
    await sql.begin(async (transaction) => {
      await transaction`lock table elder in access exclusive mode`;
      waiting = Array.from({ length: 30 }, (_, index) =>
        server.request('{ elders(within: "410105") { nodes { id } } }', {}, index % 2 ? other : undefined),
      );
      for (const headers of [undefined, other, await headersOf({ roles: ['analyst'] })]) {
        const { data, errors } = await server.request(
          '{ careInstitutions(within: "410105") { nodes { id } } }',
          {},
          headers,
        );
        expect(errors).toBeUndefined();
        expect(data.careInstitutions.nodes).toEqual([]);
      }
    });
    for (const answer of await Promise.all(waiting)) expect(answer).not.toHaveProperty('errors');
    await server.stop();
    await drop();
  });

  it('a statement gets three seconds, and the time-out says that it is temporary', async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const running = await startSubgraph(subgraph, { databaseUrl: url, port: 0, log: () => {} });
    expect(await running.sql`show statement_timeout`).toEqual([{ statementTimeout: '3s' }]);
    await running.stop();
    const impatient = await startSubgraph(subgraph, {
      databaseUrl: url,
      port: 0,
      statementTimeoutMs: 50,
      identity: testIdentity,
      log: () => {},
    });
    await sql.begin(async (transaction) => {
      await transaction`lock table elder in access exclusive mode`;
      const response = await fetch(impatient.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...trusted },
        body: JSON.stringify({ query: '{ elders(within: "410105") { nodes { id } } }' }),
      });
      const { errors } = (await response.json()) as { errors: { extensions: object }[] };
      expect(errors[0]?.extensions).toMatchObject({ code: 'DATABASE_BUSY', retryAfterMs: 1000 });
    });
    await impatient.stop();
    await drop();
  });
});
