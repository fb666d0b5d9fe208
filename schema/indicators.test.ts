// Tests the registry of indicators against the composed schema: what it names exists, and everything that exists is in it.
import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLError, isEnumType, isObjectType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { denominators, type Indicator, selectionOf } from './indicators/indicator.ts';
import { indicatorById, indicators } from './indicators.ts';
import { listedSubgraphs } from './registry.ts';

const schema = buildSchema(readFileSync(new URL('contracts/api.graphql', import.meta.url), 'utf8'), {
  assumeValidSDL: true,
});
const valuesOf = (name: string): string[] => {
  const type = schema.getType(name);
  return isEnumType(type) ? type.getValues().map((value) => value.name) : [];
};
/** The prefix of an owner's types: `ElderlyCare`. */
const prefixOf = (overview: string | null): string =>
  overview === null ? 'Places' : `${overview[0]?.toUpperCase()}${overview.slice(1)}`;

const validationOf = (selection: string): readonly GraphQLError[] => {
  const variable = selection.includes('$period') ? '($period: DateRange!)' : '';
  return validate(schema, parse(`query Indicator${variable} { division(code: "410100") { ${selection} } }`));
};

/** The selection of a path of plain fields; the first below the overview takes the period. */
function plainSelection({ field, kind, overview }: Indicator): string {
  const withPeriod = kind === 'FLOW' ? (overview ? 1 : 0) : -1;
  return (field ?? [])
    .map((name, index) => (index === withPeriod ? `${name}(period: $period)` : name))
    .reduceRight((inner, name) => (inner === '' ? name : `${name} { ${inner} }`), '');
}

describe('the registry of indicators', () => {
  it('has unique ids, of subgraphs that exist', () => {
    expect(new Set(indicators.map(({ id }) => id)).size).toBe(indicators.length);
    const owners = new Set(indicators.map(({ owner }) => owner));
    expect(listedSubgraphs.map(({ name }) => name)).toEqual(expect.arrayContaining([...owners]));
    for (const indicator of indicators) expect(indicatorById(indicator.id)).toBe(indicator);
  });

  it.each(indicators)('selects $id with valid selections, divided by all that it names', (indicator) => {
    const { selection, path, kind, per, field } = indicator;
    expect(validationOf(selection)).toEqual([]);
    expect(selection.includes('$period')).toBe(kind === 'FLOW');
    expect(selection.replaceAll(/\([^)]*\)/g, '').match(/\w+/g)).toEqual([...path, 'unavailable']);
    for (const denominator of per) expect(validationOf(selectionOf(indicator, denominator))).toEqual([]);
    if (field) expect(validationOf(plainSelection(indicator))).toEqual([]);
  });

  it.each(indicators.filter(({ trend }) => trend !== null))(
    'knows the series of $id',
    ({ overview, trend }) => {
      const type = schema.getType(`${prefixOf(overview)}Overview`);
      const series = isObjectType(type) ? type.getFields().trend : undefined;
      const metric = series?.args
        .find(({ name }) => name === 'metric')
        ?.type.toString()
        .replace('!', '');
      expect(valuesOf(metric ?? '')).toContain(trend);
    },
  );

  it.each([...new Set(indicators.map(({ overview }) => overview))])(
    'has a row for every value of the enum of %s, and none besides, in its order',
    (overview) => {
      const rows = indicators.filter((indicator) => indicator.overview === overview);
      expect(valuesOf(`${prefixOf(overview)}Indicator`)).toEqual(rows.map(({ id }) => id));
      const used = new Set<string>(rows.flatMap(({ per }) => per));
      expect(valuesOf(`${prefixOf(overview)}Denominator`)).toEqual(
        Object.keys(denominators).filter((name) => used.has(name)),
      );
    },
  );

  it('publishes every indicator for districts at least, and uses every denominator', () => {
    for (const { levels } of indicators) expect(levels).toContain('DISTRICT');
    const used = new Set(indicators.flatMap(({ per }) => per));
    expect([...used].sort()).toEqual(Object.keys(denominators).sort());
  });
});
