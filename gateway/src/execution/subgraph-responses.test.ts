import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { goods, shopSubgraphs } from '../testing/shop-graph.ts';

let shop: Federation;
beforeAll(async () => {
  shop = await federate(shopSubgraphs);
});
afterAll(() => shop.stop());

describe('responses of a subgraph', () => {
  const answering = async (answer: string, query = '{ products { name estimate } }') => {
    shop.replaceSubgraph('shipping', () => Buffer.from(answer, 'utf8').toString('latin1'));
    try {
      return await shop.request(query);
    } finally {
      shop.replaceSubgraph('shipping', null);
    }
  };
  const nulls = { products: goods.map(({ name }) => ({ name, estimate: null })) };

  it.each([
    [
      'with spaces and other members',
      '{ "data" : { "_entities" : [ { "estimate" : "a" }, { "more": 1, "estimate" : null } ] }, "extensions": {} }',
      ['a', null],
    ],
    [
      'with escapes and Chinese',
      '{"data":{"_entities":[{"estimate":"\\u4e2d\\"\\\\"},{"estimate":"文"}]}}',
      ['中"\\', '文'],
    ],
    ['with a null entity', '{"data":{"_entities":[null,{"estimate":"b"}]}}', [null, 'b']],
  ])('%s are read', async (_what, answer, expected) => {
    const { data, errors } = await answering(answer);
    expect(errors).toBeUndefined();
    expect(data.products.map(({ estimate }: { estimate: unknown }) => estimate)).toEqual(expected);
  });

  it.each([
    ['that are not JSON', '{"data":{"_entities":['],
    ['that are not an object', '[]'],
    ['with too few entities', '{"data":{"_entities":[{"estimate":"a"}]}}'],
    ['with an invalid escape', '{"data":{"_entities":[{"estimate":"\\x41"},{"estimate":"b"}]}}'],
    ['with a bare control character', '{"data":{"_entities":[{"estimate":"a\nb"},{"estimate":"b"}]}}'],
    ['with an invalid number', '{"data":{"_entities":[{"estimate":01},{"estimate":"b"}]}}'],
    ['with neither data nor errors', '{}'],
  ])('%s make their fields null, with one error', async (_what, answer) => {
    const { data, errors } = await answering(answer);
    expect(data).toEqual(nulls);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ['products'],
      extensions: { code: 'SUBGRAPH_BAD_RESPONSE', service: 'shipping' },
    });
  });

  it('with values of another type make those fields null, with an error at each path', async () => {
    const { data, errors } = await answering(
      '{"data":{"_entities":[{"client_i":"yes"},{"client_i":true}]}}',
      '{ products { i: inStock } }',
    );
    expect(data.products).toEqual([{ i: null }, { i: true }]);
    expect(errors).toMatchObject([{ path: ['products', 0, 'i'], locations: [{ line: 1, column: 14 }] }]);
  });

  it('with errors have them reported at the client’s paths, with the extensions that are for clients', async () => {
    const answer = JSON.stringify({
      data: { _entities: [null, { client_e: 'b' }] },
      errors: [
        {
          message: '坏 bad',
          path: ['_entities', 0, 'client_e'],
          extensions: { code: 'BAD_USER_INPUT', secret: 1 },
        },
      ],
    });
    const { data, errors } = await answering(answer, '{ all: products { e: estimate } }');
    expect(data.all).toEqual([{ e: null }, { e: 'b' }]);
    expect(errors).toEqual([
      {
        message: '坏 bad',
        path: ['all', 0, 'e'],
        locations: [{ line: 1, column: 19 }],
        extensions: { code: 'BAD_USER_INPUT', service: 'shipping' },
      },
    ]);
  });

  it('are written by the type of each object where the client selects an interface', async () => {
    const { data } = await shop.request(
      '{ things { __typename name ... on Service { hours } ... on Product { e: estimate } } }',
    );
    expect(data.things).toEqual([
      { __typename: 'Product', name: '帽子 "红"', e: 'weight 10' },
      { __typename: 'Service', name: '修理', hours: 2 },
    ]);
  });
});
