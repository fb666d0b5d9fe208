// Mutations of different subgraphs run one after another, and each sees the changes of those before it.
import { expect, it } from 'vitest';
import { federate, type TestedSubgraph } from '../testing/federation.ts';

function counting(): TestedSubgraph[] {
  const added: number[] = [];
  const reference = { __resolveReference: (given: object) => given };
  const item = () => ({ id: '1' });
  return [
    {
      name: 'orders',
      sdl: `
        type Query { item: Item }
        type Mutation { addA(v: Int!): Order addC(v: Int!): Order }
        type Order { n: Int item: Item items: [Item!] }
        type Item @key(fields: "id") { id: ID! }
      `,
      resolvers: {
        Query: { item },
        Mutation: { addA: (_root: unknown, { v }: { v: number }) => ({ n: v }), addC: () => ({ n: 0 }) },
        Order: { item, items: () => [item()] },
      },
    },
    {
      name: 'counts',
      sdl: `
        type Mutation { addB(v: Int!): Count reset: Int }
        type Count { n: Int }
        type Item @key(fields: "id") { id: ID! bCount: Int }
      `,
      resolvers: {
        Mutation: {
          addB: (_root: unknown, { v }: { v: number }) => ({ n: added.push(v) }),
          reset: () => added.splice(0).length,
        },
        Item: { ...reference, bCount: () => added.length },
      },
    },
  ];
}

it('the payload of a mutation is fetched after the mutations before it, on every run', async () => {
  const federation = await federate(counting());
  const query = `mutation {
    b1: addB(v: 1) { n } a: addA(v: 2) { n item { bCount } } b2: addB(v: 3) { n } c: addC(v: 4) { item { bCount } }
    reset
  }`;
  for (let run = 0; run < 3; run += 1) {
    const { data, errors } = await federation.request(query);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      b1: { n: 1 },
      a: { n: 2, item: { bCount: 1 } },
      b2: { n: 2 },
      c: { item: { bCount: 2 } },
      reset: 2,
    });
  }
  await federation.stop();
});

it('the same field of one subgraph is fetched again after each mutation of another', async () => {
  const federation = await federate(counting());
  const query = `mutation {
    a: addA(v: 1) { items { bCount } } addB(v: 1) { n } b: addA(v: 1) { items { bCount } } c: addB(v: 1) { n }
    d: addA(v: 1) { items { bCount } item { bCount } } reset
  }`;
  for (let run = 0; run < 3; run += 1) {
    federation.calls();
    const { data } = await federation.request(query);
    expect([data.a.items, data.b.items, data.d.items]).toEqual([0, 1, 2].map((bCount) => [{ bCount }]));
    // What the last mutation selects twice is still one call.
    expect(federation.calls().filter(({ query: sent }) => sent.includes('_entities'))).toHaveLength(3);
  }
  await federation.stop();
});
