// The playground: Altair from its own package with a panel for query plans, under a content security policy that allows requests to this gateway only.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { getDistDirectory, type RenderOptions, renderAltair } from 'altair-static';
import { examples } from './examples.ts';
import { StaticFiles } from './static-files.ts';

const base = '/playground/';
const initScript = `${base}start.js`;

const options: RenderOptions = {
  baseURL: base,
  serveInitialOptionsInSeperateRequest: initScript,
  instanceStorageNamespace: 'district_graph_',
  disableAccount: true,
  initialSettings: {
    theme: 'system',
    disablePushNotification: true,
    'alert.disableUpdateNotification': true,
    'banners.disable': true,
    'schema.reloadOnStart': true,
  },
};

/**
 * Opens the page with a window for each example. Subscriptions use server-sent events: their requests carry the headers of
 * the window, including its token, and refusals arrive as GraphQL errors. Altair needs absolute addresses, and behind a
 * proxy only the page knows the address at which it was opened. The interface is in Chinese for browsers in Chinese, otherwise in English.
 */
const startScript = (): string => `const options = ${JSON.stringify(options)};
options.initialSettings.language = navigator.language.startsWith('zh') ? 'zh-CN' : 'en-US';
const windows = ${JSON.stringify(
  examples().map(({ name, query, variables }) => ({
    initialName: name,
    initialQuery: query,
    initialVariables: variables,
  })),
)};
const endpoints = {
  endpointURL: \`\${location.origin}/graphql\`,
  subscriptionsEndpoint: \`\${location.origin}/graphql\`,
  initialSubscriptionRequestHandlerId: 'graphql-sse',
};
AltairGraphQL.init({
  ...options,
  ...endpoints,
  initialWindows: windows.map((window) => ({ ...window, ...endpoints })),
});
`;

/** The editor adds inline styles; scripts and data come from this address only. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'self'",
].join('; ');

const files = new StaticFiles(getDistDirectory());

/** Altair's plugins must be confirmed by each user, and run in a frame that this policy does not allow. */
const panel = new StaticFiles(fileURLToPath(new URL('panel', import.meta.url)));
const panelBase = 'panel/';
const panelParts = ['query-plan', 'session'];

const page = renderAltair(options)
  .replace(
    '</head>',
    `${panelParts.map((part) => `<link href="${panelBase}${part}.css" rel="stylesheet" />`).join('')}</head>`,
  )
  .replace(
    '</body>',
    `${panelParts.map((part) => `<script type="module" src="${panelBase}${part}.js"></script>`).join('')}</body>`,
  );

/** Answers everything below /playground, and redirects browsers there, from / too where no other page is; false for any other path. */
export function answerPlayground(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const wantsPage = /text\/html/.test(request.headers.accept ?? '');
  if (
    path === '/' ||
    path === '/playground' ||
    (path === '/graphql' && wantsPage && !request.url?.includes('query='))
  ) {
    response.writeHead(302, { location: base }).end();
    return true;
  }
  if (!path.startsWith(base)) return false;
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  if (path === base) return sendText(response, 'text/html', page);
  if (path === initScript) return sendText(response, 'text/javascript', startScript());
  const file = path.slice(base.length);
  return file.startsWith(panelBase)
    ? panel.answer(request, response, file.slice(panelBase.length))
    : files.answer(request, response, file);
}

function sendText(response: ServerResponse, type: string, text: string): true {
  response.writeHead(200, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache',
  });
  response.end(text);
  return true;
}
