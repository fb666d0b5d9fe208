// Opens pages of the platform in Chromium, and collects what must not happen on them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export interface OpenPage {
  page: Page;
  /** Errors of the console and of scripts. */
  errors: string[];
  /** Addresses of other origins that were requested. */
  outside: string[];
  /** Bytes of scripts as they were sent. */
  scriptBytes: () => number;
}

/** A browser for the tests of a file. Fails where Chromium is not installed. */
export function useBrowser() {
  const url = inject('url');
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Opens a path in a new context and closes it after `use`. */
  return async <Result>(
    path: string,
    options: BrowserContextOptions,
    use: (open: OpenPage) => Promise<Result>,
  ): Promise<Result> => {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    const [errors, outside]: [string[], string[]] = [[], []];
    let scriptBytes = 0;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) outside.push(request.url());
    });
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script')
        scriptBytes += Number(response.headers()['content-length'] ?? Number.NaN);
    });
    try {
      await page.goto(`${url}${path}`, { waitUntil: 'networkidle' });
      return await use({ page, errors, outside, scriptBytes: () => scriptBytes });
    } finally {
      await context.close();
    }
  };
}

/** What axe finds, as `rule: element`. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
