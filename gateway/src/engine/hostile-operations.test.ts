import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { shopSubgraphs } from '../testing/shop-graph.ts';

let shop: Federation;
beforeAll(async () => {
  shop = await federate(shopSubgraphs);
});
afterAll(() => shop.stop());

describe('hostile operations', () => {
  const doubling = (levels: number) =>
    `query { ...F${levels} } fragment F0 on Query { products { name } } ${Array.from({ length: levels }, (_, level) => `fragment F${level + 1} on Query { a${level}: products { upc } ...F${level} ...F${level} }`).join(' ')}`;

  it('are measured before they are planned', async () => {
    const { errors } = await shop.request(doubling(25));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX', limit: 10_000 });
  });

  it('with too many aliases are refused, in any number of fragments', async () => {
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

  it('that are long are validated in a thread, with the same errors', async () => {
    const long = `{ products { upc ${'name '.repeat(600)} } nothing products { weigth } }`;
    const { data, errors } = await shop.request(long);
    expect(data).toBeUndefined();
    expect(errors?.map(({ locations }) => locations?.[0]?.column)).toEqual([3021, 3040]);
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await shop.request(`{ products { upc ${'name '.repeat(600)} } }`)).data.products).toHaveLength(2);
  });

  it('of which Apollo’s planner would make a list that is longer than any can be are too complex', async () => {
    const each = (text: (index: number) => string) => [0, 1, 2, 3].map(text).join(' ');
    const types = (fields: string) =>
      each((index) => `type M${index} implements I @key(fields: "id") { ${fields} }`);
    const ofInterface = (name: string) => ({
      name,
      sdl: `interface I { id: ID! far: I d: Int } ${types(`id: ID! far: I @shareable d: Int @shareable ${name}: Int`)}`,
      resolvers: {},
    });
    const root = `type Query { i: I } interface I { id: ID! } ${types('id: ID!')}`;
    const linked = await federate(
      [{ name: 'root', sdl: root, resolvers: {} }, ...['p1', 'p2', 'p3', 'p4'].map(ofInterface)],
      { planner: { planner: 'apollo' } },
    );
    const { errors } = await linked.request('{ i { far { far { d } } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }]);
    await linked.stop();
  });

  it('with many selections are written for the planner in a thread, and refused there beyond the limits', async () => {
    const bounded = await federate(shopSubgraphs, { planner: { maxSelections: 300 } });
    const write = vi.spyOn(bounded.engine.planner, 'write');
    const aliases = (count: number) =>
      `{ ${Array.from({ length: count }, (_, index) => `a${index}: products { upc }`).join(' ')} }`;
    const { data } = await bounded.request(aliases(110));
    expect(Object.keys(data)).toHaveLength(110);
    const { errors } = await bounded.request(aliases(160));
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'OPERATION_TOO_COMPLEX',
      limit: 300,
      received: 320,
    });
    expect(write).not.toHaveBeenCalled();
    await bounded.stop();
  });

  it('that take too long to validate are refused', async () => {
    const names = Array.from({ length: 900 }, (_, index) => `F${index}`);
    const query = `{ products { ${names.map((name) => `...${name}`).join(' ')} } } ${names.map((name) => `fragment ${name} on Product { upc name weight price tags }`).join(' ')}`;
    const { errors } = await shop.request(query);
    expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['OPERATION_TOO_COMPLEX']);
  });

  it('cannot make an endless response', async () => {
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
    // One entity occurs at endlessly many paths: errors are reported at the first of them, the same in every run.
    const broken = await friends.request(deep('broken'));
    expect(broken.data).toEqual({ me: null });
    expect(broken.errors).toHaveLength(100);
    const first = Array.from({ length: 12 }, () => ['friends', 0, 'circle', 0]).flat();
    expect(broken.errors?.[0]?.path).toEqual(['me', ...first, 'broken']);
    await friends.stop();
  });

  it('are aborted when planning takes too long, while others are planned', async () => {
    const slow = await federate(shopSubgraphs, {
      planner: { threads: 2, timeoutMs: 800 },
    });
    // A thread that has just started is slow on a busy machine.
    const isWarm = async () => (await slow.request('{ products { upc } }')).data?.products?.length;
    await expect.poll(isWarm).toBe(2);
    const wide = `{ ${Array.from({ length: 990 }, (_, index) => `a${index}: products { upc name weight estimate dutyEUR dutyCNY label inStock }`).join(' ')} }`;
    const [hostile, innocent] = await Promise.all([
      slow.request(wide),
      slow.request('{ products { upc estimate } }'),
    ]);
    expect(hostile.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    expect(innocent.data.products).toHaveLength(2);
    // It is not planned again at once, and the terminated thread is replaced.
    let chargedMs = 0;
    const requester = { key: 'hostile', charge: (cpuMs: number) => (chargedMs += cpuMs) };
    const again = await slow.request(wide, {}, { requester });
    expect(again.errors?.[0]?.extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX' });
    expect(chargedMs).toBeLessThan(800);
    expect((await slow.request('{ products { name } }')).data.products).toHaveLength(2);
    await slow.stop();
  });
});
