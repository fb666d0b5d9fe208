// CSRF prevention: a GET query must have a header that makes browsers send a preflight for pages of other sites.
import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from '../http-error.ts';
import { isJson, unsupportedMediaType } from './request-body.ts';

export const preflightHeaders = [
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'graphql-require-preflight',
];

/** Throws an HttpError for a GET request that a page of another site can make a browser send without a preflight. */
export function preventCsrf(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== undefined) {
    // Some browsers send no preflight for a malformed content type, although they should. For JSON they do.
    if (!isJson(type)) throw unsupportedMediaType();
    return;
  }
  if (preflightHeaders.some((name) => headers[name])) return;
  throw new HttpError(
    400,
    'BAD_REQUEST',
    `以 GET 查询时请带上请求头 ${preflightHeaders.at(-1)}: 1，以防跨站请求伪造。 Send the header ${preflightHeaders.at(-1)}: 1 with GET queries, against cross-site request forgery.`,
    { keepsConnection: true },
  );
}
