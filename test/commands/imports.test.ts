// Every import: its template can be imported, a second import identifies the same records, and its columns match the schema.

import { headerKey, templateOf } from '@district-graph/kit/import/header';
import { labelsOf } from '@district-graph/kit/schema/descriptions';
import { readSdl } from '@district-graph/kit/schema/sdl';
import { type ImportBench, importBench } from '@district-graph/kit/testing/imports';
import { insertExampleCommunity } from '@district-graph/places/made-up';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { Kind, parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
  'the imports of %s',
  (name, subgraph) => {
    let bench: ImportBench;
    beforeAll(async () => {
      bench = await importBench(subgraph);
      if (name === 'places') await insertExampleCommunity(bench.sql, '410105001003');
    });
    afterAll(() => bench.stop());
    const imports = (subgraph.imports ?? []).map((definition) => [definition.name, definition] as const);

    it.each(imports)(
      'accept the template of %s, which changes nothing when it is imported again',
      async (_name, definition) => {
        const faultless = { rows: 1, rejected: 0, faults: [], committed: true };
        expect(await bench.runFile(definition, templateOf(definition))).toMatchObject({
          ...faultless,
          created: 1,
        });
        const events =
          await bench.sql`select action, entity_type, to_status from change_event order by sequence`;
        expect(events.at(-1)).toMatchObject({ action: definition.action, entityType: definition.entityType });
        expect(await bench.runFile(definition, templateOf(definition, 'en'))).toMatchObject({
          ...faultless,
          created: 0,
          updated: 0,
          unchanged: 1,
        });
        expect(await bench.sql`select from change_event`).toHaveLength(events.length);
        expect(await bench.recount()).toEqual([]);
      },
    );

    it.each(imports)('use the type and enums of the schema for %s', (_name, { columns, entityType }) => {
      const sdl = readSdl(subgraph.folder);
      expect(sdl).toMatch(new RegExp(`type ${entityType} `));
      const labels = labelsOf(parse(sdl));
      for (const { form } of columns) {
        if (typeof form === 'string') continue;
        const values = labels.get('oneOf' in form ? form.oneOf : form.manyOf);
        // Two values with the same label could not be distinguished.
        expect(new Set(values?.values()).size).toBe(values?.size);
      }
      expect(new Set(columns.flatMap(({ name, zh }) => [name, zh])).size).toBe(columns.length * 2);
    });
  },
);

it('needs the scope of the mutations of its module', () => {
  for (const { folder, imports = [] } of subgraphs) {
    /** Fields of mutations with their scopes. */
    const scopes: [name: string, scope: string][] = [];
    visit(parse(readSdl(folder)), {
      FieldDefinition: ({ name, directives = [] }) => {
        const access = directives.find((directive) => directive.name.value === 'access');
        const scope = access?.arguments?.find((argument) => argument.name.value === 'scope')?.value;
        if (scope?.kind === Kind.STRING) scopes.push([name.value, scope.value]);
      },
    });
    for (const { name, entityType, scope } of imports) {
      const writing = new RegExp(`^(?:register|open|offer|plan|found|update|edit)${entityType}$`);
      const needed = scopes.filter(([field]) => writing.test(field)).map(([, each]) => each);
      expect([name, ...new Set(needed)]).toEqual([name, scope]);
    }
  }
});

it('has no header that would fit two columns', () => {
  for (const { imports = [] } of subgraphs)
    for (const { name, columns } of imports) {
      const headers = columns.flatMap((column) => [
        ...new Set([column.name, column.zh, ...(column.aliases ?? [])].map(headerKey)),
      ]);
      expect([name, headers.filter((header, index) => headers.indexOf(header) !== index)]).toEqual([
        name,
        [],
      ]);
    }
});

it('has a unique name for each import: its subgraph and module', () => {
  const names = subgraphs.flatMap((subgraph) => (subgraph.imports ?? []).map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  for (const subgraph of subgraphs)
    for (const { name } of subgraph.imports ?? []) expect(name.startsWith(`${subgraph.name}.`)).toBe(true);
});
