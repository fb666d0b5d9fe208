import { addDays, today } from '@district-graph/kit/calendar';
import { elderId, loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let community: TestSubgraph;
beforeAll(async () => {
  community = await testSubgraph(subgraph);
});
afterAll(() => community.stop());

const { communities, districts } = loadSyntheticCity('default');
const period = `{ from: "${addDays(today(), -60)}", to: "${today()}" }`;

describe('the volunteer services inside a division', () => {
  it.each(['410100', '410105', '410105007'])(
    '%s are listed by time, in pages, for everyone',
    async (within) => {
      const times: string[] = [];
      let after: string | null = null;
      let total = 0;
      do {
        const { data, errors } = await community.request(
          `query ($after: String) { volunteerServices(within: "${within}", period: ${period}, first: 100, after: $after) {
          totalCount nodes { startsAt status } pageInfo { hasNextPage endCursor } } }`,
          { after },
          await headersOf({ roles: ['resident'] }),
        );
        expect(errors).toBeUndefined();
        const { nodes, pageInfo, totalCount } = data.volunteerServices;
        for (const { status } of nodes) expect(status).not.toBe('CANCELLED');
        times.push(...nodes.map((node: { startsAt: string }) => node.startsAt));
        total = totalCount;
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after);
      expect(times).toEqual([...times].sort());
      expect(times).toHaveLength(total);
      expect(total).toBeGreaterThan(0);
    },
  );

  it('are filtered by kind and status', async () => {
    const { data } = await community.request(
      `{ volunteerServices(within: "410100", period: ${period}, kind: PUBLICITY, status: HELD, first: 100) {
        nodes { kind status team { id } placesLeft } } }`,
    );
    expect(data.volunteerServices.nodes.length).toBeGreaterThan(0);
    for (const { kind, status, placesLeft } of data.volunteerServices.nodes) {
      expect([kind, status]).toEqual(['PUBLICITY', 'HELD']);
      expect(placesLeft).toBeGreaterThanOrEqual(0);
    }
  });

  it('show who takes part to those who may see volunteers there only', async () => {
    const query = `{ volunteerServices(within: "410105007", period: ${period}, status: HELD, first: 20) { nodes { id
      participations(first: 3) { totalCount nodes { status volunteer { id } } } } } }`;
    const seen = await community.request(
      query,
      {},
      await headersOf({ roles: ['community-worker'], divisions: ['410105'] }),
    );
    expect(seen.errors).toBeUndefined();
    const { nodes } = seen.data.volunteerServices;
    expect(
      nodes.every(
        ({ participations }: { participations: { nodes: object[] } }) => participations.nodes.length > 0,
      ),
    ).toBe(true);
    for (const headers of [
      await headersOf({ roles: ['resident'], divisions: ['410105'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410102'] }),
    ]) {
      const { data, errors } = await community.request(query, {}, headers);
      expect(errors?.every(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
      for (const node of data.volunteerServices.nodes) expect(node.participations).toBeNull();
    }
  });
});

describe('the volunteer services for an elder', () => {
  /** Elders of every district for whom there was a service. */
  let elders: string[];
  beforeAll(async () => {
    const rows = await community.sql<{ elderId: string }[]>`
      select distinct on (left(division_code, 9)) elder_id from volunteer_service_elder order by left(division_code, 9), elder_id`;
    elders = rows.map((row) => row.elderId);
    expect(elders.length).toBeGreaterThan(districts.length);
  });
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Elder { id volunteerServices(first: 3) {
    totalCount nodes { id startsAt division { code } } } } } }`;
  const request = (ids: string[], headers?: Record<string, string>) =>
    community.request(query, { r: ids.map((id) => ({ __typename: 'Elder', id })) }, headers);

  it('take one statement for any number of elders, and one for the counts; latest first', async () => {
    // The refusals of the tests before are written by statements of their own.
    await community.recorded();
    community.statements();
    const { data, errors } = await request(elders);
    expect(errors).toBeUndefined();
    expect(community.statements()).toHaveLength(2);
    for (const { volunteerServices } of data._entities) {
      const times = volunteerServices.nodes.map((node: { startsAt: string }) => node.startsAt);
      expect(times.length).toBeGreaterThan(0);
      expect(times).toEqual([...times].sort().reverse());
      expect(volunteerServices.totalCount).toBeGreaterThanOrEqual(times.length);
    }
  });

  it('are seen by the elder in person, by nobody without the scope, and elsewhere not at all', async () => {
    const [first] = communities.filter(({ subdistrictCode }) => subdistrictCode === '410105007');
    const id = elderId(first?.code ?? '', 0);
    const [all] = (await request([id])).data._entities;
    expect(all.volunteerServices.totalCount).toBeGreaterThan(0);
    const self = await request(
      [id],
      await headersOf({ roles: ['resident'], divisions: ['410105'], elder: id }),
    );
    expect(self.data._entities[0]).toEqual(all);
    const other = await headersOf({ roles: ['resident'], divisions: ['410105'], elder: elders[0] });
    const refused = await request([id], other);
    expect(refused.data._entities[0].volunteerServices).toBeNull();
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const district = await headersOf({ roles: ['care-worker'], divisions: ['410102'] });
    expect((await request([id], district)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    // Another subdistrict of the district: the elder's key discloses the district only, the services are not seen.
    const neighbour = await headersOf({ roles: ['care-worker'], divisions: ['410105001'] });
    const hidden = await request([id], neighbour);
    expect(hidden.data._entities[0].volunteerServices).toEqual({ totalCount: 0, nodes: [] });
  });
});
