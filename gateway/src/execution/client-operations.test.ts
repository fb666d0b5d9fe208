import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { shopSubgraphs } from '../testing/shop-graph.ts';

let shop: Federation;
beforeAll(async () => {
  shop = await federate(shopSubgraphs);
});
afterAll(() => shop.stop());

describe('a client’s alias never replaces a field that the plan needs', () => {
  it.each([
    ['the key', '{ products { upc: name estimate } }', { upc: '帽子 "红"', estimate: 'weight 10' }],
    ['a required field', '{ products { weight: upc estimate } }', { weight: 'p1', estimate: 'weight 10' }],
    [
      'a required field, by a number',
      '{ products { weight: price estimate } }',
      { weight: 100, estimate: 'weight 10' },
    ],
    [
      'the type’s name',
      '{ products { name: __typename estimate } }',
      { name: 'Product', estimate: 'weight 10' },
    ],
    [
      'each other’s names',
      '{ products { upc: name name: upc estimate } }',
      { upc: '帽子 "红"', name: 'p1', estimate: 'weight 10' },
    ],
    [
      'a field of the other subgraph',
      '{ products { estimate: name name: estimate } }',
      { estimate: '帽子 "红"', name: 'weight 10' },
    ],
    [
      'a required field with arguments',
      '{ products { price(currency: "EUR") dutyCNY } }',
      { price: 12.5, dutyCNY: 'on 100' },
    ],
    [
      'a list of the same name',
      '{ products { tags(first: 1) label } }',
      { tags: ['帽子 "红"'], label: '帽子 "红"/b' },
    ],
    [
      'a field whose arguments are variables',
      'query ($n: Int = 1) { products { tags(first: $n) label } }',
      { tags: ['帽子 "红"'], label: '帽子 "红"/b' },
    ],
  ])('%s', async (_what, query, expected) => {
    const { data, errors } = await shop.request(query);
    expect(errors).toBeUndefined();
    expect(data.products[0]).toEqual(expected);
    expect(Object.keys(data.products[0])).toEqual(Object.keys(expected));
  });

  it('two requirements of one field with other arguments', async () => {
    const { data, errors } = await shop.request('{ products { dutyEUR price dutyCNY inStock } }');
    expect(errors).toBeUndefined();
    expect(data.products).toEqual([
      { dutyEUR: 'on 12.5', price: 100, dutyCNY: 'on 100', inStock: true },
      { dutyEUR: 'on 25', price: 200, dutyCNY: 'on 200', inStock: false },
    ]);
  });

  it('a variable by the name that the plan uses', async () => {
    const { data } = await shop.request(
      'query ($representations: String!) { product(upc: $representations) { name estimate } }',
      { representations: 'p2' },
    );
    expect(data).toEqual({ product: { name: 'Stuhl\n大', estimate: 'weight 0' } });
  });

  it('variables by the names that such a variable is sent under, beside it or alone', async () => {
    const { data, errors } = await shop.request(
      'query ($representations: String!, $client_representations: String!) { a: product(upc: $representations) { estimate } b: product(upc: $client_representations) { name } }',
      { representations: 'p2', client_representations: 'p1' },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ a: { estimate: 'weight 0' }, b: { name: '帽子 "红"' } });
    const alone = await shop.request(
      'query ($client_representations: String!) { product(upc: $client_representations) { upc } }',
      { client_representations: 'p1' },
    );
    expect(alone.data).toEqual({ product: { upc: 'p1' } });
  });
});

describe('calls', () => {
  it('are one for each subgraph and step, with each entity once in it', async () => {
    shop.calls();
    await shop.request('{ a: products { estimate } b: products { inStock estimate } }');
    const seen = shop.calls();
    expect(seen.map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'shipping', 'shipping']);
    for (const { variables } of seen.slice(1)) expect(variables.representations).toHaveLength(2);
  });

  it('are made once where two fetches are equal', async () => {
    shop.calls();
    await shop.request('{ a: products { estimate } b: products { estimate } }');
    expect(shop.calls()).toHaveLength(2);
  });

  it('send a subgraph only the variables that its operation uses', async () => {
    shop.calls();
    await shop.request(
      'query ($n: Int, $s: Boolean!) { products { tags(first: $n) inStock @include(if: $s) } }',
      { n: 1, s: true },
    );
    const [first, second] = shop.calls();
    expect(Object.keys(first?.variables ?? {})).toEqual(['n']);
    expect(Object.keys(second?.variables ?? {})).not.toContain('n');
  });
});

describe('conditions', () => {
  const query = `query ($in: Boolean!, $out: Boolean = false) {
    products { upc @include(if: $in) ... @skip(if: $out) { name } inStock @include(if: $in) }
  }`;
  it.each([
    [{ in: true }, { upc: 'p1', name: '帽子 "红"', inStock: true }],
    [{ in: false }, { name: '帽子 "红"' }],
    [
      { in: true, out: true },
      { upc: 'p1', inStock: true },
    ],
    [{ in: false, out: true }, {}],
  ])('of %o', async (variables, expected) => {
    const { data } = await shop.request(query, variables);
    expect(data.products[0]).toEqual(expected);
  });
});

it('executes introspection of the API schema beside data', async () => {
  const { data } = await shop.request(
    '{ __type(name: "Product") { fields { name } } products { upc } t: __typename }',
  );
  const names = data.__type.fields.map(({ name }: { name: string }) => name);
  expect(names.sort()).toEqual([
    'dutyCNY',
    'dutyEUR',
    'estimate',
    'inStock',
    'label',
    'name',
    'price',
    'tags',
    'upc',
    'weight',
  ]);
  expect([data.products.length, data.t]).toEqual([2, 'Query']);
});
