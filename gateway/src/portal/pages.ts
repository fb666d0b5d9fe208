// The pages for people, rendered by the module that `npm run build:portal` wrote, with their assets, under a strict content security policy.
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { today } from '@district-graph/kit/calendar';
import { PageCache, type RenderedPage } from './page-cache.ts';
import { type Language, pagePreferences, type Theme } from './page-preferences.ts';
import { immutable, StaticFiles, sendEncoded } from './static-files.ts';

/** What pages may know of the gateway's settings. All of it is public. */
interface PageSettings {
  developmentTokens: boolean;
  oidc: { issuer: string; clientId: string } | null;
  playground: boolean;
}

interface PageContext {
  language: Language;
  theme: Theme;
  path: string;
  parameters: Readonly<Record<string, string>>;
  settings: PageSettings;
  today: string;
}

/** Sends an operation to the graph as a client without a token, and resolves with the answer as JSON. */
export type AskGraph = (
  request: IncomingMessage,
  document: string,
  variables: Record<string, unknown>,
) => Promise<unknown>;

type Ask = (document: string, variables: Record<string, unknown>) => Promise<unknown>;
type Rendered = Promise<{ status: number; html: string }>;

/** The module in the folder `server` of the built pages. */
interface PageRenderer {
  routes: readonly { page: string; path: string; parameters: readonly string[]; freshSeconds: number }[];
  render: (page: string, context: PageContext, ask: Ask) => Rendered;
  renderNotFound: (context: PageContext) => Rendered;
  /** Paths of feeds. */
  feedPaths: readonly string[];
  renderFeed: (
    path: string,
    options: { language: Language; origin: string },
  ) => Promise<{ contentType: string; body: string }>;
}

type Route = PageRenderer['routes'][number];

export interface PagesOptions {
  /** The folder that the pages were built into. */
  folder: string;
  settings: PageSettings;
  ask: AskGraph;
}

export class Pages {
  #renderer: PageRenderer;
  #assets: StaticFiles;
  #options: PagesOptions;
  #headers: Readonly<Record<string, string>>;
  #cache = new PageCache();

  /** Loads the built pages; null where there are none. */
  static async open(options: PagesOptions): Promise<Pages | null> {
    const module = join(options.folder, 'server', 'render.js');
    if (!existsSync(module)) return null;
    const renderer = (await import(pathToFileURL(module).href)) as PageRenderer;
    return new Pages(renderer, new StaticFiles(join(options.folder, 'client'), immutable), options);
  }

  private constructor(renderer: PageRenderer, assets: StaticFiles, options: PagesOptions) {
    this.#renderer = renderer;
    this.#assets = assets;
    this.#options = options;
    this.#headers = headersOf(options.settings);
  }

  /** Answers with the page or the asset at that path. Resolves with false where there is none. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (path.startsWith('/assets/')) {
      response.setHeader('cross-origin-resource-policy', 'same-origin');
      return this.#assets.answer(request, response, path.slice(1));
    }
    if (this.#renderer.feedPaths.includes(path)) {
      await this.#sendFeed(request, response, path);
      return true;
    }
    const route = this.#renderer.routes.find((each) => matches(each, path));
    if (!route) return false;
    await this.#send(
      request,
      response,
      (context, search) => {
        const parameters = readParameters(route, search);
        const { language, theme } = context;
        const key = JSON.stringify([path, language, theme, context.today, parameters]);
        return this.#cache.get(key, route.freshSeconds, () =>
          this.#renderer.render(route.page, { ...context, parameters }, (...asked) =>
            this.#options.ask(request, ...asked),
          ),
        );
      },
      path,
    );
    return true;
  }

  /** Feeds are read outside of the pages: their links need the address of the gateway as it was requested. */
  async #sendFeed(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const search = searchOf(request);
    const { language } = pagePreferences(request, search);
    const origin = originOf(request);
    const key = JSON.stringify([path, language, origin]);
    let contentType = '';
    const { status, body, etag } = await this.#cache.get(key, 0, async () => {
      const feed = await this.#renderer.renderFeed(path, { language, origin });
      contentType = feed.contentType;
      return { status: 200, html: feed.body };
    });
    sendEncoded(request, response, {
      status,
      body,
      etag,
      headers: {
        'content-type': contentType,
        'cache-control': 'no-cache',
        vary: 'accept-language, cookie, host',
      },
    });
  }

  /** Answers browsers with the page for addresses that there are not. Resolves with false for other clients. */
  async answerNotFound(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (!/text\/html/.test(request.headers.accept ?? '')) return false;
    await this.#send(
      request,
      response,
      (context) => {
        const { language, theme } = context;
        // One page for all such addresses.
        return this.#cache.get(JSON.stringify(['not found', language, theme]), Number.POSITIVE_INFINITY, () =>
          this.#renderer.renderNotFound({ ...context, path: '/' }),
        );
      },
      path,
    );
    return true;
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    pageFor: (context: PageContext, search: URLSearchParams) => Promise<RenderedPage>,
    path: string,
  ): Promise<void> {
    const search = searchOf(request);
    const { language, theme, cookies } = pagePreferences(request, search);
    const context = {
      language,
      theme,
      path,
      parameters: {},
      settings: this.#options.settings,
      today: today(),
    };
    const { status, body, etag } = await pageFor(context, search);
    sendEncoded(request, response, {
      status,
      body,
      etag,
      headers: {
        ...this.#headers,
        'content-language': language,
        ...(cookies.length && { 'set-cookie': cookies }),
      },
    });
  }
}

function searchOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
}

/** Empty where the request does not name its host in the usual form: then links are relative. */
function originOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host ?? '';
  const isSecure = 'encrypted' in socket || headers['x-forwarded-proto'] === 'https';
  return /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host)
    ? `${isSecure ? 'https' : 'http'}://${host}`
    : '';
}

const matches = ({ path: pattern }: Route, path: string): boolean =>
  pattern.endsWith('/*')
    ? path === pattern.slice(0, -2) || path.startsWith(pattern.slice(0, -1))
    : path === pattern;

const maxParameterLength = 200;

/** The parameters that the page reads, in their order in the page's list. */
const readParameters = ({ parameters }: Route, search: URLSearchParams): Record<string, string> =>
  Object.fromEntries(
    parameters.flatMap((name) => {
      const value = search.get(name);
      return value === null || value.length > maxParameterLength ? [] : [[name, value]];
    }),
  );

function headersOf({ oidc }: PageSettings): Record<string, string> {
  const connect = oidc ? ` ${new URL(oidc.issuer).origin}` : '';
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'private, no-cache',
    vary: 'accept-language, cookie',
    'content-security-policy': [
      "default-src 'self'",
      `connect-src 'self'${connect}`,
      // Charts are exported as images.
      "img-src 'self' data: blob:",
      "object-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ].join('; '),
    'cross-origin-opener-policy': 'same-origin',
  };
}
