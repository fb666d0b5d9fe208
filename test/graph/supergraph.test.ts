// The committed supergraph is up to date, and describes what its fields cost.
import { readFileSync } from 'node:fs';
import { composeSupergraph } from '@district-graph/schema/compose';
import { composeSubgraphs } from '@district-graph/scripts/compose';
import { Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';

it('is up to date: npm run compose changes nothing', () => {
  expect(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8')).toBe(
    composeSubgraphs(),
  );
});

it('has @listSize on every field that returns pages', () => {
  const supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const missing: string[] = [];
  for (const definition of parse(supergraph).definitions) {
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      const hasPages = field.arguments?.some(({ name }) => name.value === 'first');
      if (hasPages && !field.directives?.some(({ name }) => name.value === 'listSize'))
        missing.push(`${definition.name?.value}.${field.name.value}`);
    }
  }
  expect(missing).toEqual([]);
});

it('has @cost on every totalCount', () => {
  const supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  const missing = parse(supergraph).definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const count = definition.fields?.find(({ name }) => name.value === 'totalCount');
    return count && !count.directives?.some(({ name }) => name.value === 'cost')
      ? [definition.name.value]
      : [];
  });
  expect(missing).toEqual([]);
});

it('takes descriptions from the subgraph that defines most of a type', () => {
  const header = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])\n';
  const refers = (field: string) => `${header}
    "a reference" type Road @key(fields: "id") { "its key" id: ID! "${field}" ${field}: Int }`;
  const sdl = composeSupergraph(
    [
      refers('lamps'),
      refers('trees'),
      `${header} "A road." type Road @key(fields: "id") { "The code." id: ID! "Its name." name: Int length: Int } type Query { road: Road }`,
    ].map((sdl, index) => ({ name: `subgraph-${index}`, url: '', sdl })),
  );
  const road = parse(sdl).definitions.find(
    (definition) => 'name' in definition && definition.name?.value === 'Road',
  ) as ObjectTypeDefinitionNode;
  expect(road.description?.value).toBe('A road.');
  expect(road.fields?.map(({ name, description }) => [name.value, description?.value])).toEqual([
    ['id', 'The code.'],
    ['lamps', 'lamps'],
    ['trees', 'trees'],
    ['name', 'Its name.'],
    ['length', undefined],
  ]);
});
