// The HTTP side of answers as tables: their headers and entity tags, and errors in their place.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { graphError, statusOf } from '@district-graph/kit/errors';
import {
  type GraphQLAnswer,
  type GraphQLOperation,
  operationNameOf,
} from '@district-graph/kit/operation/graphql-operation';
import type { GraphQLFormattedError } from 'graphql';
import type { TableSpec } from '../table-formats/table-spec.ts';
import { contentTypeOf, type TableOptions } from './table-options.ts';

/** Of longer answers no entity tag is made: hashing them takes as long as sending them. */
const maxTaggedBytes = 1_048_576;

export interface TableHead {
  operation: GraphQLOperation;
  options: TableOptions;
  /** What caches may do with a complete answer; by default they keep nothing. */
  cacheControl?: string;
}

export function writeHeaders(
  response: ServerResponse,
  { operation, options, cacheControl }: TableHead,
  errors: readonly GraphQLFormattedError[],
  returned: GraphQLAnswer['headers'],
): void {
  const name = (operationNameOf(operation) ?? 'table').slice(0, 100);
  response.setHeader('content-type', contentTypeOf(options));
  response.setHeader('content-disposition', `attachment; filename="${name}.${options.format}"`);
  response.appendHeader('vary', ['accept', 'accept-language', 'accept-encoding', 'authorization']);
  if (cacheControl !== undefined && errors.length === 0) response.setHeader('cache-control', cacheControl);
  for (const header in returned) response.setHeader(header, [returned[header] ?? ''].flat());
  // The errors of an incomplete table are counted where the format has no place for them.
  if (errors.length) response.setHeader('x-graphql-errors', String(errors.length));
}

/** Request errors, and errors of an answer of which the client wants all or nothing, as a GraphQL answer in JSON. */
export function writeErrors(
  response: ServerResponse,
  { executed, status, headers }: GraphQLAnswer,
  errors: readonly GraphQLFormattedError[],
  hasData: boolean,
): void {
  const all = executed && hasData ? [incomplete(errors.length), ...errors] : errors;
  const body = Buffer.from(JSON.stringify({ errors: all }), 'utf8');
  for (const header in headers) response.setHeader(header, [headers[header] ?? ''].flat());
  if (!response.hasHeader('vary')) response.setHeader('vary', 'accept');
  response
    .writeHead(status ?? (executed ? statusOfErrors(errors) : 400), {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
    })
    .end(body);
}

/** A client that reads tables sees the status first: an answer that lacks data must not look like a table. */
function statusOfErrors([first]: readonly GraphQLFormattedError[]): number {
  const code = String(first?.extensions?.code ?? '');
  return statusOf(code) ?? (/^(SUBGRAPH|DATABASE|AUDIT)_/.test(code) ? 502 : 400);
}

const incomplete = (count: number): GraphQLFormattedError =>
  graphError(
    'ANSWER_INCOMPLETE',
    `答复有 ${count} 个错误，没有写成表格；加 partial=true 可取得其余部分。 The answer has ${count} errors and was not written as a table; add partial=true to get the rest of it.`,
  ).toJSON();

/** Takes back what was set for a table that will not be written. */
export function clearHeaders(response: ServerResponse): void {
  for (const name of ['content-type', 'content-encoding', 'content-disposition', 'etag'])
    response.removeHeader(name);
  response.setHeader('cache-control', 'no-store');
}

/** Weak: a workbook also contains the time. The layout contains the labels, which change with the schema. */
export function entityTag(body: Buffer, spec: TableSpec): string | null {
  if (body.length > maxTaggedBytes) return null;
  const { format, headers, isCompressed, tables } = spec;
  const labels = tables.map(({ path, columns }) => [path, columns.map(({ label }) => label)]);
  const hash = createHash('sha256')
    .update(body)
    .update(JSON.stringify([format, headers, isCompressed, labels]));
  return `W/"${hash.digest('base64url').slice(0, 22)}"`;
}

export const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((each) => each.trim() === tag || each.trim() === '*') === true;

export const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding'] ?? ''));

/** The address, which for a saved query gets the same table again. */
export const sourceOf = ({ headers: { host = '' }, url = '', method }: IncomingMessage): string =>
  `${host}${method === 'POST' ? '/graphql' : url}`.slice(0, 4000);
