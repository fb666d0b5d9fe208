import { composeSupergraph } from '@district-graph/schema/compose';
import { type OperationDefinitionNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { indexSupergraph } from '../query-planner/supergraph-index.ts';
import { ShortPlans } from './short-plans.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n';
const sources = {
  roads: 'type Query { road: Road } type Road @key(fields: "id") { id: ID! name: String twin: Road }',
  crews:
    'type Road @key(fields: "id") { id: ID! name: String @external crew: String sign: String @requires(fields: "name") }',
};
const supergraph = composeSupergraph(
  Object.entries(sources).map(([name, sdl]) => ({
    name,
    url: `http://127.0.0.1:1/${name}`,
    sdl: link + sdl,
  })),
);
const index = indexSupergraph(parse(supergraph, { noLocation: true }));
if (!index) throw new Error('not indexed');
const plans = new ShortPlans(index);

const planOf = (text: string, charged: number[] = []) => {
  const definition = parse(text, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const charge = (ms: number) => charged.push(ms);
  return plans.plan({ definition, text }, { key: 'a', charge });
};

it('are made at once, and charged to the requester', () => {
  const charged: number[] = [];
  expect(planOf('{ road { name crew } }', charged)).toMatchObject({
    node: { kind: 'Sequence' },
    planner: 'own',
  });
  expect(charged).toHaveLength(1);
});

it('are left to Apollo’s planner where the operation is not plain', () => {
  expect(planOf('{ road { sign } }')).toBe('not plain');
});

it('are left to a thread where they are long or take many steps', () => {
  const nested = (depth: number, name: string) =>
    `${`${name}: twin { `.repeat(depth)}crew${' }'.repeat(depth)}`;
  const many = Array.from({ length: 100 }, (_, n) => nested(5, `a${n}`)).join(' ');
  expect(many.length).toBeLessThan(8000);
  expect(planOf(`{ road { ${many} } }`)).toBe('too long');
  expect(planOf(`{ road { ${'name '.repeat(2000)} } }`)).toBe('too long');
  expect(planOf('{ road { name crew } }')).toMatchObject({ planner: 'own' });
});
