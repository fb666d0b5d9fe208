// The saved queries of the repository: each is valid for the supergraph, one table, and described in both languages.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, validate } from 'graphql';
import { expect, it } from 'vitest';
import { planTable } from '../table-answers/plan-table.ts';
import { readSavedQueries, type SavedQuery } from './saved-query.ts';

const file = (path: string) => fileURLToPath(new URL(`../../../schema/${path}`, import.meta.url));
const schema = buildSchema(readFileSync(file('supergraph.graphql'), 'utf8'), { assumeValidSDL: true });
const queries = [...readSavedQueries(file('saved-queries')).values()];

const tablesOf = ({ document, operation, text }: SavedQuery, pages: number) =>
  planTable(
    schema,
    { document, operation },
    { query: text, operationName: null, variables: {}, extensions: null, method: 'GET' },
    { format: 'csv', headers: 'zh', rows: [], isPartial: false, pages, isWhole: false },
  ).tables;

it.each(queries.map((query) => [query.name, query] as const))('%s', (_name, query) => {
  expect(validate(schema, query.document)).toEqual([]);
  const declared = (query.operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const isPaged = declared.includes('after');
  const [table, ...others] = tablesOf(query, isPaged ? 2 : 1);
  expect(others).toEqual([]);
  expect(table?.leftOut).toEqual([]);
  for (const language of ['zh', 'en'] as const) {
    const labels = table?.columns.map(({ label }) => label[language]) ?? [];
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label.length).toBeLessThan(80);
  }
  for (const described of [query.title, ...query.variables.values()]) {
    expect(described.zh).toMatch(/\p{Script=Han}/u);
    expect(described.en).toMatch(/^[\x20-\x7e]+$/);
  }
  expect([...query.variables.keys()]).toEqual(declared);
});
