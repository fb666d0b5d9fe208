import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFaults, useBrowser } from './browser.ts';

const open = useBrowser();
const header = '队伍编号,区划代码,名称,类别,建队日期';
const team = (key: string, date = '2024年5月1日') => `${key},410105001003,示例队,青年志愿服务队,${date}`;
const csv = (...rows: string[]) => ({
  name: '志愿服务队名册.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(['志愿服务队名册', header, ...rows, '合计,,2 支,,', ''].join('\r\n')),
});
const unique = () => `ZY-${Date.now().toString(36)}`;

async function enter(page: Page): Promise<void> {
  await page.getByLabel('Role').selectOption('community-worker');
  await page.getByRole('button', { name: 'Get a token and start' }).click();
  await page.getByRole('heading', { name: 'What do you want to import?' }).waitFor();
}

/** Looks at the state in both languages' widths, and checks what must hold in each. */
async function look(page: Page, name: string): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  for (const [width, theme] of [
    [1280, 'light'],
    [360, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme: theme });
    // Colours follow in the next frame.
    await page.waitForTimeout(200);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([name, width, overflow]).toEqual([name, width, 0]);
    if (process.env.PORTAL_SCREENSHOTS)
      await page.screenshot({
        path: join(process.env.PORTAL_SCREENSHOTS, `import-${name}-${width}.png`),
        fullPage: true,
      });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name, level: 2 });

it('a file is chosen, its columns mapped, checked and imported, and its rejected rows downloaded; each state survives a reload', async () => {
  const key = unique();
  await open('/import?lang=en', {}, async ({ page, errors, outside }) => {
    await enter(page);
    await look(page, '1-choose');
    await page.getByRole('link', { name: /^Teams of volunteers/ }).click();
    await heading(page, /Upload a file/).waitFor();
    await look(page, '2-file');
    await page
      .getByLabel('Drop a file here')
      .setInputFiles(csv(team(`${key}-1`), team(`${key}-2`, '1/2/2024')));
    await heading(page, 'Check the columns').waitFor();
    const founded = page.getByLabel('“建队日期” becomes');
    await founded.selectOption('foundedOn');
    await page.getByLabel('“类别” becomes').selectOption('kind');
    await page.reload();
    await founded.waitFor();
    expect(await founded.inputValue()).toBe('foundedOn');
    await look(page, '3-columns');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await heading(page, 'Result of the check').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Result of the check');
    await page.reload();
    await page.getByRole('row', { name: /1\/2\/2024/ }).waitFor();
    await look(page, '4-report');
    await page.getByRole('button', { name: 'Import…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm the import' });
    await dialog.getByText('1 row with faults is left out').waitFor();
    await look(page, '5-confirm');
    await dialog.getByRole('button', { name: 'Import', exact: true }).click();
    await heading(page, 'Imported').waitFor();
    await page.reload();
    await heading(page, 'Imported').waitFor();
    await look(page, '6-result');
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the rejected rows' }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe('志愿服务队名册-有误.csv');
    expect(await readFile((await saved.path()) ?? '', 'utf8')).toContain(`${key}-2`);
    // What was chosen is remembered for the bureau.
    await page.getByRole('button', { name: 'Import another file' }).click();
    await page.getByLabel('Drop a file here').setInputFiles(csv(team(`${key}-3`)));
    await page.getByText('Chosen by your bureau before').first().waitFor();
    expect([errors, outside]).toEqual([[], []]);
  });
});

it('an upload continues after a lost connection, and after a reload where it ended', async () => {
  const key = unique();
  const file = csv(...Array.from({ length: 40_000 }, (_row, nth) => team(`${key}-${nth}`)));
  await open('/import?lang=en&name=community.volunteer-team', {}, async ({ page }) => {
    await page.getByLabel('Role').selectOption('community-worker');
    await page.getByRole('button', { name: 'Get a token and start' }).click();
    const input = page.getByLabel('Drop a file here');
    await input.waitFor();
    const offsets: number[] = [];
    let isCut = true;
    await page.route('**/file?offset=*', (route) => {
      const offset = Number(new URL(route.request().url()).searchParams.get('offset'));
      if (offset > 0 && isCut) return route.abort();
      offsets.push(offset);
      return route.continue();
    });
    await input.setInputFiles(file);
    await page.getByText('The connection is lost').first().waitFor();
    const progress = page.getByRole('progressbar');
    expect(Number(await progress.getAttribute('value'))).toBe(1_048_576);
    await look(page, '2-lost');
    await page.reload();
    await page.getByText(/Only \d+% of/).waitFor();
    await look(page, '2-resume');
    await input.setInputFiles({ ...file, name: 'other.csv' });
    await page.getByText('That is not the same file').waitFor();
    isCut = false;
    await input.setInputFiles(file);
    await heading(page, 'Check the columns').waitFor();
    expect(new Set(offsets).size).toBe(offsets.length);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled: nothing was written.').waitFor();
    await look(page, '3-cancelled');
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('progressbar').waitFor();
    await look(page, '4-running');
    await heading(page, 'Result of the check').waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await input.waitFor();
  });
});

it('what cannot be imported is explained: a column that is missing, a web page, an upload that there is not', async () => {
  await open('/import?lang=en', {}, async ({ page }) => {
    await enter(page);
    await page.getByRole('link', { name: /^Teams of volunteers/ }).click();
    const input = page.getByLabel('Drop a file here');
    await input.setInputFiles({ ...csv(), buffer: Buffer.from('名称,序号\r\n甲,1\r\n') });
    await page.getByText(/Required columns are missing/).waitFor();
    await look(page, '3-missing');
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await input.setInputFiles({
      ...csv(),
      name: 'a.xls',
      buffer: Buffer.from('<html><table></table></html>'),
    });
    await page.getByText(/The file is a web page/).waitFor();
    await look(page, '3-refused');
    await page.getByRole('button', { name: 'Choose another file' }).click();
    await input.waitFor();
    // A file is dropped.
    const dropped = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['名称,序号\r\n甲,1\r\n'], 'dropped.csv'));
      return transfer;
    });
    await page.locator('.import-drop').dispatchEvent('drop', { dataTransfer: dropped });
    await page.getByText('dropped.csv', { exact: true }).waitFor();
    await page.goto(`${page.url().split('?')[0]}?lang=en&name=community.volunteer-team&id=${'0'.repeat(32)}`);
    await page.getByText('There is no such upload').waitFor();
    await page.getByRole('button', { name: 'Start again' }).click();
    await input.waitFor();
  });
});

it('is used with the keyboard alone', async () => {
  await open('/import?lang=zh-CN', {}, async ({ page }) => {
    await page.getByLabel('角色').selectOption('community-worker');
    await page.getByRole('button', { name: '取得令牌并开始' }).focus();
    await page.keyboard.press('Enter');
    const choice = page.getByRole('link', { name: /^志愿服务队/ });
    await choice.waitFor();
    await choice.focus();
    await page.keyboard.press('Enter');
    await heading(page, /上传文件/).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles({
      ...csv(team(unique())),
      buffer: Buffer.from(`队伍编号,区划代码,名称,类型,成立日期\r\n${team(unique())}\r\n`),
    });
    await heading(page, '核对各列').waitFor();
    await page.getByRole('button', { name: '试运行' }).focus();
    await page.keyboard.press('Enter');
    await heading(page, '试运行的结果').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await look(page, '5-confirm-zh');
    await page.getByRole('dialog').getByRole('button', { name: '导入', exact: true }).focus();
    await page.keyboard.press('Enter');
    await heading(page, '已导入').waitFor();
    await look(page, '6-result-zh');
  });
});
