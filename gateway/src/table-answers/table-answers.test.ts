import { readXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CrossingsGateway, crossing } from '../testing/gateways/crossings-gateway.ts';
import { linesOf } from '../testing/tables/layouts.ts';

const gateway = new CrossingsGateway();
const urls: Record<string, string> = {};
const logged: Record<string, unknown>[] = [];
beforeAll(async () => {
  const limits = { MAX_RESPONSE_BYTES: '100000000', MAX_SUBGRAPH_RESPONSE_BYTES: '100000000' };
  urls.own = await gateway.start(limits, (event) => logged.push(event));
  urls.apollo = await gateway.start({ ...limits, GATEWAY_SERVER: 'apollo' });
});
afterAll(() => gateway.stop());

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Without Accept-Encoding, so that lengths are those of the table. */
function post(
  query: string,
  { accept = 'text/csv', search = '', headers = {}, variables = {}, server = 'own' } = {},
): Promise<Response> {
  return fetch(`${urls[server]}/graphql${search}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'accept-encoding': 'identity', ...headers },
    body: JSON.stringify({ query, variables }),
  });
}

const codeOf = async (response: Response) => {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
};

describe.each(['own', 'apollo'])('with the server %s', (server) => {
  it('answers a query as CSV with a byte order mark, Chinese headers and labels, and no formulas', async () => {
    const response = await post(
      '{ crossings(count: 12) { code name widthMetres signal openedOn people tags hasFootway } }',
      { server },
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [header, ...rows] = linesOf(bytes.toString('utf8'));
    expect(header).toEqual([
      '编号',
      '名称',
      '宽度（米）',
      '信号灯',
      '启用日期',
      '经过的人数',
      '标签',
      '有人行道',
    ]);
    expect(rows.slice(0, 3)).toEqual([
      ['410105', "'=1+1", '0', '有信号灯', '2026-02-28', '0', "'=a; b", 'true'],
      ['410106', "'+1", '-0.5', '无信号灯', '', '', '', 'false'],
      ['410107', "'-1", '-1', '有信号灯', '2026-02-28', '2', "'=a; b", 'true'],
    ]);
    expect(rows.map(([, name]) => name)).toEqual([
      "'=1+1",
      "'+1",
      "'-1",
      "'@A1",
      "'\tx",
      "'＝1",
      "'-",
      'a"b',
      'a,b',
      '文化路\n第二行',
      ' x ',
      '\u0007',
    ]);
  });

  it('answers as lines of JSON by paths, with values as they arrived', async () => {
    const response = await post(
      '{ total: crossings(count: 2) { no: code name people counter tags signal } }',
      {
        accept: 'application/jsonl',
        server,
      },
    );
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(await response.text()).toBe(
      '{"no":"410105","name":"=1+1","people":0,"counter":9007199254740991,"tags":["=a","b"],"signal":"LIGHTS"}\n' +
        '{"no":"410106","name":"+1","people":null,"counter":9007199254740991,"tags":[],"signal":"NONE"}\n',
    );
  });

  it('refuses a table of which some values are missing, and writes it when the client accepts that', async () => {
    const query = '{ crossings { code broken } }';
    const refused = await post(query, { server });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([
      400,
      'application/json; charset=utf-8',
    ]);
    expect((await codeOf(refused)).slice(0, 2)).toEqual(['ANSWER_INCOMPLETE', 'BAD_USER_INPUT']);
    const partial = await post(query, { search: '?partial=true&headers=path', server });
    expect([partial.status, partial.headers.get('x-graphql-errors')]).toEqual([200, '3']);
    expect(linesOf(await partial.text())).toEqual([
      ['code', 'broken'],
      ['410105', ''],
      ['410106', ''],
      ['410107', ''],
    ]);
    const lines = await post(query, { search: '?partial=true', accept: 'application/x-ndjson', server });
    const last = JSON.parse((await lines.text()).trim().split('\n').at(-1) ?? '');
    expect(last.errors).toHaveLength(3);
    expect(last.errors[0]).toMatch(/^crossings\.0\.broken: 坏/);
  });

  it('reports request errors as JSON, with their status', async () => {
    for (const [query, status, code] of [
      ['{ nothing }', 400, 'GRAPHQL_VALIDATION_FAILED'],
      ['{ crossings {', 400, 'GRAPHQL_PARSE_FAILED'],
      ['{ fails }', 403, 'FORBIDDEN'],
    ] as const) {
      const response = await post(query, { server });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        status,
        'application/json; charset=utf-8',
      ]);
      expect(await codeOf(response)).toContain(code);
    }
    const mutation = await post('mutation { count }', { server });
    expect([mutation.status, await codeOf(mutation)]).toEqual([406, ['NOT_ACCEPTABLE']]);
  });
});

it('answers as JSON unless a table is named and preferred', async () => {
  const typeOf = async (accept: string) =>
    (await post('{ crossings { code } }', { accept })).headers.get('content-type')?.split(';')[0];
  expect(await typeOf('*/*')).toBe('application/json');
  expect(await typeOf('text/*, */*')).toBe('application/json');
  expect(await typeOf('application/json, text/csv')).toBe('application/json');
  expect(await typeOf('text/csv;q=0.5, application/json')).toBe('application/json');
  expect(await typeOf('text/csv;q=0, */*')).toBe('application/json');
  expect(await typeOf('text/csv, application/json;q=0.9')).toBe('text/csv');
  expect(await typeOf('text/csv, */*')).toBe('text/csv');
  expect(await typeOf(`text/csv;q=0.8, ${xlsx}`)).toBe(xlsx);
  expect((await post('{ crossings { code } }', { accept: 'image/png' })).status).toBe(406);
});

it('chooses the language of headers by Accept-Language and lang, or writes paths', async () => {
  const headerOf = async (search: string, headers = {}) =>
    linesOf(await (await post('{ crossings { code signal } }', { search, headers })).text())
      .slice(0, 2)
      .join(' ');
  const english = 'Number of the crossing,Signal lights 410105,With lights';
  expect(await headerOf('', { 'accept-language': 'en-GB,en;q=0.9,zh;q=0.5' })).toBe(english);
  expect(await headerOf('?lang=en')).toBe(english);
  expect(await headerOf('?lang=zh', { 'accept-language': 'en' })).toBe('编号,信号灯 410105,有信号灯');
  expect(await headerOf('?headers=path')).toBe('code,signal 410105,LIGHTS');
  for (const search of ['?lang=fr', '?headers=de', '?partial=1', '?pages=0', '?pages=1001'])
    expect((await post('{ crossings { code } }', { search })).status).toBe(400);
});

it('names the lists between which the client has to choose', async () => {
  const query = '{ a: crossings { code } b: paged { nodes { name } } }';
  const refused = await post(query);
  const { errors } = (await refused.json()) as { errors: [{ message: string; extensions: object }] };
  expect([refused.status, errors[0].extensions]).toEqual([
    400,
    { code: 'ANSWER_NOT_A_TABLE', lists: ['a', 'b'] },
  ]);
  expect(errors[0].message).toContain('rows=');
  const chosen = await post(query, { search: '?rows=b&headers=path' });
  expect(linesOf(await chosen.text())[0]).toEqual(['name']);
  expect((await post(query, { search: '?rows=c' })).status).toBe(400);
  const workbook = await readXlsx(new Uint8Array(await (await post(query, { accept: xlsx })).arrayBuffer()));
  expect(workbook.sheets.map(({ name }) => name)).toEqual(['a', 'b', '说明 About']);
});

it('writes a workbook: codes and numbers beyond floats as text, dates as dates, no formula, and a sheet about it', async () => {
  const query =
    'query Crossings($count: Int) { crossings(count: $count) { code name widthMetres openedOn inspectedAt people counter hasFootway } }';
  const response = await post(query, { accept: xlsx, variables: { count: 12 } });
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="Crossings.xlsx"');
  const { sheets } = await readXlsx(new Uint8Array(await response.arrayBuffer()));
  const [table, about] = sheets;
  const [header, first, second] = table?.rows ?? [];
  expect(header).toEqual([
    '编号',
    '名称',
    '宽度（米）',
    '启用日期',
    '最近检查',
    '经过的人数',
    '计数',
    '有人行道',
  ]);
  expect(first).toEqual([
    '410105',
    '=1+1',
    0,
    new Date('2026-02-28T00:00:00Z'),
    new Date('2026-02-28T08:30:00Z'),
    0,
    '9007199254740991',
    true,
  ]);
  expect(second?.slice(2, 6)).toEqual([-0.5, null, new Date('2026-02-28T08:30:00Z'), null]);
  expect(table?.rows.slice(1).map(([, name]) => name)).toEqual(
    Array.from({ length: 12 }, (_, index) => crossing(index).name),
  );
  const notes = new Map(about?.rows.map(([label, value]) => [String(label), String(value)]));
  expect(notes.get('查询 Query')).toContain('crossings(count: $count)');
  expect(notes.get('变量 Variables')).toContain('"count": 12');
  expect(notes.get('行数 Rows')).toBe('crossings: 12');
  expect(notes.get('空单元格 Empty cells')).toMatch(/never written as 0/);
  expect(about?.rows.find(([, column]) => column === '经过的人数')?.[4]).toBe('可能 possible');
});

it('follows the pages of a connection, each counted as an operation', async () => {
  const query =
    'query Paged($after: String, $of: Int) { paged(after: $after, of: $of) { totalCount nodes { code } pageInfo { hasNextPage endCursor } } }';
  const before = gateway.requests;
  const all = await post(query, { search: '?pages=all&headers=path', variables: { of: 5 } });
  expect(linesOf(await all.text())).toEqual([
    ['paged.totalCount', 'code'],
    ...[410105, 410106, 410107, 410108, 410109].map((code) => ['5', String(code)]),
  ]);
  expect(gateway.requests - before).toBe(3);
  const two = await post(query, { search: '?pages=2', variables: { of: 50 } });
  expect(linesOf(await two.text())).toHaveLength(5);
  const one = await post(query, { search: '?headers=path' });
  expect(linesOf(await one.text())[0]).toEqual([
    'paged.totalCount',
    'paged.pageInfo.hasNextPage',
    'paged.pageInfo.endCursor',
    'code',
  ]);
  const unpaged = await post('{ paged { nodes { code } } }', { search: '?pages=all' });
  expect([unpaged.status, await codeOf(unpaged)]).toEqual([400, ['ANSWER_NOT_A_TABLE']]);
});

it('waits for the rate of the viewer between pages', async () => {
  const slow = await gateway.start({ VIEWER_RATE: '20', VIEWER_BURST: '2' });
  const startedAt = performance.now();
  const response = await fetch(`${slow}/graphql?pages=all`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/csv' },
    body: JSON.stringify({
      query:
        'query Paged($after: String) { paged(after: $after, of: 16) { nodes { code } pageInfo { hasNextPage endCursor } } }',
    }),
  });
  expect(linesOf(await response.text())).toHaveLength(17);
  // Eight pages, of which a burst has two.
  expect(performance.now() - startedAt).toBeGreaterThan(250);
});

const failing = `query Paged($after: String, $first: Int, $from: Int, $accepted: Int = 1000) {
  paged(after: $after, first: $first, of: $accepted, brokenFrom: $from) { nodes { code name signal openedOn } pageInfo { hasNextPage endCursor } } }`;

it('reports the errors of a later page while nothing has been sent', async () => {
  const response = await post(failing, { search: '?pages=all', variables: { from: 4, first: 2 } });
  expect(response.status).toBe(400);
  expect([response.headers.get('content-disposition'), response.headers.get('content-type')]).toEqual([
    null,
    'application/json; charset=utf-8',
  ]);
  expect((await codeOf(response))[0]).toBe('ANSWER_INCOMPLETE');
});

it('breaks the connection when a later page fails: no client takes a part for the whole', async () => {
  const variables = { from: 8000, first: 2000, accepted: 20_000 };
  const response = await post(failing, { search: '?pages=all', variables });
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  expect(logged.filter(({ event }) => event === 'table not finished')).toHaveLength(1);
  // The next answers are not affected.
  expect((await post('{ crossings { code } }')).status).toBe(200);
});

it('writes an answer of 100,000 rows', async () => {
  const response = await post('{ crossings(count: 100000) { code name people } }');
  expect(response.headers.get('content-length')).toBeNull();
  const lines = linesOf(await response.text());
  expect(lines).toHaveLength(100_001);
  expect(lines.at(-1)).toEqual(['510104', "'@A1", '99999']);
});

it('stops converting when the client leaves, and frees its slot', async () => {
  const strict = await gateway.start({
    VIEWER_MAX_CONCURRENT_OPERATIONS: '1',
    MAX_RESPONSE_BYTES: '100000000',
    MAX_SUBGRAPH_RESPONSE_BYTES: '100000000',
  });
  const send = (query: string, signal?: AbortSignal) =>
    fetch(`${strict}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/csv', 'accept-encoding': 'identity' },
      body: JSON.stringify({ query }),
      ...(signal && { signal }),
    });
  const leaving = new AbortController();
  const response = await send(
    '{ crossings(count: 50000) { code name signal openedOn inspectedAt } }',
    leaving.signal,
  );
  const reader = response.body?.getReader();
  await reader?.read();
  // It has not read the rest, so its slot is taken.
  expect((await send('{ crossings { code } }')).status).toBe(429);
  leaving.abort();
  await expect.poll(async () => (await send('{ crossings { code } }')).status).toBe(200);
});

it('compresses long text for clients that accept it', async () => {
  const response = await fetch(`${urls.own}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/csv', 'accept-encoding': 'gzip' },
    body: JSON.stringify({ query: '{ crossings(count: 5000) { code name signal } }' }),
  });
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(linesOf(await response.text())).toHaveLength(5001);
});

it('has an entity tag for GET, by which a client that has the table already gets its headers only', async () => {
  const url = `${urls.own}/graphql?query=${encodeURIComponent('{ crossings { code } }')}`;
  const headers = { accept: 'text/csv', 'graphql-require-preflight': '1', 'accept-encoding': 'identity' };
  const first = await fetch(url, { headers });
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"/);
  const again = await fetch(url, { headers: { ...headers, 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const other = await fetch(`${url}&lang=en`, { headers: { ...headers, 'if-none-match': etag } });
  expect(other.status).toBe(200);
  expect((await post('{ crossings { code } }')).headers.get('etag')).toBeNull();
});
