import { operationFromBody } from '@district-graph/kit/http/graphql-request';
import { PersistedQueries } from '@district-graph/kit/http/persisted-queries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, withSpaces } from '../testing/federation.ts';

let federation: Federation;
beforeAll(async () => {
  federation = await federate([
    {
      name: 'orders',
      sdl: `
        scalar Long
        scalar Json
        type Query {
          order: Order orders: [Order] n: Int s: String ints: [Int] exact: [[Long!]] many: [ID!] names: [String!] sum(of: [Long!]): Long
          levels: [Level] ratios: [Float!]! long(of: Long): Long json(of: Json): Json float(of: Float): Float
          must: Int! any: [Place] main: Place byId(id: ID!): Order
        }
        enum Level { LOW HIGH }
        union Place = Order | Shop
        type Shop { name: String order: Order }
        type Order @key(fields: "id") @key(fields: "code") { id: Long! code: ID! total: Float note: String shop: Shop }
      `,
      resolvers: {},
    },
    {
      name: 'parcels',
      sdl: `
        scalar Long
        type Order @key(fields: "id") { id: Long! weight: Long parcel: Parcel note2: String total: Float @external tax: Float @requires(fields: "total") }
        type Parcel { size: Int label: String! }
      `,
      resolvers: {},
    },
    {
      name: 'labels',
      sdl: 'type Order @key(fields: "code") { code: ID! label: String }',
      resolvers: {},
    },
  ]);
});
afterAll(() => federation.stop());

/** What subgraphs answer, by their names; what each was asked is told. */
async function answering<T>(answers: Record<string, string>, ask: () => Promise<T>) {
  const bodies: Record<string, string> = {};
  for (const [name, answer] of Object.entries(answers))
    federation.replaceSubgraph(name, (body) => {
      bodies[name] = body;
      return Buffer.from(answer, 'utf8').toString('latin1');
    });
  try {
    return { answer: await ask(), bodies };
  } finally {
    for (const name of Object.keys(answers)) federation.replaceSubgraph(name, null);
  }
}

const withMembers = (json: string) => `${json.slice(0, -1)},"extensions":{"a":[1]}}`;
const forms = [
  ['compact', (json: string) => json],
  ['with spaces', withSpaces],
  ['with members beside', withMembers],
] as const;

describe.each(forms)('numbers in JSON that is %s', (_form, write) => {
  it.each([
    ['a key', 'order { id weight }', '9007199254740993', 'parcels', '"id":9007199254740993'],
    ['a key below zero', 'order { weight }', '-9223372036854775808', 'parcels', '"id":-9223372036854775808'],
  ])('are %s as they were written', async (_what, query, id, subgraph, sent) => {
    const { answer, bodies } = await answering(
      {
        orders: write(`{"data":{"order":{"__typename":"Order","id":${id}}}}`),
        parcels: write('{"data":{"_entities":[{"weight":123456789012345678}]}}'),
      },
      () => federation.requestText(`{ ${query} }`),
    );
    expect(answer).toContain('"weight":123456789012345678');
    if (query.includes('id')) expect(answer).toContain(`"id":${id}`);
    expect(bodies[subgraph]).toContain(sent);
  });

  it('are an identifier’s digits, in the key as in the answer', async () => {
    const { answer, bodies } = await answering(
      {
        orders: write('{"data":{"order":{"__typename":"Order","code":9007199254740993}}}'),
        labels: write('{"data":{"_entities":[{"label":"x"}]}}'),
      },
      () => federation.requestText('{ order { code label } }'),
    );
    expect(answer).toBe('{"data":{"order":{"code":"9007199254740993","label":"x"}}}');
    expect(bodies.labels).toContain('"code":9007199254740993');
  });

  it.each([
    ['n s', '"n":2147483647,"s":"9007199254740993"', null],
    ['ratios', '"ratios":[0.12345678901234567890,1.10,-0.0,1e400,9007199254740993]', null],
    ['exact', '"exact":[[9007199254740993,18446744073709551615],null,[]]', null],
    ['many', '"many":[9007199254740993,"7"]', '"many":["9007199254740993","7"]'],
    ['json', '"json":{"a":[9007199254740993,{"b":0.10}]}', null],
    ['order { total id }', '"order":{"total":123456789.12345678901,"id":9007199254740993}', null],
    ['ints', '"ints":[1.0,2e3,null]', '"ints":[1,2000,null]'],
  ])('of %s pass', async (query, given, expected) => {
    const { answer } = await answering({ orders: write(`{"data":{${given}}}`) }, () =>
      federation.requestText(`{ ${query} }`),
    );
    expect(answer).toBe(`{"data":{${expected ?? given}}}`);
  });

  it('pass where another field is amiss', async () => {
    const { answer } = await answering(
      {
        orders: write(
          '{"data":{"exact":[[9007199254740993]],"order":{"id":9007199254740993,"total":0.30000000000000004441},"n":"x"}}',
        ),
      },
      () => federation.requestText('{ exact order { id total } n }'),
    );
    expect(answer).toContain(
      '"data":{"exact":[[9007199254740993]],"order":{"id":9007199254740993,"total":0.30000000000000004441},"n":null}',
    );
  });
});

it('numbers beside an error pass as they were written', async () => {
  const { answer, bodies } = await answering(
    {
      orders:
        '{"errors":[{"message":"m","path":["s"],"extensions":{"code":"BAD_USER_INPUT","received":9007199254740993}}],"data":{"s":null,"order":{"__typename":"Order","id":9007199254740993}}}',
      parcels: '{"data":{"_entities":[{"weight":9007199254740995}]}}',
    },
    () => federation.requestText('{ s order { id weight } }'),
  );
  expect(answer).toContain('"data":{"s":null,"order":{"id":9007199254740993,"weight":9007199254740995}}');
  expect(answer).toContain('"received":9007199254740993');
  expect(bodies.parcels).toContain('"id":9007199254740993');
});

describe('numbers that a client sends', () => {
  const sent = async (query: string, variables?: string) => {
    const { bodies } = await answering({ orders: '{"data":{"long":1,"json":{},"float":0.5}}' }, () =>
      federation.requestText(query, variables === undefined ? {} : asked(variables)),
    );
    return bodies.orders;
  };
  const asked = (variables: string) => {
    const body = `{"query":"{a}","variables":${variables}}`;
    const { variables: plain, exactVariables } = operationFromBody(body, new PersistedQueries());
    return { variables: plain, exactVariables };
  };

  it.each([
    ['query ($of: Long) { long(of: $of) }', '{"of":9007199254740993}'],
    [
      'query ($of: Json) { json(of: $of) }',
      '{"of":{"a":[-9007199254740993,0.1234567890123456789],"b":"9007199254740993"}}',
    ],
    ['query ($of: Float) { float(of: $of) }', '{"of":0.30000000000000004441}'],
    ['query ($of: Float) { float(of: $of) }', '{"of":123456789.12345678901}'],
    ['query ($of: Long, $b: Int) { long(of: $of) n @skip(if: false) }', '{"b":1,"of":1e400}'],
  ])('pass as they were written: %s %s', async (query, variables) => {
    const [, value] = /"of":(.*)\}$/.exec(variables) ?? [];
    expect(await sent(query.replace(', $b: Int', ''), variables)).toContain(`"variables":{"of":${value}}`);
  });

  it.each([
    ['{ long(of: 9007199254740993) }', 'long(of:9007199254740993)'],
    ['{ long(of: -9223372036854775808) n }', 'long(of:-9223372036854775808)'],
    ['{ float(of: 0.30000000000000004441) }', 'float(of:0.30000000000000004441)'],
    ['{ json(of: {a: [9007199254740993, "x"], b: 1}) }', 'json(of:{a:[9007199254740993 "x"]b:1})'],
    ['{ sum(of: [9007199254740993, 1]) }', 'sum(of:[9007199254740993 1])'],
    ['{ sum(of: 9007199254740993) }', 'sum(of:9007199254740993)'],
    ['query ($b: Long = 1) { sum(of: [$b, 9007199254740993]) }', 'sum(of:[$b 9007199254740993])'],
    [
      'query ($b: Long = 1) { json(of: {a: $b, c: {d: [9007199254740993]}}) }',
      'json(of:{a:$b c:{d:[9007199254740993]}})',
    ],
    ['{ a: long(of: 9007199254740993) b: long(of: 9007199254740995) }', 'long(of:9007199254740995)'],
    ['query ($of: Long = 9007199254740993) { long(of: $of) }', '$of:Long=9007199254740993'],
  ])('pass as they were written out: %s', async (query, expected) => {
    expect(JSON.parse((await sent(query)) ?? '').query).toContain(expected);
  });

  it('tell operations apart that a float would not', async () => {
    const query = 'query ($of: Long) { long(of: $of) }';
    const bodies: string[] = [];
    const call = async (_subgraph: string, body: string) => {
      bodies.push(body);
      return '{"data":{"long":1}}';
    };
    const ask = (variables: string) =>
      federation.engine.answer(
        { query, operationName: null, extensions: null, method: 'POST', ...asked(variables) },
        { call, viewer: 'one', headers: {} },
      );
    await Promise.all([
      ask('{"of":9007199254740993}'),
      ask('{"of":9007199254740992}'),
      ask('{"of":9007199254740992}'),
    ]);
    expect(bodies.map((body) => /"of":(\d+)/.exec(body)?.[1]).sort()).toEqual([
      '9007199254740992',
      '9007199254740993',
    ]);
  });
});

describe.each(forms)('lists in JSON that is %s', (_form, write) => {
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
  ])('%s of %s', async (field, given, expected, paths) => {
    const { answer } = await answering({ orders: write(`{"data":{"${field}":${given}}}`) }, () =>
      federation.request(`{ ${field} }`),
    );
    expect(JSON.stringify(answer.data[field])).toBe(expected);
    expect(answer.errors?.map(({ path }) => path?.join('.'))).toEqual(paths);
    for (const { extensions } of answer.errors ?? []) expect(extensions?.code).toBe('SUBGRAPH_BAD_RESPONSE');
  });
});

describe.each(forms)('what is lost in JSON that is %s', (_form, write) => {
  const lost = async (query: string, answers: Record<string, string>) => {
    const written = Object.entries(answers).map(([name, text]) => [name, write(text)]);
    const { answer } = await answering(Object.fromEntries(written), () => federation.request(query));
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
  ])('of fields of the operation: %s', async (text, data, paths) => {
    expect(await lost('{ n s }', { orders: text })).toEqual({ data, paths });
  });

  it('of all fields is told as the same each time, beside what no subgraph gives', async () => {
    const query = '{ z: __typename n s }';
    const { data, paths } = await lost(query, { orders: '{"data":null}' });
    expect({ data, paths }).toEqual({ data: { z: 'Query', n: null, s: null }, paths: ['n', 's'] });
  });

  it.each([
    ['a scalar where an object belongs', '{"data":{"order":1}}', { order: null }, ['order']],
    ['a text where an object belongs', '{"data":{"order":"{}"}}', { order: null }, ['order']],
    ['a list where an object belongs', '{"data":{"order":[{"id":1}]}}', { order: null }, ['order']],
    [
      'an object that has not what was asked for',
      '{"data":{"order":{"id":1}}}',
      { order: { id: 1, note: null } },
      ['order.note'],
    ],
    ['an object without what must be', '{"data":{"order":{"note":"a"}}}', { order: null }, ['order.id']],
  ])('of an object: %s', async (_what, text, data, paths) => {
    expect(await lost('{ order { id note } }', { orders: text })).toEqual({ data, paths });
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
    expect(await lost('{ orders { note } }', { orders: text })).toEqual({ data: { orders }, paths });
  });

  it.each([
    ['no name of a type', '{"data":{"order":{"id":1}}}'],
    ['an unknown name of a type', '{"data":{"order":{"__typename":"Nothing","id":1}}}'],
    ['the name of another type', '{"data":{"order":{"__typename":"Shop","id":1}}}'],
  ])('of an entity with %s', async (_what, text) => {
    const { data, paths } = await lost('{ order { id weight note2 } }', {
      orders: text,
      parcels: '{"data":{"_entities":[{"weight":1,"note2":"a"}]}}',
    });
    expect({ data, paths }).toEqual({
      data: { order: { id: 1, weight: null, note2: null } },
      paths: ['order.weight', 'order.note2'],
    });
  });

  it.each([
    ['no name of a type', '[{"name":"a"},{"__typename":"Shop","name":"b"}]', ['any.0']],
    [
      'an unknown name of a type',
      '[{"__typename":"Nothing","name":"a"},{"__typename":"Shop","name":"b"}]',
      ['any.0'],
    ],
    [
      'the name of another type',
      '[{"__typename":"Parcel","name":"a"},{"__typename":"Shop","name":"b"}]',
      ['any.0'],
    ],
  ])('of an abstract type with %s', async (_what, any, paths) => {
    const { data, paths: told } = await lost('{ any { ... on Shop { name } } }', {
      orders: `{"data":{"any":${any}}}`,
    });
    expect({ any: data.any, told }).toEqual({ any: [null, { name: 'b' }], told: paths });
  });

  it.each([
    ['without a field', '[{"note2":"a"}]', { weight: null, note2: 'a' }, ['order.weight']],
    ['with a scalar for it', '["a"]', { weight: null, note2: null }, ['order']],
    ['with an empty one', '[{}]', { weight: null, note2: null }, ['order.weight', 'order.note2']],
    ['of which the subgraph does not know', '[null]', { weight: null, note2: null }, []],
  ])('of an entity %s', async (_what, entities, given, paths) => {
    const answers = { orders: order, parcels: `{"data":{"_entities":${entities}}}` };
    expect(await lost('{ order { weight note2 } }', answers)).toEqual({ data: { order: given }, paths });
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
    const { data, paths: told } = await lost('{ order { weight note2 } }', { orders: order, parcels });
    expect({ data, told }).toEqual({ data: { order: { weight: null, note2: null } }, told: paths });
  });

  it('of an entity whose value comes with an error', async () => {
    const parcels =
      '{"data":{"_entities":[{"weight":1,"note2":"a"}]},"errors":[{"message":"m","path":["_entities",0,"note2"]}]}';
    expect(await lost('{ order { weight note2 } }', { orders: order, parcels })).toEqual({
      data: { order: { weight: 1, note2: 'a' } },
      paths: ['order.note2'],
    });
  });

  it('of nothing, with an error that says no place, is told without one', async () => {
    for (const entity of ['{"weight":1,"note2":"a"}', '{"weight":1,"note2":null}']) {
      const parcels = `{"data":{"_entities":[${entity}]},"errors":[{"message":"m"}]}`;
      const { paths } = await lost('{ order { weight note2 } }', { orders: order, parcels });
      expect(paths).toEqual([entity.includes('null') ? 'order' : '']);
    }
  });

  it('of a list that comes with an error about an entry', async () => {
    const errors = '"errors":[{"message":"m","path":["ints",1]}]';
    expect(await lost('{ ints }', { orders: `{"data":{"ints":[1,2]},${errors}}` })).toEqual({
      data: { ints: [1, 2] },
      paths: ['ints.1'],
    });
    expect(await lost('{ ints }', { orders: `{"data":{"ints":[1,null]},${errors}}` })).toEqual({
      data: { ints: [1, null] },
      paths: ['ints.1'],
    });
  });

  it('of what is computed from what was not given', async () => {
    const { data, paths } = await lost('{ order { tax weight } }', {
      orders: order,
      parcels: '{"data":{"_entities":[{"weight":1}]}}',
    });
    expect({ data, paths }).toEqual({ data: { order: { tax: null, weight: 1 } }, paths: ['order.tax'] });
  });

  it('is told at a thousand places at most', async () => {
    const orders = Array.from({ length: 1500 }, () => '{"id":1}').join();
    const { data, paths } = await lost('{ orders { note } }', { orders: `{"data":{"orders":[${orders}]}}` });
    expect([data.orders.length, paths.length]).toEqual([1500, 1000]);
  });
});
