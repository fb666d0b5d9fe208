import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { unknownId } from './testing.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

interface Listed {
  id: string;
  level: string;
  division: { code: string };
}

describe('the grids inside a division', () => {
  it.each([
    ['410100', 'DISTRICT', 15],
    ['410105', null, 100],
    ['410105', 'COMMUNITY', 100],
    ['410105007', 'SUBDISTRICT', 1],
  ] as const)('of %s, of the level %s, are paged in order, each once', async (within, level, least) => {
    const rows: Listed[] = [];
    let after: string | null = null;
    let total = 0;
    do {
      const { data, errors } = await server.request(
        `query ($within: ID!, $level: GridLevel, $after: String) { grids(within: $within, level: $level, first: 77, after: $after) {
          totalCount nodes { id level division { code } } pageInfo { hasNextPage endCursor } } }`,
        { within, level, after },
      );
      expect(errors).toBeUndefined();
      const { nodes, pageInfo, totalCount } = data.grids;
      rows.push(...nodes);
      total = totalCount;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(rows.length).toBeGreaterThanOrEqual(least);
    expect(rows).toHaveLength(total);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    const codes = rows.map(({ division }) => division.code);
    expect(codes).toEqual(codes.toSorted());
    expect(rows.every((row) => level === null || row.level === level)).toBe(true);
  });

  it('form a tree from the district down, in a fixed number of statements', async () => {
    server.statements();
    const { data, errors } = await server.request(
      `{ gridByCode(gridCode: "410105") { level parent { id } children(first: 100) { totalCount nodes {
          level parent { gridCode } children(first: 3) { totalCount nodes { level gridCode parent { parent { gridCode } } } } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(server.statements().length).toBeLessThanOrEqual(8);
    const { level, parent, children } = data.gridByCode;
    expect([level, parent]).toEqual(['DISTRICT', null]);
    expect(children.nodes).toHaveLength(children.totalCount);
    for (const below of children.nodes) {
      expect([below.level, below.parent.gridCode]).toEqual(['SUBDISTRICT', '410105']);
      expect(below.children.totalCount).toBeGreaterThan(0);
      for (const leaf of below.children.nodes) {
        expect(leaf).toMatchObject({ level: 'COMMUNITY', parent: { parent: { gridCode: '410105' } } });
        expect(leaf.gridCode).toMatch(/^410105\d{9}$/);
      }
    }
  });
});

describe('the head of a grid', () => {
  const query = '{ gridByCode(gridCode: "410105") { id headName headPhone } }';
  const isMasked = {
    headName: expect.stringMatching(/^.\*+$/),
    headPhone: expect.stringMatching(/^\d{3}\*{4}\d{4}$/),
  };

  it('is masked for the public, for viewers without a purpose, without the scope, and elsewhere', async () => {
    for (const headers of [
      await headersOf({ roles: [] }),
      await headersOf({ roles: ['grid-worker'], divisions: ['410105'] }),
      await headersOf({ roles: ['community-worker'], divisions: ['410105'] }, 'COMMUNITY_SERVICE'),
      await headersOf({ roles: ['grid-worker'], divisions: ['410102'] }, 'COMMUNITY_SERVICE'),
    ]) {
      const { data, errors } = await server.request(query, {}, headers);
      expect(errors).toBeUndefined();
      expect(data.gridByCode).toMatchObject(isMasked);
    }
  });

  it('is disclosed with the scope and a purpose, on record', async () => {
    const headers = await headersOf(
      { sub: 'head-reader', roles: ['grid-worker'], divisions: ['410105'] },
      'COMMUNITY_SERVICE',
    );
    const { data } = await server.request(query, {}, headers);
    expect(data.gridByCode.headName).toMatch(/^.(示例|样本|测试|演示)$/);
    expect(data.gridByCode.headPhone).toMatch(/^00000\d{6}$/);
    const [record] = await server.sql`
      select subject_type, subject_id, fields from access_record where viewer = 'head-reader'`;
    expect(record).toMatchObject({ subjectType: 'Grid', subjectId: data.gridByCode.id });
    expect((record as unknown as { fields: string[] }).fields.toSorted()).toEqual(['headName', 'headPhone']);
  });
});

it('takes one statement for any number of keys, and is null for unknown and invalid ones', async () => {
  const rows = await server.sql<{ id: string }[]>`select id from grid limit 3`;
  server.statements();
  const { data } = await server.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Grid { level } } }',
    { r: [...rows.map(({ id }) => id), unknownId, 'x'].map((id) => ({ __typename: 'Grid', id })) },
  );
  expect(server.statements()).toHaveLength(1);
  expect(data._entities.map((each: unknown) => each !== null)).toEqual([true, true, true, false, false]);
});

it('is refused by the table out of its place: without the level above, outside of its division, or moved', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const row = (values: Record<string, unknown>) => ({
    id: newId('410105'),
    name: '示例',
    households: 0,
    ...values,
  });
  const insert = async (values: Record<string, unknown>) => {
    const inserted = row(values);
    await sql`insert into grid ${sql(inserted)}`;
    return inserted.id;
  };
  const place = (code: string, level: string, parentId: string | null) => ({
    grid_code: code,
    division_code: code.slice(0, 12),
    level,
    parent_id: parentId,
  });
  const district = await insert(place('410105', 'DISTRICT', null));
  await expect(insert(place('410105007', 'SUBDISTRICT', null))).rejects.toThrow('grid_top');
  await expect(insert(place('410105007003001', 'COMMUNITY', district))).rejects.toMatchObject({
    constraint_name: 'grid_below_parent',
  });
  const subdistrict = await insert(place('410105007', 'SUBDISTRICT', district));
  await expect(insert(place('410105001003001', 'COMMUNITY', subdistrict))).rejects.toMatchObject({
    constraint_name: 'grid_below_parent',
  });
  await expect(insert(place('41010500700300', 'COMMUNITY', subdistrict))).rejects.toThrow('grid_grid_code');
  await expect(insert({ ...place('410105', 'DISTRICT', null) })).rejects.toThrow('grid_active_code');
  await expect(
    sql`update grid set parent_id = ${subdistrict} where id = ${subdistrict}`,
  ).rejects.toMatchObject({
    constraint_name: 'grid_keeps_place',
  });
  await insert(place('410105007003001', 'COMMUNITY', subdistrict));
  await drop();
});
