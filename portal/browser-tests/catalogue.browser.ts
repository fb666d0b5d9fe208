import { expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();

it('finds a field by the initials of its pinyin, and opens it, with the keyboard alone', async () => {
  await open('/catalogue?lang=zh-CN', {}, async ({ page, errors }) => {
    await page.keyboard.press('/');
    await page.keyboard.type('ylfwgl');
    await page.waitForFunction(() =>
      document.querySelector('.results a')?.textContent?.startsWith('Division.elderlyCare'),
    );
    expect(new URL(page.url()).searchParams.get('q')).toBe('ylfwgl');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/catalogue/Division#elderlyCare');
    expect(await page.locator('#elderlyCare').textContent()).toContain('养老服务概览');
    expect(errors).toEqual([]);
  });
});

it('shows what an entity is linked with when it is focused, and the same as a table', async () => {
  await open('/catalogue?lang=en', {}, async ({ page }) => {
    await page.locator('a.entity[href="/catalogue/Elder"]').focus();
    expect(await page.locator('.entity-links-text').textContent()).toContain('Incident');
    expect(await page.locator('a.entity[data-state="near"]').count()).toBeGreaterThan(3);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    expect(await page.getByRole('row').filter({ hasText: 'Elder' }).count()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

it('shows results without JavaScript', async () => {
  await open('/catalogue?lang=en&q=elderlyCare', { javaScriptEnabled: false }, async ({ page }) => {
    expect(await page.locator('.results code').first().textContent()).toBe('Division.elderlyCare');
  });
});

it('opens the changes of a subgraph, and shows only those of a level', async () => {
  await open('/changes?lang=en', {}, async ({ page }) => {
    await page.getByRole('button', { name: 'Safe', exact: true }).click();
    await page.locator('.change-group summary', { hasText: 'Community work' }).click();
    expect(await page.locator('.change-group[open] tbody tr').count()).toBeGreaterThan(50);
    expect(await page.locator('.change-group .badge[data-tone="warning"]').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
