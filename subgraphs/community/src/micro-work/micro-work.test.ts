import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

describe('the micro-works inside a division', () => {
  it.each([
    ['410100', null],
    ['410105', 'COMPLETED'],
    ['410105', 'PLANNED'],
  ] as const)('of %s, of the status %s, are paged in order, each once', async (within, status) => {
    const codes: string[] = [];
    const ids = new Set<string>();
    let after: string | null = null;
    do {
      const { data, errors } = await server.request(
        `query ($within: ID!, $status: MicroWorkStatus, $after: String) { microWorks(within: $within, status: $status, first: 60, after: $after) {
          totalCount nodes { id status division { code } } pageInfo { hasNextPage endCursor } } }`,
        { within, status, after },
      );
      expect(errors).toBeUndefined();
      const { nodes, pageInfo, totalCount } = data.microWorks;
      for (const node of nodes) {
        ids.add(node.id);
        codes.push(node.division.code);
        if (status) expect(node.status).toBe(status);
      }
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      if (!after) expect(codes).toHaveLength(totalCount);
    } while (after);
    expect(codes).toEqual(codes.toSorted());
    expect(ids.size).toBe(codes.length);
  });

  it('are as many as the overview counts', async () => {
    const { data } = await server.request(
      `{ _entities(representations: [{ __typename: "Division", code: "410105" }]) { ... on Division { community { microWorkCount } } }
        microWorks(within: "410105") { totalCount } }`,
    );
    expect(data._entities[0].community.microWorkCount).toBe(data.microWorks.totalCount);
  });

  it('are refused with a page size or a cursor that is none', async () => {
    for (const [args, code] of [
      ['first: 101', 'BAD_USER_INPUT'],
      ['after: "x"', 'BAD_CURSOR'],
    ]) {
      const { errors } = await server.request(`{ microWorks(within: "410105", ${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions.code).toBe(code);
    }
  });
});

it('is refused by the table with days that do not match its status', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (values: Record<string, unknown>) => {
    const row = {
      id: newId('410105'),
      division_code: '410105',
      name: '示例',
      kind: 'PARKING',
      budget_fen: 0,
      ...values,
    };
    return sql`insert into micro_work ${sql(row)}`;
  };
  await expect(insert({ started_on: '2026-01-01' })).rejects.toThrow('micro_work_started');
  await expect(insert({ status: 'UNDER_CONSTRUCTION' })).rejects.toThrow('micro_work_started');
  await expect(insert({ status: 'COMPLETED', started_on: '2026-01-01' })).rejects.toThrow(
    'micro_work_completed',
  );
  const early = { status: 'COMPLETED', started_on: '2026-01-02', completed_on: '2026-01-01' };
  await expect(insert(early)).rejects.toThrow('micro_work_days');
  await insert({});
  await drop();
});
