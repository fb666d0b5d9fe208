// CORS: which origins' pages may send requests from a browser.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../http-error.ts';
import { preflightHeaders } from './csrf-prevention.ts';

/** How long a browser may cache the answer to a preflight. */
const maxAgeSeconds = 600;
/** The headers that are read here, and those that GraphQL clients send on their own. */
const usualHeaders = [
  'authorization',
  'content-type',
  'accept-language',
  'last-event-id',
  'x-cost',
  'x-query-plan',
  'x-purpose',
  ...preflightHeaders,
  'apollographql-client-name',
  'apollographql-client-version',
];
const usuallyExposed = ['retry-after', 'x-request-id', 'content-disposition', 'etag', 'x-graphql-errors'];

export class CrossOrigin {
  #origins: ReadonlySet<string>;
  #allowedHeaders: string;
  #exposedHeaders: string;

  /** Origins as browsers send them: `https://a.example`. Cookies are never allowed: clients authenticate by a header. */
  constructor(
    origins: readonly string[],
    {
      allowedHeaders = [],
      exposedHeaders = [],
    }: Partial<Record<'allowedHeaders' | 'exposedHeaders', readonly string[]>>,
  ) {
    this.#origins = new Set(origins);
    this.#allowedHeaders = [...new Set([...usualHeaders, ...allowedHeaders])].join(', ');
    this.#exposedHeaders = [...new Set([...usuallyExposed, ...exposedHeaders])].join(', ');
  }

  /** Sets the CORS headers of a response, if the origin is allowed. */
  set({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    // Caches must not serve one origin's response to another.
    response.setHeader('vary', 'Origin');
    if (origin === undefined || !this.#origins.has(origin)) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', this.#exposedHeaders);
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
  }

  get isOpen(): boolean {
    return this.#origins.size > 0;
  }

  /** Answers a preflight. Returns false for any other request; throws an HttpError with status 403 for an origin not allowed. */
  answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, headers } = request;
    if (method !== 'OPTIONS' || !headers.origin || !headers['access-control-request-method']) return false;
    if (!this.#origins.has(headers.origin))
      throw new HttpError(
        403,
        'ORIGIN_NOT_ALLOWED',
        '此来源的页面不得跨站查询；请运维将其列入 ALLOWED_ORIGINS。 Pages of this origin may not send requests. Ask the operators to add it to ALLOWED_ORIGINS.',
        { keepsConnection: true },
      );
    this.set(request, response);
    response
      .writeHead(204, {
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': this.#allowedHeaders,
        'access-control-max-age': String(maxAgeSeconds),
        'content-length': '0',
      })
      .end();
    return true;
  }
}
