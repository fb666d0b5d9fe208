import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { RoadsGateway } from '../testing/gateways/roads-gateway.ts';
import { examples } from './examples.ts';

const gateway = new RoadsGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());

it('redirects a browser to the playground, which refers to no other host', async () => {
  const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.url).toBe(`${gateway.url}/playground/`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(await page.text()).not.toMatch(/https?:\/\//);
  for (const name of ['main.js', 'styles.css', 'start.js']) {
    const answer = await fetch(`${gateway.url}/playground/${name}`);
    expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
  }
});

it('is where a browser is redirected from / if no other pages are served', async () => {
  const without = await gateway.startAnother({ PORTAL: 'off' });
  const answer = await fetch(`${without.url}/`, { redirect: 'manual' });
  await without.stop();
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/playground/']);
});

it('opens windows that send their operations to the address at which the page was opened', async () => {
  const script = await (await fetch(`${gateway.url}/playground/start.js`)).text();
  const init = vi.fn<(options: { initialWindows: Record<string, string>[] }) => void>();
  runInNewContext(script, {
    navigator: { language: 'zh-CN' },
    location: new URL('https://graph.example:8443/playground/'),
    AltairGraphQL: { init },
  });
  const { initialWindows: windows, ...options } = init.mock.calls[0]?.[0] ?? { initialWindows: [] };
  expect(windows.map(({ initialName }) => initialName)).toEqual(examples().map(({ name }) => name));
  for (const endpoints of [options, ...windows])
    expect(endpoints).toMatchObject({
      endpointURL: 'https://graph.example:8443/graphql',
      subscriptionsEndpoint: 'https://graph.example:8443/graphql',
      initialSubscriptionRequestHandlerId: 'graphql-sse',
    });
});

it.each([
  ['zh-CN', 'zh-CN'],
  ['zh', 'zh-CN'],
  ['en-GB', 'en-US'],
  ['fr', 'en-US'],
])('for a browser in %s it is in %s', async (browser, language) => {
  const script = await (await fetch(`${gateway.url}/playground/start.js`)).text();
  const init = vi.fn<(options: { initialSettings: { language: string } }) => void>();
  runInNewContext(script, {
    navigator: { language: browser },
    location: new URL(gateway.url),
    AltairGraphQL: { init },
  });
  expect(init.mock.calls[0]?.[0].initialSettings.language).toBe(language);
});

it('answers a browser that has a file already with its headers only', async () => {
  const url = `${gateway.url}/playground/main.js`;
  const first = await fetch(url);
  const etag = first.headers.get('etag') ?? '';
  expect(first.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(Number(first.headers.get('content-length'))).toBe((await first.arrayBuffer()).byteLength);
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([
    200,
    first.headers.get('content-length'),
  ]);
});

it('answers with the whole file whatever range is asked for', async () => {
  const whole = await (await fetch(`${gateway.url}/playground/main.js`)).text();
  for (const range of ['bytes=5-2', 'bytes=0-1', 'bytes=x']) {
    const answer = await fetch(`${gateway.url}/playground/main.js`, { headers: { range } });
    expect([answer.status, (await answer.text()).length]).toEqual([200, whole.length]);
  }
});

it('serves nothing outside the playground’s own files', async () => {
  expect((await fetch(`${gateway.url}/playground/%2e%2e%2fpackage.json`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/playground/%E0%A4%A`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/playground/main.js/`)).status).toBe(404);
  expect((await fetch(`${gateway.url}/playground/constructor`)).status).toBe(404);
});
