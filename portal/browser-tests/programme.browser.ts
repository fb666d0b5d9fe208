import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();

/** Moves the focus with Tab until the element with that name has it. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = (element as HTMLInputElement | null)?.labels?.[0]?.textContent;
      return label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(focused)) return;
  }
  throw new Error(`no element named ${name} was reached with Tab`);
}

it('lets people look at the programme without JavaScript', async () => {
  await open('/programme?lang=en', { javaScriptEnabled: false }, async ({ page }) => {
    await page.locator('.programme-day').nth(3).click();
    await page.locator('select[name="within"]').selectOption('410105');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(page.url()).toMatch(/within=410105&audience=&day=/);
    expect(await page.locator('.session').count()).toBeGreaterThan(0);
    expect(await page.locator('.session').first().textContent()).toMatch(/seats? left|Full/);
    expect(await page.locator('.programme-day').nth(3).getAttribute('aria-current')).toBe('date');
  });
});

it('is booked and cancelled with the keyboard alone', async () => {
  await open('/programme?lang=en', {}, async ({ page, errors }) => {
    const { keyboard } = page;
    // Tomorrow's sessions have not started.
    await tabTo(page, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/);
    await keyboard.press('Enter');
    await page.waitForURL(/day=/);
    await page.locator('[aria-busy="false"] .session').first().waitFor();
    await tabTo(page, /^Book$/);
    await keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /^Go on as a made-up resident$/);
    await keyboard.press('Enter');
    await page.getByLabel('Name').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await keyboard.type('王小明');
    await keyboard.press('Tab');
    await keyboard.type(`137${String(Date.now()).slice(-8)}`);
    await keyboard.press('Enter');
    await page.getByText('Booked.').waitFor();
    const mine = page.getByRole('region', { name: 'My bookings' });
    await mine.getByRole('button', { name: 'Cancel booking' }).first().waitFor();
    const before = await mine.getByRole('article').count();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('heading', { level: 1 }).click();
    await tabTo(page, /^Cancel booking$/);
    await keyboard.press('Enter');
    await page.getByText(/The seat goes to the waiting list/).waitFor();
    await tabTo(page, /^Cancel booking$/);
    await keyboard.press('Enter');
    await page.getByText('The booking was cancelled.').waitFor();
    await expect.poll(() => mine.getByRole('article').count()).toBe(before - 1);
    expect(errors).toEqual([]);
  });
});

it('shows in the dialog why the graph refuses a booking', async () => {
  await open('/programme?lang=en', {}, async ({ page }) => {
    const phone = `136${String(Date.now()).slice(-8)}`;
    await page.locator('.programme-day').nth(2).click();
    await page.waitForURL(/day=/);
    await page.locator('[aria-busy="false"] .session').first().waitFor();
    const book = page.locator('section[aria-labelledby="sessions-title"]').getByRole('button').first();
    await book.click();
    await page.getByRole('button', { name: 'Go on as a made-up resident' }).click();
    const fill = async () => {
      await page.getByLabel('Name').fill('李小红');
      await page.getByLabel('Telephone').fill(phone);
      await page.getByRole('button', { name: 'Book now' }).click();
    };
    await fill();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await book.click();
    await fill();
    expect(await page.getByRole('alert').textContent()).toMatch(/已|already/);
  });
});
