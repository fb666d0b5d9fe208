// The committed supergraph is the one the rooms compose to.
import { readFileSync } from 'node:fs';
import { composeRooms } from '@district-graph/scripts/compose';
import { Kind, parse } from 'graphql';
import { expect, it } from 'vitest';

it('is fresh: npm run compose changes nothing', () => {
  expect(readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8')).toBe(composeRooms());
});

it('says of every list that is asked for in pages how long it is', () => {
  const supergraph = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
  const unsaid: string[] = [];
  for (const definition of parse(supergraph).definitions) {
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      const hasPages = field.arguments?.some(({ name }) => name.value === 'first');
      if (hasPages && !field.directives?.some(({ name }) => name.value === 'listSize'))
        unsaid.push(`${definition.name?.value}.${field.name.value}`);
    }
  }
  expect(unsaid).toEqual([]);
});
