import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningGateway } from '../server.ts';
import { RoadsGateway } from '../testing/gateways/roads-gateway.ts';

/** Stands for the module that `npm run build:portal` writes. */
const renderer = `
export const routes = [{ page: 'playground', path: '/playground/', parameters: [], freshSeconds: Infinity }];
export const render = async (page) => ({ status: 200, html: 'the ' + page });
export const renderNotFound = async () => ({ status: 404, html: 'no page' });
export const feedPaths = [];
`;
const folder = mkdtempSync(join(tmpdir(), 'playground-test-'));
const gateway = new RoadsGateway();
let pages: RunningGateway;
const html = { headers: { accept: 'text/html' } };

beforeAll(async () => {
  for (const name of ['server', 'client']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'server', 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'server', 'render.js'), renderer);
  await gateway.start();
  pages = await gateway.startAnother({ PORTAL_DIR: folder });
});
afterAll(async () => {
  await pages.stop();
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

it.each(['/playground', '/graphql'])('sends browsers from %s to the playground', async (path) => {
  const page = await fetch(`${pages.url}${path}`, html);
  expect([page.url, await page.text()]).toEqual([`${pages.url}/playground/`, 'the playground']);
  expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe/);
});

it('leaves operations of browsers to the graph', async () => {
  const answer = await fetch(`${pages.url}/graphql?query={road{name}}`, html);
  expect([answer.url, answer.headers.get('content-type')]).toEqual([
    `${pages.url}/graphql?query={road{name}}`,
    expect.stringContaining('json'),
  ]);
});

it('is not served where it is turned off', async () => {
  const other = await gateway.startAnother({ PORTAL_DIR: folder, PLAYGROUND: 'off' });
  for (const path of ['/playground', '/playground/'])
    expect((await fetch(`${other.url}${path}`, html)).status).toBe(404);
  await other.stop();
});

it('suggests names where the schema can be read, and only there', async () => {
  const messageOf = async (url: string): Promise<string> => {
    const body = JSON.stringify({ query: '{ rood { name } }' });
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return ((await answer.json()) as { errors: { message: string }[] }).errors[0]?.message ?? '';
  };
  expect(await messageOf(pages.url)).toContain('Did you mean "road"?');
  const closed = await gateway.startAnother({ INTROSPECTION: 'off' });
  expect(await messageOf(closed.url)).not.toContain('road"?');
  await closed.stop();
});
