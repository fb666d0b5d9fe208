import { join } from 'node:path';
import { expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();

const paths = [
  '/',
  '/programme',
  '/catalogue',
  '/catalogue/Elder',
  '/catalogue?q=yl',
  '/changes',
  '/duty',
  '/import',
  '/docs',
  '/docs/errors',
  '/docs?q=null',
  '/nowhere',
];
const languages = ['zh-CN', 'en'];
const themes = ['light', 'dark'];
const widths = [360, 1024, 1920];
const maxScriptBytes = 150_000;

const views = paths.flatMap((path) =>
  languages.flatMap((language) =>
    themes.flatMap((theme) => widths.map((width) => ({ path, language, theme, width }))),
  ),
);

it.each(views)(
  'shows $path in $language, $theme, $width px wide: complete, accessible, from this origin alone',
  async ({ path, language, theme, width }) => {
    const search = `${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`;
    await open(`${path}${search}`, { viewport: { width, height: 900 } }, async (opened) => {
      const { page, errors, outside, scriptBytes } = opened;
      const shown = await page.evaluate(() => ({
        language: document.documentElement.lang,
        theme: document.documentElement.dataset.theme,
        overflow: document.documentElement.scrollWidth - innerWidth,
        headings: document.querySelectorAll('h1').length,
      }));
      if (process.env.PORTAL_SCREENSHOTS)
        await page.screenshot({
          path: join(
            process.env.PORTAL_SCREENSHOTS,
            `${path.replace(/\W+/g, '-')}-${width}-${theme}-${language}.png`,
          ),
          fullPage: true,
        });
      expect(shown).toEqual({ language, theme, overflow: 0, headings: 1 });
      // The browser reports the status of a page that there is not.
      expect(errors.filter((error) => path !== '/nowhere' || !error.includes('404'))).toEqual([]);
      expect(outside).toEqual([]);
      expect(scriptBytes()).toBeGreaterThan(0);
      expect(scriptBytes()).toBeLessThan(maxScriptBytes);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  },
);

it('keeps language and theme from page to page', async () => {
  await open('/', { locale: 'zh-CN' }, async ({ page }) => {
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('link', { name: 'Theme: system' }).click();
    await page.getByRole('link', { name: 'Docs', exact: true }).click();
    await page.waitForURL('**/docs');
    const { lang, dataset } = await page.evaluate(() => {
      const { lang: shown, dataset: data } = document.documentElement;
      return { lang: shown, dataset: { ...data } };
    });
    expect([lang, dataset.theme]).toEqual(['en', 'light']);
  });
});

it('finds documents as one types, in Chinese without spaces', async () => {
  await open('/docs?lang=zh-CN', {}, async ({ page }) => {
    await page.getByRole('searchbox').pressSequentially('备份');
    const hit = page.locator('.docs-hits a', { hasText: '备份与恢复' }).first();
    await hit.click();
    await page.waitForURL('**/docs/tasks/backup-and-restore**');
    expect(await page.locator('article h1').textContent()).toBe('备份与恢复');
  });
});
