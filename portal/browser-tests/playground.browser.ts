import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();
const at = (query: string, variables = '{}') =>
  `/playground/?lang=en#${new URLSearchParams({ query, variables })}`;

const answerOf = (page: Page) =>
  page
    .locator('.answer .code-editor')
    .evaluate((editor) => editor.shadowRoot?.querySelector('.cm-content')?.textContent ?? '');

const runs = async (page: Page) => {
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.answer .badge').waitFor();
};

const views = ['zh-CN', 'en'].flatMap((language) =>
  ['light', 'dark'].flatMap((theme) => [360, 1024, 1920].map((width) => ({ language, theme, width }))),
);

it.each(views)(
  'is complete and accessible in $language, $theme, $width px wide, under a strict policy',
  async ({ language, theme, width }) => {
    const path = `/playground/?lang=${language}&theme=${theme}`;
    await open(path, { viewport: { width, height: 900 } }, async ({ page, errors, outside }) => {
      // The editors are loaded after the first view.
      await page.waitForFunction(() =>
        document.querySelector('.code-editor')?.shadowRoot?.querySelector('.cm-content'),
      );
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect([errors, outside]).toEqual([[], []]);
    });
  },
);

it('runs what a link contains, with its plan and cost, and shows it as code', async () => {
  await open(
    at('query A($code: ID!) { division(code: $code) { name } }', '{"code": "410105"}'),
    {},
    async ({ page }) => {
      await runs(page);
      await expect.poll(() => answerOf(page)).toContain('金水区');
      await page.getByRole('tab', { name: 'Plan and cost' }).click();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.plan-facts').waitFor();
      expect(await page.locator('.playground-output').textContent()).toContain('QueryPlan {');
      await page.getByRole('tab', { name: 'Code' }).click();
      expect(await page.locator('.playground-output').textContent()).toContain(
        '"variables":{"code":"410105"}',
      );
      await page.getByRole('tab', { name: 'History' }).click();
      expect(await page.locator('.playground-tools [role=tabpanel]:not([hidden]) .tool-item').count()).toBe(
        1,
      );
    },
  );
});

it('shows the refusal of a subscription as it came, and sends the token and purpose with the next one', async () => {
  const subscription = 'subscription { incidentChanged(within: "410105") { id status } }';
  await open(at(subscription), {}, async ({ page }) => {
    await runs(page);
    await expect.poll(() => answerOf(page)).toContain('FORBIDDEN');
    await page.evaluate(async () => {
      const answer = await fetch('/development/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ role: 'duty-officer', division: '410105' }),
      });
      const { token } = (await answer.json()) as { token: string };
      const session = { token, purpose: null, name: 'duty-officer', expiresAt: null };
      sessionStorage.setItem('district-graph.session', JSON.stringify(session));
    });
    await page.reload();
    await page.getByLabel('Purpose').selectOption('INCIDENT_HANDLING');
    const sent = page.waitForRequest((request) => request.postData()?.includes('incidentChanged') ?? false);
    await runs(page);
    const headers = (await sent).headers();
    expect([headers.authorization?.slice(0, 7), headers['x-purpose']]).toEqual([
      'Bearer ',
      'INCIDENT_HANDLING',
    ]);
    await expect.poll(() => page.locator('.answer [role=status]').textContent()).toContain('Listening');
    await page.getByRole('button', { name: 'Stop' }).click();
  });
});

it('finds elderlyCare by 养老 in its documentation', async () => {
  await open('/playground/?lang=en', {}, async ({ page }) => {
    await page.getByRole('tab', { name: 'Docs' }).click();
    await page.getByLabel('Search the documentation of the graph').fill('养老');
    await page.locator('.tool-item code', { hasText: 'Division.elderlyCare' }).waitFor();
  });
});
