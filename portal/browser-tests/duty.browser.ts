import { startFaultyProxy } from '@district-graph/client/testing/faulty-proxy';
import type { Page } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();
const url = inject('url');

/** The name that the focused element has for screen readers, or nearly so. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
    return label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '';
  });

/** Moves the focus with Tab, or with Shift+Tab, until the element with that name has it. */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press(key);
    if (name.test(await focused(page))) return;
  }
  throw new Error(`no element named ${name} was reached with ${key}`);
}

async function press(page: Page, name: RegExp): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}

/** Enters with the form of the page, as a made-up duty officer of Jinshui District. */
async function enter(page: Page): Promise<(query: string, input: object) => Promise<Record<string, string>>> {
  await press(page, /^(Enter as duty officer|以值班员身份进入)$/);
  await page.locator('[data-connection="live"]').waitFor();
  const token = await page.evaluate(
    () => (JSON.parse(sessionStorage.getItem('district-graph.session') ?? '{}') as { token: string }).token,
  );
  return async (query, input) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data } = (await response.json()) as { data: Record<string, Record<string, string>> };
    return Object.values(data)[0] ?? {};
  };
}

const raise =
  'mutation ($input: RaiseIncidentInput!) { raiseIncident(input: $input) { ... on Incident { id } } }';
const advance = 'mutation ($input: AdvanceIncidentInput!) { advanceIncident(input: $input) { __typename } }';
const fire = {
  kind: 'SITE_FIRE',
  severity: 1,
  divisionCode: '410105007003',
  location: { longitude: 113.68, latitude: 34.79 },
};

it('an incident is handled from raising to closing with the keyboard alone', async () => {
  await open('/duty?lang=en', { viewport: { width: 1440, height: 900 } }, async ({ page, errors }) => {
    const send = await enter(page);
    const { id } = await send(raise, fire);
    await page.locator(`[data-incident="${id}"]`).waitFor();
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-incident'))).toBe(id);
    await page.keyboard.press('Enter');
    const actions = page.getByRole('region', { name: 'Actions' });
    await actions.waitFor();
    expect(await focused(page)).toBe('Fire');
    await press(page, /^Acknowledge$/);
    await actions.getByText('Acknowledge: done').waitFor();
    await press(page, /^Dispatch$/);
    await actions.getByText('Dispatch: done').waitFor();
    await press(page, /^Resolve$/);
    await actions.getByText('Choose an outcome to resolve').waitFor();
    await tabTo(page, /^Outcome$/, 'Shift+Tab');
    await page.keyboard.press('ArrowDown');
    await press(page, /^Resolve$/);
    await actions.getByText('Resolve: done').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, /^Close$/);
    await actions.getByText('Finished: there is no next step.').waitFor();
    // A resolved incident is not open any more.
    expect(await page.locator(`[data-incident="${id}"]`).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByText('Choose an incident').first().waitFor();
    expect(errors).toEqual([]);
  });
});

it('a refusal is shown in place, in the language of the page, and the actions follow the incident', async () => {
  await open('/duty?lang=zh-CN', { viewport: { width: 1440, height: 900 } }, async ({ page }) => {
    const send = await enter(page);
    const { id } = await send(raise, fire);
    await page.locator(`[data-incident="${id}"]`).click();
    const actions = page.getByRole('region', { name: '处置' });
    // Somebody else is faster.
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('DutyAdvanceIncident'))
        await send(advance, { incidentId: id, to: 'ACKNOWLEDGED' });
      await route.continue();
    });
    await actions.getByRole('button', { name: '受理' }).click();
    expect(await actions.getByRole('alert').textContent()).toBe(
      '受理 · 被拒绝：不能从 已受理 变为 已受理：只能变为 已派出、误报。',
    );
    await actions.getByRole('button', { name: '派出' }).waitFor();
  });
});

it('what happens while the connection is lost is there when it is back, and the lost action is applied once', async () => {
  const proxy = await startFaultyProxy(url);
  await open('/duty', { viewport: { width: 1440, height: 900 } }, async ({ page }) => {
    await page.goto(`${proxy.url}/duty?lang=en`);
    const send = await enter(page);
    const { id } = await send(raise, fire);
    await page.locator(`[data-incident="${id}"]`).click();
    const actions = page.getByRole('region', { name: 'Actions' });
    const keys: unknown[] = [];
    page.on('request', (request) => {
      const body = request.postData() ?? '';
      if (body.includes('DutyAdvanceIncident')) keys.push(JSON.parse(body).variables.input.idempotencyKey);
    });
    await actions.getByRole('button', { name: 'Acknowledge' }).waitFor();
    proxy.cut();
    await page.locator('[data-connection="reconnecting"]').waitFor();
    await actions.getByRole('button', { name: 'Acknowledge' }).click();
    await actions.getByText('There was no answer').waitFor();
    const { id: missed } = await send(raise, { ...fire, kind: 'TRAFFIC', severity: 3 });
    proxy.restore();
    await actions.getByRole('button', { name: 'Try again' }).click();
    await actions.getByText('Acknowledge: done').waitFor();
    await page.locator(`[data-incident="${missed}"]`).waitFor();
    await page.locator('[data-connection="live"]').waitFor();
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(1);
    expect(await page.locator('.duty-timeline [data-action="ACKNOWLEDGED"]').count()).toBe(1);
  });
  await proxy.stop();
});

it('a person is masked until a purpose is chosen, and masked again without it', async () => {
  await open('/duty?lang=en', { viewport: { width: 1440, height: 900 } }, async ({ page, errors }) => {
    const send = await enter(page);
    const { id } = await send(raise, { ...fire, kind: 'LOST_PERSON', elderId: await elderOf(page) });
    await page.locator(`[data-incident="${id}"]`).click();
    const person = page.getByRole('region', { name: 'Person concerned' });
    const telephone = () => person.locator('dt:text("Telephone") + dd').textContent();
    expect(await telephone()).toMatch(/\*{4}/);
    await person.getByRole('button', { name: 'Handling of incidents' }).click();
    await person.getByText('put on record').waitFor();
    await expect.poll(telephone).toMatch(/^\d{11}$/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await person.getByRole('button', { name: 'Masked' }).click();
    await expect.poll(telephone).toMatch(/\*{4}/);
    expect(errors).toEqual([]);
  });
});

/** An elder of the district, whom an earlier incident concerns. */
const elderOf = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const { token } = JSON.parse(sessionStorage.getItem('district-graph.session') ?? '{}') as {
      token: string;
    };
    const query = '{ incidents(within: "410105", kind: LOST_PERSON, first: 20) { nodes { elder { id } } } }';
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    const { data } = (await response.json()) as {
      data: { incidents: { nodes: { elder: { id: string } | null }[] } };
    };
    return data.incidents.nodes.flatMap(({ elder }) => (elder ? [elder.id] : []))[0] ?? '';
  });

it.each([360, 1024, 1920])('the desk is accessible and fits at %i px, in light and dark', async (width) => {
  for (const theme of ['light', 'dark'])
    await open(`/duty?lang=zh-CN&theme=${theme}`, { viewport: { width, height: 900 } }, async (opened) => {
      const { page, errors, outside } = opened;
      await page.getByRole('button', { name: '以值班员身份进入' }).click();
      await page.locator('[data-incident]').first().waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      await page.locator('[data-incident]').first().click();
      await page.getByRole('region', { name: '处置' }).waitFor();
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect([errors, outside]).toEqual([[], []]);
    });
});
