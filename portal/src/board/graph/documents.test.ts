import { readFileSync } from 'node:fs';
import { indicators } from '@district-graph/schema/indicators';
import { buildSchema, parse, validate, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  divisionDocument,
  owners,
  partsDocuments,
  ratioOf,
  ratiosDocument,
  seriesDocument,
} from './documents.ts';

const schema = buildSchema(
  readFileSync(new URL('../../../../schema/contracts/api.graphql', import.meta.url), 'utf8'),
  { assumeValidSDL: true },
);
const documents = Object.entries({ divisionDocument, ratiosDocument, seriesDocument, ...partsDocuments });

/** The gateway's limit (MAX_ALIASES). */
const maxAliases = 100;

const aliasesOf = (document: string): string[] => {
  const aliases: string[] = [];
  visit(parse(document), { Field: ({ alias }) => void (alias && aliases.push(alias.value)) });
  return aliases;
};

describe('the operations of the board', () => {
  it.each(documents)('%s is valid, and within the limit of aliases', (_name, document) => {
    expect(validate(schema, parse(document))).toEqual([]);
    expect(aliasesOf(document).length).toBeLessThanOrEqual(maxAliases);
  });

  it('select every indicator once, with a ratio and a series where there is one', () => {
    const ids = (rows: typeof indicators) => rows.map(({ id }) => id).sort();
    expect(aliasesOf(divisionDocument).sort()).toEqual(ids(indicators));
    expect(aliasesOf(ratiosDocument).sort()).toEqual(ids(indicators.filter((row) => ratioOf(row))));
    expect(aliasesOf(seriesDocument).sort()).toEqual(ids(indicators.filter(({ trend }) => trend)));
  });

  it('rank parts of a division in every owner, by variables', () => {
    expect(Object.keys(partsDocuments)).toEqual(owners);
    for (const document of Object.values(partsDocuments)) expect(document).not.toMatch(/4101\d\d|"20\d\d-/);
  });

  it('divide by what makes divisions of different size comparable', () => {
    const byId = (id: string) => indicators.find((row) => row.id === id) as (typeof indicators)[number];
    expect(ratioOf(byId('ELDERS'))).toBe('THOUSAND_RESIDENTS');
    expect(ratioOf(byId('ROADS_FLUSHED'))).toBe('CLEANER');
    expect(ratioOf(byId('AVERAGE_RATING'))).toBeNull();
  });
});
