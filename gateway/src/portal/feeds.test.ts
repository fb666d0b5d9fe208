import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Pages } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'feeds-test-'));
const renderer = `
export const routes = [];
export const render = async () => ({ status: 200, html: '' });
export const renderNotFound = async () => ({ status: 404, html: 'none' });
export const feedPaths = ['/changes.atom'];
export const renderFeed = async (path, options) => ({ contentType: 'application/atom+xml', body: JSON.stringify({ path, ...options }) });
`;

const server = createServer();
let port = 0;
beforeAll(async () => {
  for (const name of ['server', 'client']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'server', 'render.js'), renderer);
  const settings = { developmentTokens: false, oidc: null, playground: false };
  const pages = await Pages.open({ folder, settings, ask: async () => ({}) });
  server.on('request', async (asked, response) => {
    if (!(await pages?.answer(asked, response, asked.url?.split('?')[0] ?? '')))
      response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string>) =>
  new Promise<{ status?: number; type?: string; body: string }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode, type: response.headers['content-type'], body }),
      );
    })
      .on('error', reject)
      .end();
  });

it('answers feeds in the language of the request, with links to the address that was requested', async () => {
  const { status, type, body } = await get('/changes.atom?lang=en', {
    host: 'graph.example:8443',
    'x-forwarded-proto': 'https',
  });
  expect([status, type]).toEqual([200, 'application/atom+xml']);
  expect(JSON.parse(body)).toEqual({
    path: '/changes.atom',
    language: 'en',
    origin: 'https://graph.example:8443',
  });
});

it('repeats no host that is not one', async () => {
  const { body } = await get('/changes.atom', { host: 'a"><script>' });
  expect(JSON.parse(body)).toMatchObject({ language: 'zh-CN', origin: '' });
});
