// Which pages of other sites may ask from a browser: those on the list, and no other (CORS).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../http-error.ts';
import { preflightHeaders } from './graphql-request.ts';

/** How long a browser may remember what a preflight was told. */
const rememberedSeconds = 600;
/** What is read here, and what clients of GraphQL send by themselves. */
const usualHeaders = [
  'authorization',
  'content-type',
  'accept-language',
  'last-event-id',
  'x-cost',
  'x-purpose',
  ...preflightHeaders,
  'apollographql-client-name',
  'apollographql-client-version',
];
const usuallyExposed = ['retry-after', 'x-request-id'];

export class CrossOrigin {
  #origins: ReadonlySet<string>;
  #allowedHeaders: string;
  #exposedHeaders: string;

  /** Origins as browsers send them: `https://a.example`. Never with credentials: who asks says so in a header. */
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

  /** What the answer to the request says to the page's browser, if anything. */
  set({ headers: { origin } }: IncomingMessage, response: ServerResponse): void {
    // No cache may give one origin what was answered to another.
    response.setHeader('vary', 'Origin');
    if (origin === undefined || !this.#origins.has(origin)) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', this.#exposedHeaders);
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
  }

  get isOpen(): boolean {
    return this.#origins.size > 0;
  }

  /** Answers a browser's question whether a page may ask; false for what is no such question. */
  answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, headers } = request;
    if (method !== 'OPTIONS' || !headers.origin || !headers['access-control-request-method']) return false;
    if (!this.#origins.has(headers.origin))
      throw new HttpError(
        403,
        'ORIGIN_NOT_ALLOWED',
        '此来源的页面不得跨站查询；请运维将其列入 ALLOWED_ORIGINS。 Pages of this origin may not ask; the operators allow origins in ALLOWED_ORIGINS.',
        true,
      );
    this.set(request, response);
    response
      .writeHead(204, {
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': this.#allowedHeaders,
        'access-control-max-age': String(rememberedSeconds),
        'content-length': '0',
      })
      .end();
    return true;
  }
}
