// Numbers that a double cannot represent pass through the engine unchanged.
import { operationFromBody } from '@district-graph/kit/http/graphql-request';
import { PersistedQueries } from '@district-graph/kit/http/persisted-queries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate } from '../testing/federation.ts';
import { jsonForms, orderSubgraphs, respondWith } from '../testing/order-graph.ts';

let federation: Federation;
beforeAll(async () => {
  federation = await federate(orderSubgraphs);
});
afterAll(() => federation.stop());

describe.each(jsonForms)('numbers in JSON that is %s', (_form, write) => {
  it.each([
    ['a key', 'order { id weight }', '9007199254740993', 'parcels', '"id":9007199254740993'],
    ['a key below zero', 'order { weight }', '-9223372036854775808', 'parcels', '"id":-9223372036854775808'],
  ])('are %s as they were written', async (_what, query, id, subgraph, sent) => {
    const { answer, bodies } = await respondWith(
      federation,
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

  it('are the digits of an ID, in the key as in the response', async () => {
    const { answer, bodies } = await respondWith(
      federation,
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
  ])('of %s stay unchanged', async (query, value, expected) => {
    const { answer } = await respondWith(federation, { orders: write(`{"data":{${value}}}`) }, () =>
      federation.requestText(`{ ${query} }`),
    );
    expect(answer).toBe(`{"data":{${expected ?? value}}}`);
  });

  it('stay unchanged where another field is invalid', async () => {
    const { answer } = await respondWith(
      federation,
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

it('numbers beside an error stay as they were written', async () => {
  const { answer, bodies } = await respondWith(
    federation,
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
    const { bodies } = await respondWith(
      federation,
      { orders: '{"data":{"long":1,"json":{},"float":0.5}}' },
      () => federation.requestText(query, variables === undefined ? {} : variablesOf(variables)),
    );
    return bodies.orders;
  };
  const variablesOf = (variables: string) => {
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
  ])('stay as they were written in variables: %s %s', async (query, variables) => {
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
  ])('stay as they were written in the operation: %s', async (query, expected) => {
    expect(JSON.parse((await sent(query)) ?? '').query).toContain(expected);
  });

  it('distinguish operations that are equal as doubles', async () => {
    const query = 'query ($of: Long) { long(of: $of) }';
    const bodies: string[] = [];
    const call = async (_subgraph: string, body: string) => {
      bodies.push(body);
      return '{"data":{"long":1}}';
    };
    const send = (variables: string) =>
      federation.engine.answer(
        { query, operationName: null, extensions: null, method: 'POST', ...variablesOf(variables) },
        { call, viewer: 'one', headers: {} },
      );
    await Promise.all([
      send('{"of":9007199254740993}'),
      send('{"of":9007199254740992}'),
      send('{"of":9007199254740992}'),
    ]);
    expect(bodies.map((body) => /"of":(\d+)/.exec(body)?.[1]).sort()).toEqual([
      '9007199254740992',
      '9007199254740993',
    ]);
  });
});
