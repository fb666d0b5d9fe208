// Values that a subgraph does not return, or returns in another type: each is null, with an error at its path.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { jsonForms, orderSubgraphs, respondWith } from '../testing/order-graph.ts';

let federation: Federation;
beforeAll(async () => {
  federation = await federate(orderSubgraphs);
});
afterAll(() => federation.stop());

describe.each(jsonForms)('lists in JSON that is %s', (_form, write) => {
  it.each([
    ['ints', '[1,"x",99999999999]', '[1,null,null]', ['ints.1', 'ints.2']],
    ['ints', '[1,[2],{"a":1},true,2.5]', '[1,null,null,null,null]', ['ints.1', 'ints.2', 'ints.3', 'ints.4']],
    ['names', '["a",null]', 'null', ['names.1']],
    ['names', '["a","b\\"]",3]', 'null', ['names.2']],
    ['names', '[3,"a",4]', 'null', ['names.0']],
    ['levels', '["LOW","MIDDLE",null,"HIGH"]', '["LOW",null,null,"HIGH"]', ['levels.1']],
    ['many', '["a",true]', 'null', ['many.1']],
    ['exact', '[[1,null],[2]]', '[null,[2]]', ['exact.0.1']],
    ['exact', '[3,[2]]', '[null,[2]]', ['exact.0']],
    ['exact', '{"0":1}', 'null', ['exact']],
  ])('%s of %s', async (field, value, expected, paths) => {
    const { answer } = await respondWith(
      federation,
      { orders: write(`{"data":{"${field}":${value}}}`) },
      () => federation.request(`{ ${field} }`),
    );
    expect(JSON.stringify(answer.data[field])).toBe(expected);
    expect(answer.errors?.map(({ path }) => path?.join('.'))).toEqual(paths);
    for (const { extensions } of answer.errors ?? []) expect(extensions?.code).toBe('SUBGRAPH_BAD_RESPONSE');
  });
});

describe.each(jsonForms)('a missing value in JSON that is %s', (_form, write) => {
  const resultOf = async (query: string, answers: Record<string, string>) => {
    const written = Object.entries(answers).map(([name, text]) => [name, write(text)]);
    const { answer } = await respondWith(federation, Object.fromEntries(written), () =>
      federation.request(query),
    );
    return { data: answer.data, paths: answer.errors?.map(({ path = [] }) => path.join('.')) ?? [] };
  };
  const order = '{"data":{"order":{"__typename":"Order","id":1}}}';

  it.each([
    ['{}', { n: null, s: null }, ['n', 's']],
    ['{"data":null}', { n: null, s: null }, ['n', 's']],
    ['{"data":"n"}', { n: null, s: null }, ['n', 's']],
    ['{"data":[1]}', { n: null, s: null }, ['n', 's']],
    ['{"data":{}}', { n: null, s: null }, ['n', 's']],
    ['{"data":{"other":1}}', { n: null, s: null }, ['n', 's']],
    ['{"data":{"n":1}}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1,"s":null},"errors":[]}', { n: 1, s: null }, []],
    ['{"data":{"n":1,"s":"stale"},"errors":[{"message":"m","path":["s"]}]}', { n: 1, s: 'stale' }, ['s']],
    ['{"data":{"n":1,"s":null},"errors":[{"message":"m","path":["s"]}]}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1,"s":"a"},"errors":[{"message":"m"}]}', { n: 1, s: 'a' }, ['']],
    ['{"data":{"n":1,"s":null},"errors":[{"message":"m"}]}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1},"errors":[{"message":"m","path":["other"]}]}', { n: 1, s: null }, ['s']],
    ['{"data":null,"errors":[{"message":"m","path":["n"]}]}', { n: null, s: null }, ['n', 's']],
    ['{"data":{"n":{"a":1},"s":["a"]}}', { n: null, s: null }, ['n', 's']],
    ['{"data":{"n":1,"s":null},"errors":"bad"}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1,"s":null},"errors":5}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1,"s":null},"errors":{"message":"m","path":["s"]}}', { n: 1, s: null }, ['s']],
    ['{"data":{"n":1,"s":"a"},"errors":[null]}', { n: 1, s: 'a' }, ['']],
    ['{"data":{"n":1,"s":null},"errors":null}', { n: 1, s: null }, []],
  ])('of root fields: %s', async (text, data, paths) => {
    expect(await resultOf('{ n s }', { orders: text })).toEqual({ data, paths });
  });

  it('of all fields is reported the same way on every run, beside a field that no subgraph resolves', async () => {
    const query = '{ z: __typename n s }';
    const { data, paths } = await resultOf(query, { orders: '{"data":null}' });
    expect({ data, paths }).toEqual({ data: { z: 'Query', n: null, s: null }, paths: ['n', 's'] });
  });

  it.each([
    ['a scalar where an object belongs', '{"data":{"order":1}}', { order: null }, ['order']],
    ['a text where an object belongs', '{"data":{"order":"{}"}}', { order: null }, ['order']],
    ['a list where an object belongs', '{"data":{"order":[{"id":1}]}}', { order: null }, ['order']],
    [
      'an object without a selected field',
      '{"data":{"order":{"id":1}}}',
      { order: { id: 1, note: null } },
      ['order.note'],
    ],
    ['an object without a non-null field', '{"data":{"order":{"note":"a"}}}', { order: null }, ['order.id']],
  ])('of an object: %s', async (_what, text, data, paths) => {
    expect(await resultOf('{ order { id note } }', { orders: text })).toEqual({ data, paths });
  });

  it.each([
    ['a scalar', '{"data":{"orders":3}}', null, ['orders']],
    ['an object', '{"data":{"orders":{"note":"a"}}}', null, ['orders']],
    [
      'a scalar in it',
      '{"data":{"orders":[{"note":"a"},true,null]}}',
      [{ note: 'a' }, null, null],
      ['orders.1'],
    ],
  ])('of a list of objects: %s', async (_what, text, orders, paths) => {
    expect(await resultOf('{ orders { note } }', { orders: text })).toEqual({ data: { orders }, paths });
  });

  it.each([
    ['no type name', '{"data":{"order":{"id":1}}}'],
    ['an unknown type name', '{"data":{"order":{"__typename":"Nothing","id":1}}}'],
    ['the name of another type', '{"data":{"order":{"__typename":"Shop","id":1}}}'],
  ])('of an entity with %s', async (_what, text) => {
    const { data, paths } = await resultOf('{ order { id weight note2 } }', {
      orders: text,
      parcels: '{"data":{"_entities":[{"weight":1,"note2":"a"}]}}',
    });
    expect({ data, paths }).toEqual({
      data: { order: { id: 1, weight: null, note2: null } },
      paths: ['order.weight', 'order.note2'],
    });
  });

  it.each([
    ['no type name', '[{"name":"a"},{"__typename":"Shop","name":"b"}]', ['any.0']],
    [
      'an unknown type name',
      '[{"__typename":"Nothing","name":"a"},{"__typename":"Shop","name":"b"}]',
      ['any.0'],
    ],
    [
      'the name of another type',
      '[{"__typename":"Parcel","name":"a"},{"__typename":"Shop","name":"b"}]',
      ['any.0'],
    ],
  ])('of an abstract type with %s', async (_what, any, paths) => {
    const { data, paths: errorPaths } = await resultOf('{ any { ... on Shop { name } } }', {
      orders: `{"data":{"any":${any}}}`,
    });
    expect({ any: data.any, errorPaths }).toEqual({ any: [null, { name: 'b' }], errorPaths: paths });
  });

  it.each([
    ['without a field', '[{"note2":"a"}]', { weight: null, note2: 'a' }, ['order.weight']],
    ['with a scalar for it', '["a"]', { weight: null, note2: null }, ['order']],
    ['with an empty one', '[{}]', { weight: null, note2: null }, ['order.weight', 'order.note2']],
    ['that the subgraph does not have', '[null]', { weight: null, note2: null }, []],
  ])('of an entity %s', async (_what, entities, value, paths) => {
    const answers = { orders: order, parcels: `{"data":{"_entities":${entities}}}` };
    expect(await resultOf('{ order { weight note2 } }', answers)).toEqual({ data: { order: value }, paths });
  });

  it.each([
    ['{"data":null}', ['order']],
    ['{"data":{}}', ['order']],
    ['{"data":"a"}', ['order']],
    ['{"data":{"_entities":null}}', ['order']],
    ['{"data":{"_entities":[null]},"errors":[{"message":"m"}]}', ['order']],
    ['{"data":{"_entities":[null]},"errors":[{"message":"m","path":["_entities",0]}]}', ['order']],
    [
      '{"data":{"_entities":[{"weight":null,"note2":null}]},"errors":[{"message":"m","path":["_entities",0,"weight"]}]}',
      ['order.weight'],
    ],
  ])('of entities: %s', async (parcels, paths) => {
    const { data, paths: errorPaths } = await resultOf('{ order { weight note2 } }', {
      orders: order,
      parcels,
    });
    expect({ data, errorPaths }).toEqual({
      data: { order: { weight: null, note2: null } },
      errorPaths: paths,
    });
  });

  it('of an entity that is returned with an error keeps the value', async () => {
    const parcels =
      '{"data":{"_entities":[{"weight":1,"note2":"a"}]},"errors":[{"message":"m","path":["_entities",0,"note2"]}]}';
    expect(await resultOf('{ order { weight note2 } }', { orders: order, parcels })).toEqual({
      data: { order: { weight: 1, note2: 'a' } },
      paths: ['order.note2'],
    });
  });

  it('of no field, with an error without a path, is reported without a path', async () => {
    for (const entity of ['{"weight":1,"note2":"a"}', '{"weight":1,"note2":null}']) {
      const parcels = `{"data":{"_entities":[${entity}]},"errors":[{"message":"m"}]}`;
      const { paths } = await resultOf('{ order { weight note2 } }', { orders: order, parcels });
      expect(paths).toEqual([entity.includes('null') ? 'order' : '']);
    }
  });

  it('of a list that is returned with an error at an entry keeps the entries', async () => {
    const errors = '"errors":[{"message":"m","path":["ints",1]}]';
    expect(await resultOf('{ ints }', { orders: `{"data":{"ints":[1,2]},${errors}}` })).toEqual({
      data: { ints: [1, 2] },
      paths: ['ints.1'],
    });
    expect(await resultOf('{ ints }', { orders: `{"data":{"ints":[1,null]},${errors}}` })).toEqual({
      data: { ints: [1, null] },
      paths: ['ints.1'],
    });
  });

  it('of a field computed from one that was not returned', async () => {
    const { data, paths } = await resultOf('{ order { tax weight } }', {
      orders: order,
      parcels: '{"data":{"_entities":[{"weight":1}]}}',
    });
    expect({ data, paths }).toEqual({ data: { order: { tax: null, weight: 1 } }, paths: ['order.tax'] });
  });

  it('is reported at a thousand paths at most', async () => {
    const orders = Array.from({ length: 1500 }, () => '{"id":1}').join();
    const { data, paths } = await resultOf('{ orders { note } }', {
      orders: `{"data":{"orders":[${orders}]}}`,
    });
    expect([data.orders.length, paths.length]).toEqual([1500, 1000]);
  });
});
