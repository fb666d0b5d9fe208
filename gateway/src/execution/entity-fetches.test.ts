import { graphError } from '@district-graph/kit/errors';
import { describe, expect, it } from 'vitest';
import { federate, type TestedSubgraph } from '../testing/federation.ts';

describe('more entities than one request to a subgraph may have', () => {
  const many = (): TestedSubgraph[] => [
    {
      name: 'lists',
      sdl: 'type Query { items: [Item!]! } type Item @key(fields: "id") { id: ID! }',
      resolvers: { Query: { items: () => Array.from({ length: 2500 }, (_, index) => ({ id: `${index}` })) } },
    },
    {
      name: 'names',
      sdl: 'type Item @key(fields: "id") { id: ID! name: String }',
      resolvers: { Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `n${id}` }) } },
    },
  ];

  it('are fetched in batches, and each is merged into its object', async () => {
    const graph = await federate(many());
    const { data } = await graph.request('{ items { id name } }');
    expect(data.items.every(({ id, name }: { id: string; name: string }) => name === `n${id}`)).toBe(true);
    const requests = graph.calls().filter(({ subgraph }) => subgraph === 'names');
    expect(requests.map(({ variables }) => (variables.representations as unknown[]).length)).toEqual([
      1000, 1000, 500,
    ]);
    await graph.stop();
  });

  it('have one error when their subgraph is unavailable', async () => {
    const graph = await federate(many());
    graph.replaceSubgraph('names', () => Promise.reject(graphError('SUBGRAPH_UNAVAILABLE', '不在。 Away.')));
    const { data, errors } = await graph.request('{ items { id name } }');
    expect([data.items.length, data.items[2400].name, errors?.length]).toEqual([2500, null, 1]);
    await graph.stop();
  });
});
