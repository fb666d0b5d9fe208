import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();

/** With the charts, which are loaded apart. */
const maxScriptBytes = 350_000;

const paths = [
  '/board',
  '/board?division=410105&indicator=ELDERS&per=CARE_WORKER&compare=division&with=410104',
  '/board?division=410105007&period=month&tables=map,ranking,trend',
];
const views = paths.flatMap((path) =>
  ['zh-CN', 'en'].flatMap((language) =>
    ['light', 'dark'].flatMap((theme) =>
      [360, 1024, 1920].map((width) => ({ path, language, theme, width })),
    ),
  ),
);

const divisionOf = (page: Page): Promise<string | null> => page.locator('.board-path strong').textContent();
const chartsDrawn = (page: Page) => page.locator('.board-trend canvas').first().waitFor();
const downloaded = async (page: Page, button: string): Promise<string> => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
  return file.path();
};

it.each(views)(
  'shows $path in $language, $theme, $width px wide: complete, accessible, from this origin alone',
  async ({ path, language, theme, width }) => {
    const search = `${path.includes('?') ? '&' : '?'}lang=${language}&theme=${theme}`;
    await open(`${path}${search}`, { viewport: { width, height: 900 } }, async (opened) => {
      const { page, errors, outside, scriptBytes } = opened;
      if (path === '/board') await chartsDrawn(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect(errors).toEqual([]);
      expect(outside).toEqual([]);
      expect(scriptBytes()).toBeLessThan(maxScriptBytes);
      expect(await accessibilityFaults(page)).toEqual([]);
    });
  },
);

describe('the board', () => {
  it('is complete as the gateway renders it, with one request', async () => {
    await open('/board?lang=zh-CN', { javaScriptEnabled: false }, async ({ page }) => {
      expect(await divisionOf(page)).toBe('郑州市');
      expect(await page.locator('.map-tile').count()).toBe(15);
      expect(await page.locator('.board-tiles > .tile').count()).toBe(6);
    });
  });

  it('goes from the city to a community and back with the keyboard alone, each with its own address', async () => {
    await open('/board?lang=zh-CN', {}, async ({ page }) => {
      const choose = async (name: string): Promise<void> => {
        for (let presses = 0; presses < 150; presses++) {
          const focused = await page.evaluate(
            () => document.activeElement?.closest('button, a')?.textContent ?? '',
          );
          if (focused.includes(name)) break;
          await page.keyboard.press('Tab');
        }
        await page.keyboard.press('Enter');
      };
      for (const [part, name] of [
        ['金水', '金水区'],
        ['南阳新村街道', '南阳新村街道'],
        ['南丰社区', '南丰社区居民委员会'],
      ] as const) {
        await choose(part);
        await page.waitForFunction(
          (expected) => document.querySelector('.board-path strong')?.textContent === expected,
          name,
        );
        // The tile that was chosen is gone: the focus goes to the path, from where the parts are a few presses away.
        if (name !== '南丰社区居民委员会')
          await page.waitForFunction(() => document.activeElement?.matches('.board-path strong'));
      }
      expect(page.url()).toContain('division=410105007001');
      await page.goBack();
      await page.waitForFunction(
        () => document.querySelector('.board-path strong')?.textContent === '南阳新村街道',
      );
    });
  });

  it('keeps the view in its link: what is chosen is there again when it is opened', async () => {
    await open('/board?lang=en', {}, async ({ page }) => {
      await page.getByLabel('Indicator', { exact: true }).selectOption('INCIDENTS');
      await page.getByLabel('Per', { exact: true }).selectOption('CAMERA');
      await page.getByLabel('Compare with').selectOption('last-year');
      await page.locator('.board-ranking').getByRole('button', { name: 'Table' }).click();
      await page.locator('.board-ranking tbody tr').first().waitFor();
      const address = page.url();
      await page.goto('about:blank');
      await page.goto(address);
      expect(
        await page.getByRole('heading', { level: 2, name: 'Incidents raised, per camera' }).count(),
      ).toBe(1);
      expect(await page.getByLabel('Compare with').inputValue()).toBe('last-year');
      expect(await page.locator('.board-ranking tbody tr').count()).toBe(15);
      await page.getByRole('link', { name: '中文' }).click();
      await page.waitForURL(/lang=zh-CN/);
      expect(page.url()).toContain('indicator=INCIDENTS');
    });
  });

  it('offers the table as it is shown: what is withheld in the page is withheld in the file', async () => {
    await open('/board?division=410105&indicator=HOME_CARE_RECIPIENTS&lang=zh-CN', {}, async ({ page }) => {
      const text = readFileSync(await downloaded(page, '.board-map button:has-text("CSV")'), 'utf8');
      const [heading, ...rows] = text
        .replace(/^\uFEFF/, '')
        .trim()
        .split('\r\n');
      expect(heading).toContain('居家养老服务对象（人）');
      const tiles = await page.locator('.map-tile').evaluateAll((elements) =>
        elements.map((element) => ({
          value: element.querySelector('.map-tile-value')?.textContent ?? '',
          state: (element as HTMLElement).dataset.state,
          step: (element as HTMLElement).dataset.step,
        })),
      );
      expect(rows).toHaveLength(tiles.length);
      for (const [index, { value, state, step }] of tiles.entries()) {
        expect(rows[index]?.split(',')[3]).toBe(value.replace(',', ''));
        expect(state === 'withheld').toBe(value === '<5');
        expect(step === undefined).toBe(value === '<5' || value === '—');
      }
    });
  });

  it('offers charts as images', async () => {
    await open('/board?lang=zh-CN', {}, async ({ page }) => {
      await chartsDrawn(page);
      const image = readFileSync(await downloaded(page, '.board-trend button:has-text("PNG")'));
      expect(image.subarray(1, 4).toString()).toBe('PNG');
      expect(image.length).toBeGreaterThan(5000);
    });
  });

  it('says that a division does not exist, and leads back to the city', async () => {
    await open('/board?division=410199&lang=en', {}, async ({ page }) => {
      await page.getByRole('button', { name: 'Show the city' }).click();
      await page.waitForFunction(
        () => document.querySelector('.board-path strong')?.textContent === 'Zhengzhou',
      );
    });
  });

  it('prints without navigation and controls', async () => {
    await open('/board?lang=zh-CN', {}, async ({ page }) => {
      await page.emulateMedia({ media: 'print' });
      for (const selector of ['.header', '.navigation', '.board-tools', '.segments'])
        expect(await page.locator(selector).first().isVisible()).toBe(false);
      expect(await page.locator('.map-tile').first().isVisible()).toBe(true);
    });
  });
});
