// What the reports state holds in the graph, asked through the gateway.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';

interface Stated {
  key: string;
  code: string;
  value: number;
  qualifier: string;
  period: string;
}

/**
 * Where each figure is found: a selection on its division, the path of the value in the answer, and what the value is
 * divided by (fen in a yuan). A step of a path is a field, an index, `field=value` for the entry that has it, or `sum`
 * to add up the next field of all entries.
 */
const found: Record<string, [selection: string, path: string, divisor?: number]> = JSON.parse(
  readFileSync(new URL('./reported-figures.json', import.meta.url), 'utf8'),
);

const stated: Stated[] = readFileSync(
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

const ask = async ({ key, code, period }: Stated, headers?: Record<string, string>) => {
  const [selection, path, divisor = 1] = found[key] ?? ['', ''];
  const query = `{ division(code: "${code}") { ${selection.replaceAll('$period', period)} } }`;
  const { data, errors } = await graph.query(query, {}, headers);
  return { value: follow(data?.division, path.split('.')) / divisor, errors };
};

it('every figure but the historical one has a place in the graph', () => {
  expect(Object.keys(found).sort()).toEqual(stated.map(({ key }) => key).sort());
});

it.each(stated.map((figure) => [figure.key, figure] as const))('%s', async (_key, figure) => {
  const { value, qualifier } = figure;
  const { value: actual, errors } = await ask(figure);
  expect(errors).toBeUndefined();
  if (qualifier === 'exact') expect(actual).toBe(value);
  if (qualifier === 'at_least') {
    expect(actual).toBeGreaterThanOrEqual(value);
    expect(actual).toBeLessThanOrEqual(value * 1.1);
  }
  if (qualifier === 'about') expect(Math.abs(actual / value - 1)).toBeLessThanOrEqual(0.1);
});

describe('without a token', () => {
  const ofDistricts = stated.filter(({ code }) => code.length === 6);

  it('the figures of districts are the same, but for what is protected and who came on a single day', async () => {
    const others: string[] = [];
    for (const figure of ofDistricts) {
      const everybody = await ask(figure, {});
      if (everybody.errors || everybody.value !== (await ask(figure)).value) others.push(figure.key);
    }
    expect(others).toEqual([
      'security.command_centre_screens',
      'security.command_centre_area',
      'security.command_centre_investment',
      'culture.open_day_visitors',
    ]);
  });
});
