import { readFileSync } from 'node:fs';
import { buildSchema, getVariableValues, Kind, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { examplesOf } from './examples.ts';

const schema = buildSchema(
  readFileSync(new URL('../../../schema/contracts/api.graphql', import.meta.url), 'utf8'),
);

it.each(examplesOf('2026-11-30').map((example) => [example.label.en, example] as const))(
  'offers %s, which the graph can answer',
  (_name, { query, variables }) => {
    const document = parse(query);
    expect(validate(schema, document).map(({ message }) => message)).toEqual([]);
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('expected an operation');
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    expect(errors ?? []).toEqual([]);
  },
);

it('computes the variables for the day, and for the year of months before it', () => {
  const byName = Object.fromEntries(
    examplesOf('2026-01-05').map(({ label, variables }) => [label.en, variables]),
  );
  expect(byName['All about a community']).toMatchObject({ today: '2026-01-05', week: { to: '2026-01-11' } });
  expect(byName['Trends by month']?.period).toEqual({ from: '2025-01-01', to: '2025-12-31' });
});
