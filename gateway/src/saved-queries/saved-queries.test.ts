import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CrossingsGateway } from '../testing/gateways/crossings-gateway.ts';
import { linesOf } from '../testing/tables/layouts.ts';
import { readSavedQueries, savedQuery } from './saved-query.ts';

const gateway = new CrossingsGateway();
let url = '';

const others = `# 其他路口：按编号。 Other crossings, by their numbers.
# $codes: 编号，以逗号分隔。 Numbers, separated by commas.
query Others($codes: [ID!]!, $range: Range, $signal: Signal = NONE, $wide: Boolean, $counter: Long) {
  others(codes: $codes, range: $range, signal: $signal, wide: $wide, counter: $counter) { code name }
}`;

beforeAll(async () => {
  writeFileSync(join(gateway.savedQueries, 'others.graphql'), others);
  writeFileSync(join(gateway.savedQueries, 'elsewhere.graphql'), 'query Elsewhere { nothing }');
  writeFileSync(
    join(gateway.savedQueries, 'incomplete.graphql'),
    'query Incomplete { crossings { code broken } }',
  );
  url = await gateway.start({ TRUSTED_DOCUMENTS: 'enforce', TRUSTED_DOCUMENTS_DIR: gateway.savedQueries });
});
afterAll(() => gateway.stop());

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${url}${path}`, { method, headers: { 'accept-encoding': 'identity', ...headers } });

it('lists the queries that the graph can answer, with what they are and what they take', async () => {
  const response = await get('/queries');
  const { queries } = (await response.json()) as { queries: { name: string }[] };
  expect(queries.map(({ name }) => name)).toEqual(['incomplete', 'others']);
  expect(queries[1]).toMatchObject({
    url: '/queries/others',
    title: { zh: '其他路口：按编号。', en: 'Other crossings, by their numbers.' },
    variables: [
      {
        name: 'codes',
        type: '[ID!]!',
        description: { zh: '编号，以逗号分隔。', en: 'Numbers, separated by commas.' },
      },
      { name: 'range', type: 'Range', description: null },
      { name: 'signal', type: 'Signal', default: 'NONE' },
      { name: 'wide', type: 'Boolean' },
      { name: 'counter', type: 'Long' },
    ],
  });
  const etag = response.headers.get('etag') ?? '';
  expect((await get('/queries', { 'if-none-match': etag })).status).toBe(304);
});

it('answers at a stable address, by format or Accept, with variables from the address', async () => {
  const csv = await get('/queries/others?codes=1,007&codes=9&format=csv&headers=path');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="Others.csv"');
  expect(linesOf(await csv.text())).toEqual([
    ['code', 'name'],
    ['1', "'=1+1"],
    ['007', "'=1+1"],
    ['9', "'=1+1"],
  ]);
  const lines = await get('/queries/others?codes=1', { accept: 'application/x-ndjson' });
  expect(await lines.text()).toBe('{"code":"1","name":"=1+1"}\n');
  const json = await get('/queries/others?codes=1', { accept: 'text/html' });
  expect(await json.json()).toEqual({ data: { others: [{ code: '1', name: '=1+1' }] } });
});

it('reads each variable as the type that the query declares', async () => {
  const good =
    '/queries/others?codes=1&range.from=1&range.to=2&signal=LIGHTS&wide=true&counter=9007199254740993';
  expect((await get(good)).status).toBe(200);
  expect((await get('/queries/others?codes=1&range={"from":1}')).status).toBe(200);
  for (const [search, part] of [
    ['codes=1&range.from=x', 'range.from'],
    ['codes=1&wide=yes', 'wide'],
    ['codes=1&counter=1e', 'counter'],
    ['codes=1&range={', 'range'],
    ['codes=1&range.until=1', 'range.until'],
    ['code=1', 'codes'],
    ['codes=1&signal=BLUE', 'signal'],
    ['range.from=1', 'codes'],
    ['codes=1&format=pdf', 'format'],
  ] as const) {
    const response = await get(`/queries/others?${search}`);
    expect([search, response.status]).toEqual([search, 400]);
    expect(await response.text()).toContain(part);
  }
});

it('lets caches keep what anybody may see, and answers with the headers only when nothing has changed', async () => {
  const path = '/queries/others?codes=1&format=csv';
  const first = await get(path);
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('cache-control')).toBe('public, max-age=60');
  expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
  expect((await get('/queries/others?codes=2&format=csv', { 'if-none-match': etag })).status).toBe(200);
  const head = await get(path, {}, 'HEAD');
  expect([
    head.status,
    head.headers.get('etag'),
    head.headers.get('content-length'),
    await head.text(),
  ]).toEqual([200, etag, String((await first.arrayBuffer()).byteLength), '']);
  const signedIn = await get(path, { authorization: 'Bearer x' });
  expect(signedIn.headers.get('cache-control')).toBe('private, no-cache');
  const declared = await get(path, { 'x-purpose': 'CARE' });
  expect(declared.headers.get('cache-control')).toBe('private, no-cache');
  const inEnglish = await get(path, { 'accept-language': 'en' });
  expect(inEnglish.headers.get('cache-control')).toBe('public, max-age=60');
  expect(inEnglish.headers.get('vary')).toContain('accept-language');
  const json = await get('/queries/others?codes=1');
  const jsonTag = json.headers.get('etag') ?? '';
  expect((await get('/queries/others?codes=1', { 'if-none-match': jsonTag })).status).toBe(304);
});

it('lets no cache keep an answer with errors', async () => {
  const partial = await get('/queries/incomplete?format=csv&partial=true');
  expect([partial.status, partial.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const refused = await get('/queries/incomplete?format=csv');
  expect([refused.status, refused.headers.get('cache-control')]).toEqual([400, 'no-store']);
  const json = await get('/queries/incomplete');
  expect([json.status, json.headers.get('cache-control'), json.headers.get('etag')]).toEqual([
    200,
    'no-store',
    null,
  ]);
});

it('answers GET and HEAD of known queries only', async () => {
  expect((await get('/queries/elsewhere')).status).toBe(404);
  expect((await get('/queries/..%2fothers')).status).toBe(404);
  expect((await get('/queries/constructor')).status).toBe(404);
  expect((await get('/queries/others', {}, 'POST')).status).toBe(405);
});

it('takes over a changed folder, and keeps the last good one when a file has a fault', async () => {
  const file = join(gateway.savedQueries, 'added.graphql');
  const name = () => get('/queries/added').then(({ status }) => status);
  expect(await name()).toBe(404);
  writeFileSync(file, 'query Added { crossings { code } }');
  await expect.poll(name, { timeout: 10_000 }).toBe(200);
  writeFileSync(file, 'query Added {');
  writeFileSync(join(gateway.savedQueries, 'later.graphql'), 'query Later { crossings { code } }');
  expect(await name()).toBe(200);
});

it.each([
  ['Wrong Name', 'query Q { a }', 'kebab-case'],
  ['two', 'query A { a } query B { b }', 'one query'],
  ['mutation', 'mutation A { a }', 'one query'],
  ['option', 'query A($format: String) { a(b: $format) }', 'format'],
  ['syntax', 'query {', 'Syntax Error'],
])('refuses the file %s', (name, text, reason) => {
  expect(() => savedQuery(name, text)).toThrow(reason);
});

it('names every faulty file of a folder at once', () => {
  writeFileSync(join(gateway.folder, 'a.graphql'), '{');
  writeFileSync(join(gateway.folder, 'B.graphql'), 'query B { b }');
  writeFileSync(join(gateway.folder, 'notes.md'), 'no query');
  expect(() => readSavedQueries(gateway.folder)).toThrow(/B\.graphql: .*; a\.graphql: /);
});
