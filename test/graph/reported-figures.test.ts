// The figures of the city's reports hold in the graph, read through the gateway.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

interface ReportedFigure {
  key: string;
  code: string;
  value: number;
  qualifier: string;
  period: string;
}

/**
 * The location of each figure in the graph: a selection on its division, the path of the value in the response, and its divisor (fen per
 * yuan). A step of a path is a field, an index, `field=value` for the list entry with that value, or `sum` to add up the next field
 * of all entries.
 */
const locations: Record<string, [selection: string, path: string, divisor?: number]> = JSON.parse(
  readFileSync(new URL('./reported-figures.json', import.meta.url), 'utf8'),
);

const figures: ReportedFigure[] = readFileSync(
  new URL('../../schema/data/reported-figures.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => {
    const [key = '', , code = '', , , , value = '', qualifier = '', , , from = '', to = ''] = line.split(',');
    return { key, code, value: Number(value), qualifier, period: `{from:"${from}",to:"${to}"}` };
  })
  .filter(({ qualifier }) => qualifier !== 'historical');

function follow(node: unknown, [step, ...rest]: string[]): number {
  if (step === undefined) return Number(node);
  const entries = Array.isArray(node) ? (node as Record<string, unknown>[]) : [];
  const [field = '', value] = step.split('=');
  if (value !== undefined)
    return follow(
      entries.find((entry) => entry[field] === value),
      rest,
    );
  if (step === 'sum') return entries.reduce((total, entry) => total + follow(entry, rest), 0);
  return follow((node as Record<string, unknown> | undefined)?.[step], rest);
}

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

const read = async ({ key, code, period }: ReportedFigure, headers?: Record<string, string>) => {
  const [selection, path, divisor = 1] = locations[key] ?? ['', ''];
  const query = `{ division(code: "${code}") { ${selection.replaceAll('$period', period)} } }`;
  const { data, errors } = await graph.query(query, {}, headers);
  return { value: follow(data?.division, path.split('.')) / divisor, errors };
};

it('every figure except the historical one has a location in the graph', () => {
  expect(Object.keys(locations).sort()).toEqual(figures.map(({ key }) => key).sort());
});

it.each(figures.map((figure) => [figure.key, figure] as const))('%s', async (_key, figure) => {
  const { value, qualifier } = figure;
  const { value: actual, errors } = await read(figure);
  expect(errors).toBeUndefined();
  if (qualifier === 'exact') expect(actual).toBe(value);
  if (qualifier === 'at_least') {
    expect(actual).toBeGreaterThanOrEqual(value);
    expect(actual).toBeLessThanOrEqual(value * 1.1);
  }
  if (qualifier === 'about') expect(Math.abs(actual / value - 1)).toBeLessThanOrEqual(0.1);
});

describe('without a token', () => {
  const ofDistricts = figures.filter(({ code }) => code.length === 6);

  it('the figures of districts are the same, except protected ones and counts of persons on a single day', async () => {
    const others: string[] = [];
    for (const figure of ofDistricts) {
      const anonymous = await read(figure, {});
      if (anonymous.errors || anonymous.value !== (await read(figure)).value) others.push(figure.key);
    }
    expect(others).toEqual([
      'security.command_centre_screens',
      'security.command_centre_area',
      'security.command_centre_investment',
      'culture.open_day_visitors',
      'community.wage_recovery_workers',
      'community.wage_recovery_amount',
    ]);
  });
});
