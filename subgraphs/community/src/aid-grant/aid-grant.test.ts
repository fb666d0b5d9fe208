import { headersOf } from '@district-graph/kit/testing/identity';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

describe('aid grants', () => {
  it('inside a division are paged by division code and day, each once', async () => {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { data, errors } = await server.request(
        `query ($after: String) { aidGrants(within: "410105", first: 30, after: $after) {
          totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      expect(errors).toBeUndefined();
      ids.push(...data.aidGrants.nodes.map(({ id }: { id: string }) => id));
      [after, more] = [data.aidGrants.pageInfo.endCursor, data.aidGrants.pageInfo.hasNextPage];
      if (!more) expect(data.aidGrants.totalCount).toBe(ids.length);
    }
    const rows = await server.sql<{ id: string }[]>`
      select id from aid_grant where starts_with(division_code, '410105') order by division_code, given_on, id`;
    expect(ids).toEqual(rows.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(30);
  });

  it('take one statement for any number of keys, and are null for unknown ones', async () => {
    const rows = await server.sql<{ id: string }[]>`select id from aid_grant order by id limit 4`;
    const ids = rows.map(({ id }) => id);
    server.statements();
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on AidGrant { id } } }',
      { r: [...ids, 'x'].map((id) => ({ __typename: 'AidGrant', id })) },
    );
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null]);
    expect(server.statements()).toHaveLength(1);
  });

  it('show the number of beneficiaries to viewers with exact counts there only', async () => {
    const read = async (headers: Record<string, string>) => {
      const { data } = await server.request(
        '{ aidGrants(within: "410105", first: 5) { nodes { beneficiaries amount { fen } } } }',
        {},
        headers,
      );
      return data.aidGrants.nodes as { beneficiaries: number | null; amount: { fen: number } }[];
    };
    const worker = { roles: ['community-worker'] } as const;
    for (const { beneficiaries } of await read(await headersOf({ ...worker, divisions: ['410105'] })))
      expect(beneficiaries).toBeGreaterThan(0);
    for (const { beneficiaries, amount } of await read(
      await headersOf({ ...worker, divisions: ['410102'] }),
    )) {
      expect(beneficiaries).toBeNull();
      expect(amount.fen).toBeGreaterThan(0);
    }
  });
});

describe('the figures of aid', () => {
  const summary = async (code: string) => {
    const { data, errors } = await server.request(
      `{ _entities(representations: [{ __typename: "Division", code: "${code}" }]) { ... on Division { community {
        aidSummary(period: { from: "2011-01-01", to: "2050-12-31" }, kind: PUPIL_AID) { grants beneficiaries amount { fen } }
      } } } }`,
    );
    expect(errors).toBeUndefined();
    return data._entities[0].community.aidSummary;
  };

  it('are unknown inside a subdistrict for which aid is recorded as a whole', async () => {
    const [row] = await server.sql<{ divisionCode: string }[]>`
      select division_code from aid_grant where kind = 'PUPIL_AID' and length(division_code) = 9 limit 1`;
    const code = row?.divisionCode ?? '';
    expect((await summary(code)).grants).toBeGreaterThan(0);
    expect(await summary(`${code}001`)).toBeNull();
  });
});
