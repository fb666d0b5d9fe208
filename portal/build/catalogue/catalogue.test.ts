import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, it } from 'vitest';
import { search } from '../../src/catalogue/search.ts';
import { buildCatalogue } from './catalogue.ts';
import { bilingual } from './descriptions.ts';
import { readText } from './graph.ts';
import { searchIndexOf } from './search-index.ts';

const catalogue = buildCatalogue();
const index = searchIndexOf(catalogue);

/** Everything that a client can name, from the SDL that partners get: another source than the catalogue's. */
function elementsOfApi(): string[] {
  const schema = buildSchema(readText('schema/contracts/api.graphql'), { assumeValid: true });
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return types.flatMap((type) => {
    if (isEnumType(type)) return [type.name, ...type.getValues().map(({ name }) => `${type.name}.${name}`)];
    if (isInputObjectType(type))
      return [type.name, ...Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)];
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    const fields = Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}`,
      ...field.args.map(({ name }) => `${type.name}.${field.name}(${name}:)`),
    ]);
    return [type.name, ...fields];
  });
}

it('has every type, field, argument and value of the API, and so has the search', () => {
  const expected = elementsOfApi().sort();
  expect(expected.length).toBeGreaterThan(5000);
  const listed = catalogue.types.flatMap((type) => [
    type.name,
    ...type.values.map(({ name }) => `${type.name}.${name}`),
    ...type.fields.flatMap((field) => [
      `${type.name}.${field.name}`,
      ...field.arguments.map(({ name }) => `${type.name}.${field.name}(${name}:)`),
    ]),
  ]);
  expect(listed.sort()).toEqual(expected);
  const searched = index.entries.filter(({ kind }) => kind !== 'ERROR').map(({ at }) => at);
  expect(searched.sort()).toEqual(expected);
});

it('describes everything in both languages, each without the other', () => {
  const inWrong = index.entries.filter(
    ({ zh, en }) => !/\p{Script=Han}/u.test(zh) || /。/.test(en) || !/[A-Za-z]/.test(en),
  );
  expect(inWrong.map(({ at }) => at)).toEqual([]);
});

it('knows the owners of types, of fields that others add, and of those that types have from an interface', () => {
  const elder = typeNamed('Elder');
  expect([elder.owners, elder.contributors, elder.keys]).toEqual([
    ['elderly-care'],
    ['community', 'culture', 'security'],
    ['id'],
  ]);
  expect(fieldOf('Elder', 'incidents').owners).toEqual(['security']);
  expect([fieldOf('Division', 'elderlyCare').owners, fieldOf('City', 'elderlyCare').owners]).toEqual([
    ['elderly-care'],
    ['elderly-care'],
  ]);
  expect(typeNamed('Division').owners).toEqual(['places']);
  expect(catalogue.types.filter(({ owners }) => owners.length === 0)).toEqual([]);
});

it('says who sees what, with an example of each mask', () => {
  expect(fieldOf('Elder', 'name').access).toEqual({ scope: 'elder:identify', mask: 'NAME', within: null });
  expect(catalogue.masks.find(({ mask }) => mask === 'NAME')).toMatchObject({
    before: '王建国',
    after: '王**',
  });
  const scope = catalogue.scopes.find((each) => each.scope === 'elder:identify');
  expect(scope?.roles).toContain('care-worker');
  expect(scope?.requiredBy).toContain('Elder.name');
  expect(fieldOf('Road', 'name').access).toBeNull();
});

it('knows since when something exists, what replaces it, what it costs and what uses it', () => {
  expect([typeNamed('Elder').since, typeNamed('Volunteer').since]).toEqual(['0.1.0', null]);
  expect(fieldOf('Community', 'class').deprecated?.en).toMatch(/use communityClass/);
  expect(fieldOf('Query', 'elders').cost).toEqual({ weight: 1, size: 20, sizedBy: 'first' });
  expect(fieldOf('Elder', 'name').usedBy).toContain('ElderHome');
  const operations = new Set(catalogue.operations.map(({ name }) => name));
  expect(catalogue.types.flatMap(({ usedBy }) => usedBy).filter((name) => !operations.has(name))).toEqual([]);
});

it('links entities by their fields, also through pages of lists', () => {
  const { nodes, links } = catalogue.entities;
  expect(nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(['Division', 'Elder', 'Incident']));
  expect(links).toContainEqual({ from: 'Elder', to: 'Incident', fields: ['incidents'], owner: 'security' });
});

it.each(['养老', 'yl', 'ylfw', 'yanglao', 'elderlyCare'])('finds elderlyCare by %s', (text) => {
  const first = search(index, text).slice(0, 12);
  expect(first.map(({ entry }) => entry.at)).toContain('Division.elderlyCare');
});

it('takes Chinese up to its last full stop, and leaves out what the rule of access says anyway', () => {
  expect(bilingual('道路，含桥梁。宽度以米计。 A road. Widths are in metres.')).toEqual({
    zh: '道路，含桥梁。宽度以米计。',
    en: 'A road. Widths are in metres.',
  });
  expect(bilingual('评分。 Score.\n\n需要权限 elder:health。 Requires the scope elder:health.')).toEqual({
    zh: '评分。',
    en: 'Score.',
  });
});

function typeNamed(name: string) {
  const type = catalogue.types.find((each) => each.name === name);
  if (!type) throw new Error(`no type ${name}`);
  return type;
}

function fieldOf(type: string, name: string) {
  const field = typeNamed(type).fields.find((each) => each.name === name);
  if (!field) throw new Error(`no field ${type}.${name}`);
  return field;
}
