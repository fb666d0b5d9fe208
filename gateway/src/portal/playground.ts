// The playground: Altair from its own package, under a content security policy that allows requests to this gateway only.
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { getDistDirectory, type RenderOptions, renderAltair } from 'altair-static';
import { examples } from './examples.ts';

const base = '/playground/';
const initScript = `${base}start.js`;

const options: RenderOptions = {
  baseURL: base,
  serveInitialOptionsInSeperateRequest: initScript,
  instanceStorageNamespace: 'district_graph_',
  disableAccount: true,
  initialSettings: {
    language: 'zh-CN',
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
 * proxy only the page knows the address at which it was opened.
 */
const startScript = (): string => `const options = ${JSON.stringify(options)};
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

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** Answers / and everything below /playground, and redirects browsers there; false for any other path. */
export async function answerPlayground(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<boolean> {
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
  if (path === base) return sendText(response, '.html', renderAltair(options));
  if (path === initScript) return sendText(response, '.js', startScript());
  return sendFile(response, path.slice(base.length));
}

function sendText(response: ServerResponse, type: string, text: string): true {
  response.writeHead(200, {
    'content-type': types[type],
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache',
  });
  response.end(text);
  return true;
}

function sendFile(response: ServerResponse, name: string): boolean {
  const root = getDistDirectory();
  // No file name of the package needs escaping: a path with an escape names none of them.
  const file = normalize(join(root, name));
  const found = file.startsWith(root + sep) ? statSync(file, { throwIfNoEntry: false }) : undefined;
  if (!found?.isFile()) return false;
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': 'public, max-age=3600',
  });
  createReadStream(file).pipe(response);
  return true;
}
