// The input of every mutation and every import, generated from their schemas: normalised text, existing divisions, points in the city.

import { divisionFields } from '@district-graph/kit/mutations/mutation-input';
import { schemaOf } from '@district-graph/kit/subgraph';
import { type ImportBench, importBench, rowOf } from '@district-graph/kit/testing/imports';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import {
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const community = '410105001003';

/** A field in the input of a mutation: its path and type, and an input with a value at that path. */
interface InputField {
  action: string;
  path: string;
  name: string;
  type: string;
  inputWith: (value: unknown) => object;
}

const samples: Record<string, unknown> = {
  Boolean: true,
  Date: '2026-01-01',
  DateTime: '2026-01-01T08:00:00+08:00',
  Float: 34.7,
  Int: 1,
  Long: 1,
  String: '示例',
};

function sampleOf(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType, name);
  if (isListType(type)) return [sampleOf(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (name === 'longitude') return 113.7;
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, sampleOf(field.type, field.name)]),
    );
  return divisionFields.has(name)
    ? community
    : (samples[type.name] ?? '01a1fc14-c3c1-7069-8000-000000000001');
}

function inputFieldsOf(subgraph: (typeof subgraphs)[number]): InputField[] {
  const found: InputField[] = [];
  const visit = (type: GraphQLInputType, at: Omit<InputField, 'type'>): void => {
    if (isNonNullType(type)) {
      visit(type.ofType, at);
      return;
    }
    if (isListType(type)) {
      visit(type.ofType, { ...at, path: `${at.path}.0`, inputWith: (value) => at.inputWith([value]) });
      return;
    }
    found.push({ ...at, type: type.name });
    if (!isInputObjectType(type)) return;
    const sample = sampleOf(type, at.name) as object;
    for (const field of Object.values(type.getFields()))
      visit(field.type, {
        action: at.action,
        name: field.name,
        path: at.path ? `${at.path}.${field.name}` : field.name,
        inputWith: (value) => at.inputWith({ ...sample, [field.name]: value }),
      });
  };
  for (const { name, args } of Object.values(schemaOf(subgraph).getMutationType()?.getFields() ?? {})) {
    const input = args.find((argument) => argument.name === 'input');
    if (input)
      visit(input.type, { action: name, path: '', name: 'input', inputWith: (value) => value as object });
  }
  return found;
}

describe.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
  'the mutations of %s',
  (_name, subgraph) => {
    let running: TestSubgraph;
    let drop: () => Promise<void>;
    beforeAll(async () => {
      const database = await emptyDatabase(subgraph);
      drop = database.drop;
      running = await testSubgraph(subgraph, database.url);
    });
    afterAll(async () => {
      await running.stop();
      await drop();
    });
    const all = inputFieldsOf(subgraph);
    const texts = all.filter(({ type }) => type === 'String' || type === 'ID');

    const errorOf = async ({ action, inputWith }: InputField, value: unknown) => {
      const type = `${action[0]?.toUpperCase()}${action.slice(1)}Input`;
      const { errors } = await running.request(
        `mutation ($input: ${type}!) { ${action}(input: $input) { __typename } }`,
        { input: inputWith(value) },
      );
      return errors?.[0];
    };

    it('reject control and format characters in every text', async () => {
      expect(texts.length).toBeGreaterThan(0);
      for (const field of texts) {
        for (const [text, character] of [
          ['示例\u0007', 'U+0007'],
          ['示\u200b例', 'U+200B'],
        ] as const) {
          const error = await errorOf(field, text);
          expect(error, `${field.action} ${field.path}`).toMatchObject({
            extensions: { code: 'BAD_USER_INPUT', argument: field.path },
            message: expect.stringContaining(character),
          });
          expect(error?.message).not.toContain(text);
        }
      }
    });

    it('reject unknown divisions in every field', async () => {
      const divisions = texts.filter(({ name }) => divisionFields.has(name));
      expect(divisions.length).toBeGreaterThan(0);
      for (const field of divisions) {
        for (const code of ['410105999999', '410105999', '410199']) {
          const error = await errorOf(field, code);
          expect(error, `${field.action} ${field.path} ${code}`).toMatchObject({
            extensions: { code: 'BAD_USER_INPUT', argument: field.path },
            message: expect.stringMatching(/最接近的是 41\d+.*the nearest is 41\d+/),
          });
        }
      }
    });

    it('have recognisable names for division codes: every other ID is that of a record', () => {
      for (const { type, name, action } of texts)
        if (type === 'ID' && !divisionFields.has(name))
          expect(name, action).toMatch(/^(id|\w+Ids?|sameHouseholdAs)$/);
    });

    it('reject points outside the city, with a clear message', async () => {
      for (const field of all.filter(({ type }) => type === 'GeoPointInput')) {
        const error = await errorOf(field, { longitude: 0, latitude: 0 });
        expect(error, field.action).toMatchObject({
          extensions: { code: 'BAD_USER_INPUT', argument: field.path },
          message: expect.stringContaining('around Zhengzhou'),
        });
      }
    });

    it('never disclose the name of a constraint for extreme numbers', async () => {
      for (const field of all.filter(({ type }) => ['Int', 'Long', 'Date'].includes(type))) {
        const values =
          field.type === 'Date' ? ['1900-01-01', '2999-12-31'] : [-2_147_483_648, 0, 2_147_483_647];
        for (const value of values) {
          const error = await errorOf(field, value);
          if (!error) continue;
          expect(
            ['BAD_USER_INPUT', 'NO_SUCH_RECORD', 'FORBIDDEN'],
            `${field.action} ${field.path}`,
          ).toContain(error.extensions.code);
          expect(error.message, `${field.action} ${field.path}`).not.toMatch(/[a-z]+_[a-z]+/);
        }
      }
    });
  },
);

describe.each(subgraphs.map((subgraph) => [subgraph.name, subgraph] as const))(
  'the imports of %s',
  (_name, subgraph) => {
    let bench: ImportBench;
    beforeAll(async () => {
      bench = await importBench(subgraph);
    });
    afterAll(() => bench.stop());
    const imports = (subgraph.imports ?? []).map((definition) => [definition.name, definition] as const);

    // The code of a grid contains that of its division; the import of grids tests it.
    const withDivision = imports.filter(([, { columns }]) =>
      columns.some(({ name }) => name === 'divisionCode'),
    );
    it.each(withDivision)('reject unknown divisions in %s', async (_definition, definition) => {
      for (const code of ['410105999999', '410105999', '410199', 'x']) {
        const { faults, committed } = await bench.run(definition, [
          rowOf(definition, { divisionCode: code }),
        ]);
        expect(committed).toBe(false);
        expect(faults).toContainEqual(
          expect.objectContaining({
            column: 'divisionCode',
            en: expect.stringContaining('the nearest is 41'),
          }),
        );
      }
    });

    it.each(imports)('reject control and format characters in %s', async (_definition, definition) => {
      for (const { name, form } of definition.columns.filter((column) => column.form === 'text')) {
        expect(form).toBe('text');
        const { faults } = await bench.run(definition, [rowOf(definition, { [name]: 'x\u200b1' })]);
        expect(
          faults.map(({ column }) => column),
          name,
        ).toContain(name);
      }
    });
  },
);
