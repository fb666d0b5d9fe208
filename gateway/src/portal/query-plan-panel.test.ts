// The script of the panel, run over a document that has just what it uses.
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RoadsGateway } from '../testing/gateways/roads-gateway.ts';

const gateway = new RoadsGateway();
let script = '';
beforeAll(async () => {
  await gateway.start();
  script = await (await fetch(`${gateway.url}/playground/panel/query-plan.js`)).text();
});
afterAll(() => gateway.stop());

class Element {
  textContent = '';
  className = '';
  children: Element[] = [];
  classes = new Set<string>();
  attributes = new Map<string, string>();
  click = () => {};
  classList = {
    toggle: (name: string, isOn: boolean) => void (isOn ? this.classes.add(name) : this.classes.delete(name)),
  };

  append(...children: Element[]): void {
    this.children.push(...children);
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(_event: string, listener: () => void): void {
    this.click = listener;
  }
}

/** A playground with the panel. Its requests are recorded before they are sent. */
function openPlayground({ language = 'en-GB', stored = new Map<string, string>(), url = gateway.url } = {}) {
  const body = new Element();
  const requests: Headers[] = [];
  const window = {
    fetch: (resource: string, options: RequestInit = {}) => {
      requests.push(new Headers(options.headers));
      return fetch(resource, options);
    },
  };
  runInNewContext(script, {
    Headers,
    window,
    navigator: { language },
    location: new URL(url),
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
    document: { body, createElement: () => new Element() },
  });
  const [button, summary, text] = body.children[0]?.children ?? [];
  if (!button || !summary || !text) throw new Error('no panel');
  const send = async (query: string, endpoint = `${url}/graphql`) => {
    const response = await window.fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-window' },
      body: JSON.stringify({ query }),
    });
    const answer = (await response.json()) as { extensions?: { queryPlan?: { text: string } } };
    return { answer, asked: requests.at(-1)?.get('x-query-plan') ?? null };
  };
  return { body, button, summary, text, requests, send };
}

it('belongs to the page of the playground', async () => {
  const page = await (await fetch(`${gateway.url}/playground/`)).text();
  for (const file of ['panel/query-plan.js', 'panel/query-plan.css']) {
    expect(page).toContain(`"${file}"`);
    expect((await fetch(`${gateway.url}/playground/${file}`)).status).toBe(200);
  }
  // The content security policy allows no scripts in the page.
  expect(page).not.toMatch(/<script(?![^>]* src=)/);
});

it('asks for no plan until it is opened by a click, and then shows that of each operation', async () => {
  const { body, button, summary, text, requests, send } = openPlayground();
  expect((await send('{ road { name } }')).asked).toBeNull();
  expect([button.textContent, button.attributes.get('aria-expanded')]).toEqual(['▸ Query plan', 'false']);
  button.click();
  expect([button.textContent, button.attributes.get('aria-expanded')]).toEqual(['▾ Query plan', 'true']);
  expect(body.classes).toContain('shows-query-plan');
  const { answer, asked } = await send('{ road { crew } }');
  expect([asked, requests.at(-1)?.get('authorization')]).toEqual(['on', 'Bearer of-the-window']);
  expect(summary.textContent).toMatch(
    /^Planned by the gateway’s own planner in \d+\.\d\d ms. Fetches: 2, in sequential stages: 2; estimated cost: \d+$/,
  );
  expect(text.textContent).toBe(answer.extensions?.queryPlan?.text);
  expect(text.textContent).toMatch(/^QueryPlan \{\n {2}Sequence \{/);
  button.click();
  expect((await send('{ road { name } }')).asked).toBeNull();
});

it('stays open when the page is loaded again', async () => {
  const stored = new Map<string, string>();
  openPlayground({ stored }).button.click();
  const { body, send } = openPlayground({ stored });
  expect(body.classes).toContain('shows-query-plan');
  expect((await send('{ road { name } }')).asked).toBe('on');
});

it('leaves introspection and other endpoints alone', async () => {
  const { button, summary, send } = openPlayground();
  button.click();
  const before = summary.textContent;
  expect((await send('query IntrospectionQuery { __schema { queryType { name } } }')).asked).toBeNull();
  expect((await send('{ crew }', gateway.addressOf('crews'))).asked).toBeNull();
  expect(summary.textContent).toBe(before);
});

it('is in Chinese for browsers in Chinese, and says why there is no plan', async () => {
  const { button, summary, text, send } = openPlayground({ language: 'zh-CN' });
  button.click();
  expect(button.textContent).toBe('▾ 查询计划');
  await send('{ road { crew } }');
  expect(summary.textContent).toMatch(
    /^由自有规划器规划，用时 \d+\.\d\d 毫秒；2 次取数，2 个先后阶段；预估代价 \d+$/,
  );
  await send('{ nothing }');
  expect([summary.textContent, text.textContent]).toEqual(['操作未执行，没有查询计划。', '']);
  const production = await gateway.startAnother({ NODE_ENV: 'production', PLAYGROUND: 'on' });
  const elsewhere = openPlayground({ language: 'zh', url: production.url });
  elsewhere.button.click();
  await elsewhere.send('{ road { name } }');
  expect(elsewhere.summary.textContent).toBe('答复中没有查询计划：生产环境中需要权限 operation:explain。');
  await production.stop();
});
