import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';

const goods = [
  { upc: 'p1', name: '帽子 "红"', price: 100, weight: 10, inStock: true },
  { upc: 'p2', name: 'Stuhl\n大', price: 200, weight: 0, inStock: false },
];
const rates: Record<string, number> = { CNY: 1, EUR: 8 };

const subgraphs: TestedSubgraph[] = [
  {
    name: 'catalogue',
    sdl: `
      type Query { products: [Product!]! product(upc: String!): Product things: [Thing] }
      interface Thing { name: String }
      type Product implements Thing @key(fields: "upc") {
        upc: String! name: String weight: Int price(currency: String = "CNY"): Float tags(first: Int): [String!]
      }
      type Service implements Thing { name: String hours: Int }
    `,
    resolvers: {
      Query: {
        products: () => goods,
        product: (_root: unknown, { upc }: { upc: string }) => goods.find((each) => each.upc === upc),
        things: () => [
          { __typename: 'Product', ...goods[0] },
          { __typename: 'Service', name: '修理', hours: 2 },
        ],
      },
      Product: {
        __resolveReference: ({ upc }: { upc: string }) => goods.find((each) => each.upc === upc),
        price: ({ price }: { price: number }, { currency }: { currency: string }) =>
          price / (rates[currency] ?? 1),
        tags: ({ name }: { name: string }, { first }: { first?: number }) =>
          [name, 'b', 'c'].slice(0, first ?? 3),
      },
    },
  },
  {
    name: 'shipping',
    sdl: `
      type Product @key(fields: "upc") {
        upc: String!
        weight: Int @external
        price(currency: String = "CNY"): Float @external
        tags(first: Int): [String!] @external
        estimate: String @requires(fields: "weight")
        dutyCNY: String @requires(fields: "price(currency: \\"CNY\\")")
        dutyEUR: String @requires(fields: "price(currency: \\"EUR\\")")
        label: String @requires(fields: "tags(first: 2)")
        inStock: Boolean
      }
    `,
    resolvers: {
      Product: {
        __resolveReference: (reference: { upc: string }) => ({
          ...reference,
          inStock: goods.find((each) => each.upc === reference.upc)?.inStock,
        }),
        estimate: ({ weight }: { weight: number }) => `weight ${weight}`,
        dutyCNY: ({ price }: { price: number }) => `on ${price}`,
        dutyEUR: ({ price }: { price: number }) => `on ${price}`,
        label: ({ tags }: { tags: string[] }) => tags?.join('/'),
      },
    },
  },
];

let shop: Federation;
beforeAll(async () => {
  shop = await federate(subgraphs);
});
afterAll(() => shop.stop());

describe('a client’s alias never stands for what the plan needs', () => {
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
});

describe('calls', () => {
  it('are one for each subgraph and step, with each entity once', async () => {
    shop.calls();
    await shop.request('{ a: products { estimate } b: products { inStock estimate } }');
    const seen = shop.calls();
    expect(seen.map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'shipping', 'shipping']);
    for (const { variables } of seen.slice(1)) expect(variables.representations).toHaveLength(2);
  });

  it('are made once where two places ask for the same', async () => {
    shop.calls();
    await shop.request('{ a: products { estimate } b: products { estimate } }');
    expect(shop.calls()).toHaveLength(2);
  });

  it('give a subgraph only the variables that it is to know', async () => {
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

describe('answers of a subgraph', () => {
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
    ['with an entity that is null', '{"data":{"_entities":[null,{"estimate":"b"}]}}', [null, 'b']],
  ])('%s are read', async (_what, answer, expected) => {
    const { data, errors } = await answering(answer);
    expect(errors).toBeUndefined();
    expect(data.products.map(({ estimate }: { estimate: unknown }) => estimate)).toEqual(expected);
  });

  it.each([
    ['that is no JSON', '{"data":{"_entities":['],
    ['that is no object', '[]'],
    ['with too few entities', '{"data":{"_entities":[{"estimate":"a"}]}}'],
    ['with an escape that JSON has not', '{"data":{"_entities":[{"estimate":"\\x41"},{"estimate":"b"}]}}'],
    ['with a bare control character', '{"data":{"_entities":[{"estimate":"a\nb"},{"estimate":"b"}]}}'],
    ['with a number that is none', '{"data":{"_entities":[{"estimate":01},{"estimate":"b"}]}}'],
    ['with neither data nor errors', '{}'],
  ])('%s cost their fields, with one error', async (_what, answer) => {
    const { data, errors } = await answering(answer);
    expect(data).toEqual(nulls);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ['products'],
      extensions: { code: 'SUBGRAPH_BAD_RESPONSE', service: 'shipping' },
    });
  });

  it('of another type cost their fields, at their places', async () => {
    const { data, errors } = await answering(
      '{"data":{"_entities":[{"client_i":"yes"},{"client_i":true}]}}',
      '{ products { i: inStock } }',
    );
    expect(data.products).toEqual([{ i: null }, { i: true }]);
    expect(errors).toMatchObject([{ path: ['products', 0, 'i'], locations: [{ line: 1, column: 14 }] }]);
  });

  it('with errors tell them at the client’s places, and no more of them than is for clients', async () => {
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

  it('are written as they came where the client asks for an interface', async () => {
    const { data } = await shop.request(
      '{ things { __typename name ... on Service { hours } ... on Product { e: estimate } } }',
    );
    expect(data.things).toEqual([
      { __typename: 'Product', name: '帽子 "红"', e: 'weight 10' },
      { __typename: 'Service', name: '修理', hours: 2 },
    ]);
  });
});

it('answers introspection from the schema that clients see, beside data', async () => {
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

describe('hostile operations', () => {
  const doubling = (levels: number) =>
    `query { ...F${levels} } fragment F0 on Query { products { name } } ${Array.from({ length: levels }, (_, level) => `fragment F${level + 1} on Query { a${level}: products { upc } ...F${level} ...F${level} }`).join(' ')}`;

  it('are counted before they are planned', async () => {
    const { errors } = await shop.request(doubling(25));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX', limit: 10_000 });
  });

  it('with too many aliases are refused, in however many fragments', async () => {
    const numbers = (length: number) => Array.from({ length }, (_, index) => index);
    const fragments = numbers(40).map(
      (number) =>
        `fragment F${number} on Query { ${numbers(30)
          .map((index) => `a${number}_${index}: products { upc }`)
          .join(' ')} }`,
    );
    const query = `{ ${numbers(40)
      .map((number) => `...F${number}`)
      .join(' ')} } ${fragments.join(' ')}`;
    const { errors } = await shop.request(query);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'TOO_MANY_ALIASES', limit: 1000, received: 1200 });
  });

  it('that are long are validated beside, to the same errors', async () => {
    const long = `{ products { upc ${'name '.repeat(600)} } nothing products { weigth } }`;
    const { data, errors } = await shop.request(long);
    expect(data).toBeUndefined();
    expect(errors?.map(({ locations }) => locations?.[0]?.column)).toEqual([3021, 3040]);
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await shop.request(`{ products { upc ${'name '.repeat(600)} } }`)).data.products).toHaveLength(2);
  });

  it('that take too much to validate are refused', async () => {
    const names = Array.from({ length: 900 }, (_, index) => `F${index}`);
    const query = `{ products { ${names.map((name) => `...${name}`).join(' ')} } } ${names.map((name) => `fragment ${name} on Product { upc name weight price tags }`).join(' ')}`;
    const { errors } = await shop.request(query);
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['OPERATION_TOO_COMPLEX']);
  });

  it('cannot make an answer without end', async () => {
    const friends = await federate(
      [
        {
          name: 'people',
          sdl: 'type Query { me: Person } type Person @key(fields: "id") { id: ID! friends: [Person!]! must: String! }',
          resolvers: {
            Query: { me: () => ({ id: '1' }) },
            Person: { friends: () => Array.from({ length: 8 }, () => ({ id: '1' })), must: () => 'a' },
          },
        },
        {
          name: 'circles',
          sdl: 'type Person @key(fields: "id") { id: ID! circle: [Person!]! broken: String! }',
          resolvers: {
            Person: { circle: () => Array.from({ length: 8 }, () => ({ id: '1' })), broken: () => null },
          },
        },
      ],
      { maxResponseBytes: 100_000 },
    );
    const deep = (inside: string) =>
      `{ me { ${'friends { circle { '.repeat(12)} ${inside} ${'} }'.repeat(12)} } }`;
    const { data, errors } = await friends.request(deep('must'));
    expect(data).toBeNull();
    expect(errors?.[0]?.extensions?.code).toBe('ANSWER_TOO_LARGE');
    // One entity lies at endlessly many places: the first of them are told, the same on each run.
    const broken = await friends.request(deep('broken'));
    expect(broken.data).toEqual({ me: null });
    expect(broken.errors).toHaveLength(100);
    const first = Array.from({ length: 12 }, () => ['friends', 0, 'circle', 0]).flat();
    expect(broken.errors?.[0]?.path).toEqual(['me', ...first, 'broken']);
    await friends.stop();
  });

  it('are ended when planning takes too long, and others are planned meanwhile', async () => {
    const slow = await federate(subgraphs, {
      planner: { threads: 2, timeoutMs: 800 },
    });
    // A thread that has just begun is slow where much else runs.
    const isWarm = async () => (await slow.request('{ products { upc } }')).data?.products?.length;
    await expect.poll(isWarm).toBe(2);
    const wide = `{ ${Array.from({ length: 990 }, (_, index) => `a${index}: products { upc name weight estimate dutyEUR dutyCNY label inStock }`).join(' ')} }`;
    const [hostile, innocent] = await Promise.all([
      slow.request(wide),
      slow.request('{ products { upc estimate } }'),
    ]);
    expect(hostile.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    expect(innocent.data.products).toHaveLength(2);
    // It is not planned again at once, and the ended thread is replaced.
    let chargedMs = 0;
    const requester = { key: 'hostile', charge: (cpuMs: number) => (chargedMs += cpuMs) };
    const again = await slow.request(wide, {}, { requester });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    expect(chargedMs).toBeLessThan(800);
    expect((await slow.request('{ products { name } }')).data.products).toHaveLength(2);
    await slow.stop();
  });
});
