// Tests the registry of indicators against the composed schema: what it names exists, and everything that exists is in it.
import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { denominators } from './indicators/indicator.ts';
import { indicatorById, indicators } from './indicators.ts';
import { listedSubgraphs } from './registry.ts';

const schema = buildSchema(readFileSync(new URL('contracts/api.graphql', import.meta.url), 'utf8'), {
  assumeValidSDL: true,
});
const valuesOf = (name: string): string[] => {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
};
/** The type of an owner's overview; `Division` itself for places. */
const overviewOf = (field: string | undefined): string =>
  field === undefined ? 'Division' : `${field[0]?.toUpperCase()}${field.slice(1)}Overview`;

describe('the registry of indicators', () => {
  it('has unique ids, of subgraphs that exist', () => {
    expect(new Set(indicators.map(({ id }) => id)).size).toBe(indicators.length);
    const owners = new Set(indicators.map(({ owner }) => owner));
    expect([...owners].sort()).toEqual(listedSubgraphs.map(({ name }) => name).sort());
    for (const indicator of indicators) expect(indicatorById(indicator.id)).toBe(indicator);
  });

  it.each(indicators)(
    'selects $id with a valid selection that ends at a scalar',
    ({ selection, path, kind }) => {
      const [variable, fragment] = kind === 'FLOW' ? ['($period: DateRange!)', selection] : ['', selection];
      const document = parse(`query Indicator${variable} { division(code: "410100") { ${fragment} } }`);
      expect(validate(schema, document)).toEqual([]);
      expect(selection.replaceAll(/\([^)]*\)/g, '').match(/\w+/g)).toEqual(path);
      expect(selection.includes('$period')).toBe(kind === 'FLOW');
    },
  );

  it.each(indicators.filter(({ trend }) => trend !== null))('knows the series of $id', ({ path, trend }) => {
    const overview = schema.getType(overviewOf(path[0]));
    const field = isObjectType(overview) ? overview.getFields().trend : undefined;
    const metric = field?.args
      .find(({ name }) => name === 'metric')
      ?.type.toString()
      .replace('!', '');
    expect(valuesOf(metric ?? '')).toContain(trend);
  });

  it('has every level only where everyone sees a value, and every denominator in use', () => {
    for (const { levels } of indicators) expect(levels).toContain('DISTRICT');
    const used = new Set(indicators.flatMap(({ per }) => per));
    expect([...used].sort()).toEqual(Object.keys(denominators).sort());
  });
});
