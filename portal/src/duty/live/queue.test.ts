import { expect, it } from 'vitest';
import type { IncidentRow } from './operations.ts';
import { argumentsOf, inOrder, isShown, merged, type QueueView } from './queue.ts';

const row = (id: string, changes: Partial<IncidentRow> = {}): IncidentRow => ({
  id,
  kind: 'HELP_CALL',
  severity: 2,
  status: 'RAISED',
  raisedAt: '2026-11-30T08:00:00+08:00',
  division: null,
  ...changes,
});
const view = (changes: Partial<QueueView> = {}): QueueView => ({
  within: '410105',
  shows: 'open',
  severity: null,
  ...changes,
});
const idsOf = (rows: readonly IncidentRow[]) => rows.map(({ id }) => id);

it('shows the newest incident first, whatever the form of its instant, and orders equal instants by identifier', () => {
  const rows = [
    row('a', { raisedAt: '2026-11-30T08:00:00+08:00' }),
    row('c', { raisedAt: '2026-11-30T00:00:00.000Z' }),
    row('b', { raisedAt: '2026-11-30T00:00:00.500Z' }),
  ];
  expect(idsOf(inOrder(rows))).toEqual(['b', 'c', 'a']);
});

it('adds, replaces and removes incidents as they change, so that none is twice in the queue', () => {
  let rows = merged([row('a')], row('b', { raisedAt: '2026-11-30T09:00:00+08:00' }), view());
  expect(idsOf(rows)).toEqual(['b', 'a']);
  rows = merged(rows, row('a', { status: 'ACKNOWLEDGED' }), view());
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual(['b RAISED', 'a ACKNOWLEDGED']);
  rows = merged(rows, row('a', { status: 'FALSE_ALARM' }), view());
  expect(idsOf(rows)).toEqual(['b']);
});

it('shows in each view what the arguments of the list select', () => {
  expect(argumentsOf(view())).toEqual({ within: '410105', open: true, status: null, severity: null });
  expect(argumentsOf(view({ shows: 'to-close', severity: 1 }))).toMatchObject({
    status: 'RESOLVED',
    severity: 1,
  });
  expect(isShown(row('a', { status: 'RESOLVED' }), view())).toBe(false);
  expect(isShown(row('a', { status: 'RESOLVED' }), view({ shows: 'to-close' }))).toBe(true);
  expect(isShown(row('a', { status: 'CLOSED' }), view({ shows: 'all' }))).toBe(true);
  expect(isShown(row('a', { severity: 3 }), view({ shows: 'all', severity: 2 }))).toBe(false);
});
