import { expect, it } from 'vitest';
import type { Measured, Turn } from './measure.ts';
import { depthOf, type OperationPlan } from './operation-plans.ts';
import type { Peer } from './peers.ts';
import { benchmarkText, tableOf } from './report.ts';

const peer = (name: string): Peer => ({ name, title: name, command: () => ({ command: ['true'] }) });
const [ours, stock, hive] = [peer('ours'), peer('stock'), peer('hive')];

const turn = (p50: number): Turn => ({
  requestsPerSecond: 1000 / p50,
  p50,
  p99: p50 * 2,
  cpuMsPerRequest: p50 / 2,
  rssMb: 300,
  fetchesPerRequest: 2,
});

const plan = (planningMs: number | null, fetches: number, depth: number): OperationPlan => ({
  planningMs,
  fetches,
  depth,
});

const workload = (name: string) => ({ name, about: `About ${name}.`, connections: 1, unique: false });

const cold: Measured = {
  workload: workload('stations'),
  turns: new Map([
    [ours, [turn(2), turn(4)]],
    [stock, [turn(50), turn(50)]],
    [hive, [turn(10), turn(10)]],
  ]),
  plans: new Map([
    [ours, [plan(0.5, 2, 2), plan(0.7, 2, 3), plan(4, 1, 1)]],
    [stock, [plan(40, 3, 2), plan(60, 2, 2), plan(45, 2, 2)]],
    [hive, [plan(null, 2, 2), plan(null, 2, 2), plan(null, 1, 1)]],
  ]),
};

const warm: Measured = { workload: workload('shop'), turns: new Map([[ours, [turn(4)]]]), plans: new Map() };

const cellsOf = (table: string): Record<string, string>[] => {
  const [header = [], , ...rows] = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return rows.map((row) => Object.fromEntries(row.map((cell, column) => [header[column] ?? '', cell])));
};

it('shows of cold operations fetches, depth and the time of planning, with a dash where it is unknown', () => {
  const [own, apollo, other] = cellsOf(tableOf(cold));
  expect(own).toMatchObject({
    gateway: 'ours',
    'p50 ms': '3.00',
    'fetches/operation': '2.00',
    depth: '2.00',
    'plan ms, median': '0.70',
    'plan ms, longest': '4.00',
    'p50 ÷ stock': '0.06',
  });
  expect(apollo).toMatchObject({ 'plan ms, median': '45.0', 'plan ms, longest': '60.0', depth: '2.00' });
  expect(other).toMatchObject({ 'plan ms, median': '–', 'plan ms, longest': '–', depth: '1.67' });
});

it('says for how many cold operations ours needs more or fewer fetches than stock, or more or fewer stages', () => {
  expect(tableOf(cold)).toContain(
    'Of 3 operations, ours needs fewer fetches than stock for 2 and more for 0; its plan is shallower for 1 and deeper for 1.',
  );
  const alone: Measured = { ...cold, plans: new Map([[ours, [plan(1, 1, 1)]]]) };
  expect(tableOf(alone)).not.toContain('than stock');
});

it('shows of repeated requests what it showed before', () => {
  expect(Object.keys(cellsOf(tableOf(warm))[0] ?? {})).toEqual([
    'gateway',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'CPU ms/request',
    'RSS MB',
    'fetches/request',
    'req/s ÷ ours',
    'p50 ÷ ours',
    'CPU ÷ ours',
    'RSS ÷ ours',
  ]);
});

it('replaces the sections that were measured, and keeps the others', () => {
  const first = benchmarkText('', [warm, cold], 'On one machine.');
  expect(first).toMatch(/^# The gateway beside others\n[\s\S]*<!-- shop -->\n## shop\nAbout shop\.\n/);
  const faster: Measured = { ...cold, turns: new Map([[ours, [turn(1)]]]), plans: new Map() };
  const second = benchmarkText(first, [faster], 'On another machine.');
  const sections = (text: string) => text.split(/(?=<!-- \w)/);
  expect(sections(second)).toHaveLength(3);
  expect(sections(second)[1]).toBe(sections(first)[1]);
  expect(sections(second)[2]).toMatch(
    /^<!-- stations -->\n[\s\S]*On another machine\.\n<!-- \/stations -->\n$/,
  );
  expect(sections(second)[2]).not.toContain('On one machine.');
  expect(benchmarkText(second, [faster], 'On another machine.')).toBe(second);
});

it('counts as depth the requests that waited for one another', () => {
  const request = (arrivedMs: number, answeredMs: number) => ({ arrivedMs, answeredMs });
  expect(depthOf([])).toBe(0);
  expect(depthOf([request(0, 30), request(1, 31), request(2, 32)])).toBe(1);
  // Two beside one another, and one after each: two stages, in whatever order they arrived.
  expect(depthOf([request(35, 65), request(0, 30), request(33, 63), request(2, 32)])).toBe(2);
  expect(depthOf([request(0, 30), request(31, 61), request(61, 91), request(1, 31)])).toBe(3);
});
