import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningGateway } from '../server.ts';
import { json, RoadsGateway } from '../testing/gateways/roads-gateway.ts';

/** Stands for the module that `npm run build:portal` writes. */
const renderer = `
let rendered = 0;
export const routes = [
  { page: 'start', path: '/', parameters: ['place'], freshSeconds: Infinity },
  { page: 'docs', path: '/docs/*', parameters: [], freshSeconds: Infinity },
  { page: 'roads', path: '/roads', parameters: [], freshSeconds: 0 },
];
export async function render(page, context, ask) {
  const answer = page === 'roads' ? await ask('{ road { name crew } }', {}) : null;
  return { status: 200, html: JSON.stringify({ page, rendered: ++rendered, answer, ...context }) };
}
export const feedPaths = [];
export const renderNotFound = async ({ language }) => ({ status: 404, html: 'no page ' + language });
`;
const script = 'export const a = 1;'.repeat(50);

const folder = mkdtempSync(join(tmpdir(), 'pages-test-'));
const gateway = new RoadsGateway();
let pages: RunningGateway;

beforeAll(async () => {
  mkdirSync(join(folder, 'server'));
  mkdirSync(join(folder, 'client', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'server', 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'server', 'render.js'), renderer);
  const asset = join(folder, 'client', 'assets', 'a-1.js');
  writeFileSync(asset, script);
  writeFileSync(`${asset}.br`, brotliCompressSync(script));
  writeFileSync(`${asset}.gz`, gzipSync(script));
  await gateway.start();
  pages = await gateway.startAnother({ PORTAL_DIR: folder });
});

afterAll(async () => {
  await pages.stop();
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Unlike `fetch`, sends only these headers, and does not decompress. */
const request = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> =>
  new Promise((resolve, reject) => {
    get(`${pages.url}${path}`, { headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    }).on('error', reject);
  });

const page = async (path: string, headers?: Record<string, string>) =>
  JSON.parse((await request(path, headers)).body.toString());

it.each([
  [{}, 'zh-CN'],
  [{ 'accept-language': 'en-GB,en;q=0.9,zh;q=0.5' }, 'en'],
  [{ 'accept-language': 'en;q=0.4, zh-Hans;q=0.7' }, 'zh-CN'],
  [{ 'accept-language': 'fr' }, 'zh-CN'],
  [{ 'accept-language': 'en', cookie: 'a=b; lang=zh-CN' }, 'zh-CN'],
  [{ cookie: 'lang=xx' }, 'zh-CN'],
])('chooses the language of a page by the headers %j: %s', async (headers, language) => {
  expect(await page('/', headers as Record<string, string>)).toMatchObject({ language });
});

it('takes language and theme from the address, and keeps them in cookies', async () => {
  const { headers, body } = await request('/?lang=en&theme=dark', { cookie: 'lang=zh-CN; theme=light' });
  expect(JSON.parse(body.toString())).toMatchObject({ language: 'en', theme: 'dark' });
  expect(headers['set-cookie']).toEqual([
    'lang=en; Path=/; Max-Age=31536000; SameSite=Lax',
    'theme=dark; Path=/; Max-Age=31536000; SameSite=Lax',
  ]);
  expect(await page('/', { cookie: 'theme=dark' })).toMatchObject({ theme: 'dark' });
  expect((await request('/?lang=fr&theme=x')).headers['set-cookie']).toBeUndefined();
});

it('allows pages nothing from other origins, and no inline scripts or styles', async () => {
  const { headers } = await request('/');
  const policy = headers['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-cache',
    vary: 'accept-language, cookie, accept-encoding',
  });
});

it('renders a page once for each language, theme and parameter that it reads, whatever else is in the address', async () => {
  const first = await page('/?place=a');
  expect(await page('/?place=a&x=1')).toEqual(first);
  expect((await page('/?place=b')).rendered).toBeGreaterThan(first.rendered);
  expect(first.parameters).toEqual({ place: 'a' });
});

it('serves everything below a path that ends with /*', async () => {
  expect(await page('/docs')).toMatchObject({ page: 'docs', path: '/docs' });
  expect(await page('/docs/tasks/import')).toMatchObject({ page: 'docs', path: '/docs/tasks/import' });
  expect((await request('/documents')).status).toBe(404);
});

it('sends pages and assets compressed as the client prefers, with a tag for each form', async () => {
  const plain = await request('/assets/a-1.js');
  expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, script]);
  const brotli = await request('/assets/a-1.js', { 'accept-encoding': 'gzip, br' });
  expect(brotli.headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
  expect(brotli.headers.etag).not.toBe(plain.headers.etag);
  const gzipped = await request('/', { 'accept-encoding': 'gzip' });
  expect(gzipped.headers['content-encoding']).toBe('gzip');
});

it('answers 304 where the client has the page, in a list and as a weak tag too', async () => {
  const { etag = '' } = (await request('/', { 'accept-encoding': 'br' })).headers;
  for (const known of [etag, `"x", W/${etag}`, '*']) {
    const again = await request('/', { 'accept-encoding': 'br', 'if-none-match': known });
    expect([again.status, again.headers.etag, again.body.length]).toEqual([304, etag, 0]);
  }
  expect((await request('/', { 'if-none-match': etag })).status).toBe(200);
});

it('answers HEAD with the headers alone', async () => {
  const whole = await request('/assets/a-1.js');
  const head = await request('/assets/a-1.js', {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.body.length]).toEqual([
    200,
    whole.headers['content-length'],
    0,
  ]);
});

it('shows browsers a page for addresses that there are not, and sends other clients JSON', async () => {
  const browser = await request('/nowhere', { accept: 'text/html', 'accept-language': 'en' });
  expect([browser.status, browser.body.toString()]).toEqual([404, 'no page en']);
  const client = await request('/nowhere');
  expect(JSON.parse(client.body.toString()).errors[0].extensions.code).toBe('NOT_FOUND');
  expect((await request('/assets/none.js')).status).toBe(404);
  expect((await request('/assets/%2e%2e/server/render.js')).status).toBe(404);
});

it('leaves /graphql as it is for its clients', async () => {
  const search = `?query=${encodeURIComponent('{ road { name } }')}`;
  const answer = await request(`/graphql${search}`, { 'apollo-require-preflight': '1' });
  expect(JSON.parse(answer.body.toString())).toEqual({ data: { road: { name: '文化路' } } });
  const failed = await request('/graphql?query={nothing}', {
    accept: 'text/html',
    'x-apollo-operation-name': 'a',
  });
  expect(failed.body.toString()).not.toContain('no page');
});

it('asks the graph for a page as a client without a token, whoever requests it', async () => {
  let seen: IncomingHttpHeaders = {};
  gateway.answerCrews = (incoming, response) => {
    seen = incoming.headers;
    json({ data: { _entities: [{ crew: '二班' }] } })(incoming, response);
  };
  const { answer } = await page('/roads', { authorization: 'Bearer secret', 'x-purpose': 'CARE' });
  expect(answer).toEqual({ data: { road: { name: '文化路', crew: '二班' } } });
  expect([seen.authorization, seen['x-purpose']]).toEqual([undefined, undefined]);
});

it('answers the same with Apollo Server before the engine', async () => {
  const apollo = await gateway.startAnother({ PORTAL_DIR: folder, GATEWAY_SERVER: 'apollo' });
  const answer = await (await fetch(`${apollo.url}/roads`)).json();
  await apollo.stop();
  expect(answer).toMatchObject({ page: 'roads', answer: { data: { road: { name: '文化路' } } } });
});

it('says how to build the pages where there are none', async () => {
  const unbuilt = await gateway.startAnother({ PORTAL_DIR: join(folder, 'nothing') });
  const answer = await fetch(`${unbuilt.url}/`);
  await unbuilt.stop();
  expect([answer.status, await answer.text()]).toEqual([
    503,
    expect.stringContaining('npm run build:portal'),
  ]);
});

it('issues tokens only where it has the key of the development issuer', async () => {
  const send = (url: string) =>
    fetch(`${url}/development/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'resident', division: '410105' }),
    });
  expect((await send(pages.url)).status).toBe(404);
  const key = join(folder, 'key.json');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(key, JSON.stringify(privateKey.export({ format: 'jwk' })));
  const issuing = await gateway.startAnother({ PORTAL_DIR: folder, DEVELOPMENT_TOKEN_KEY: key });
  const { token } = (await (await send(issuing.url)).json()) as { token: string };
  const refused = await fetch(`${issuing.url}/development/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role: 'king', division: '1' }),
  });
  const foreign = await fetch(`${issuing.url}/development/tokens`, { method: 'POST', body: '{}' });
  const settings = (await (await fetch(`${issuing.url}/`)).json()) as { settings: object };
  await issuing.stop();
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ sub: 'resident-410105', roles: ['resident'], divisions: ['410105'] });
  expect([refused.status, foreign.status]).toEqual([400, 415]);
  expect(settings.settings).toMatchObject({ developmentTokens: true });
});

it('allows requests to the identity provider of the settings, and to no other', async () => {
  const signing = await gateway.startAnother({
    PORTAL_DIR: folder,
    PORTAL_OIDC_ISSUER: 'https://sign-in.example/realms/city',
    PORTAL_OIDC_CLIENT_ID: 'pages',
  });
  const answer = await fetch(`${signing.url}/`);
  await signing.stop();
  expect(answer.headers.get('content-security-policy')).toContain(
    "connect-src 'self' https://sign-in.example;",
  );
});
