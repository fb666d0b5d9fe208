import { expect, it } from 'vitest';
import { defineList, pageOf, toConnection } from './connections.ts';

interface Visit {
  at: string;
  id: string;
}

const visits = defineList<Visit>('visits', ['instant', 'uuid'], (visit) => [visit.at, visit.id]);
const id = '014aa2ca-b000-7069-8b53-5f745f24f085';

it('keeps fractions of seconds in cursors, so that no row is lost', () => {
  const row = { at: '2026-01-31T08:00:00.123456+08:00', id };
  const { pageInfo } = toConnection(visits, { limit: 2, after: null }, [row], () => 1);
  expect(pageOf(visits, { after: pageInfo.endCursor })).toEqual({ limit: 21, after: [row.at, id] });
});

it.each([
  ['of another list', ['sessions', '2026-01-31T08:00:00+08:00', id]],
  ['with a day that does not exist', ['visits', '2026-02-30T08:00:00+08:00', id]],
  ['with an hour that does not exist', ['visits', '2026-01-31T99:00:00+08:00', id]],
  ['with an invalid key', ['visits', '2026-01-31T08:00:00+08:00', '1']],
  ['with too few values', ['visits', '2026-01-31T08:00:00+08:00']],
])('refuses a cursor %s', (_what, values) => {
  expect(() => pageOf(visits, { after: JSON.stringify(values) })).toThrow(/visits.*endCursor/);
});

it('knows of a next page by one more row, and returns only the requested ones', () => {
  const rows = [1, 2, 3].map((second) => ({ at: `2026-01-31T08:00:0${second}+08:00`, id }));
  const { nodes, pageInfo } = toConnection(visits, pageOf(visits, { first: 2 }), rows, () => 3);
  expect(nodes).toEqual(rows.slice(0, 2));
  expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
});
