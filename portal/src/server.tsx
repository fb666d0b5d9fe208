// Renders pages in the gateway: the only module of the pages that it loads, from portal/dist.
import { renderToString } from 'preact-render-to-string';
import type { EntryAssets } from '../build/entry-assets.ts';
import { type Feed, type FeedOptions, feedOf, feedPaths } from './changes/feeds.ts';
import icon from './design/icon.svg';
import { Frame } from './design/layout/frame.tsx';
import { htmlDocument } from './page/html-document.ts';
import { inOne } from './page/language.ts';
import { type PageContext, PageContextProvider } from './page/page-context.ts';
import type { PageDefinition, Preparation, Prepared } from './page/page-definition.ts';
import { siteName } from './page/site.ts';
import { notFound, pages } from './pages.ts';

declare const __ASSETS__: Record<string, EntryAssets>;

/** An address that is served, with what its rendering depends on. */
interface Route {
  page: string;
  path: string;
  parameters: readonly string[];
  freshSeconds: number;
}

export const routes: readonly Route[] = pages.map((page) => ({
  page: page.name,
  path: page.path,
  parameters: page.parameters ?? [],
  freshSeconds: page.freshSeconds ?? (page.prepare ? 0 : Number.POSITIVE_INFINITY),
}));

interface Rendered {
  status: number;
  html: string;
}

/** Renders the page of that name. `ask` sends an operation to the graph. */
export async function render(name: string, context: PageContext, ask: Preparation['ask']): Promise<Rendered> {
  const page = pages.find((each) => each.name === name);
  if (!page) throw new Error(`there is no page ${name}`);
  const prepared: Prepared<unknown> = page.prepare ? await page.prepare({ ...context, ask }) : { data: null };
  if (prepared.status === 404) return renderNotFound(context);
  return rendered(page, context, prepared);
}

/** The page for an address that there is not. */
export const renderNotFound = async (context: PageContext): Promise<Rendered> =>
  rendered(notFound, context, { data: null, status: 404 });

function rendered(
  page: PageDefinition,
  context: PageContext,
  { data, status = 200, title }: Prepared<unknown>,
): Rendered {
  const { language } = context;
  const { Component } = page;
  const assets = __ASSETS__[page.name];
  if (!assets) throw new Error(`the page ${page.name} has no entry`);
  const body = renderToString(
    <PageContextProvider value={context}>
      <Frame page={page}>
        <Component data={data} />
      </Frame>
    </PageContextProvider>,
  );
  return {
    status,
    html: htmlDocument({
      title: `${title ?? inOne(page.title, language)} · ${inOne(siteName, language)}`,
      description: inOne(page.summary, language),
      assets,
      icon,
      body,
      pageData: { context, data: page.dataForBrowser ? page.dataForBrowser(data) : data },
    }),
  };
}

export { feedPaths };

/** The feed at one of `feedPaths`. */
export const renderFeed = async (path: (typeof feedPaths)[number], options: FeedOptions): Promise<Feed> =>
  feedOf(path, (await import('virtual:changes')).changes, options);
