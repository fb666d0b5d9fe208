// Answers operations as tables: CSV, newline-delimited JSON or a workbook, from the same execution and by the same limits as JSON.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { drained, type UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { graphError, statusOf } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';
import type { Log } from '@district-graph/kit/log';
import {
  type GraphQLAnswer,
  type GraphQLOperation,
  operationNameOf,
} from '@district-graph/kit/operation/graphql-operation';
import { type GraphQLFormattedError, type GraphQLSchema, print } from 'graphql';
import type { Client } from '../admission/client.ts';
import { type Conversion, conversionOf } from '../table-formats/conversion.ts';
import { ConversionThreads, type ThreadConversion } from '../table-formats/conversion-threads.ts';
import type { TableSpec } from '../table-formats/table-spec.ts';
import { answerParts } from '../tables/answer-parts.ts';
import { nextCursor, pageAfter } from './pages.ts';
import { type ParsedOperation, type PlannedTable, parsedOperation, planTable } from './plan-table.ts';
import { contentTypeOf, extensionOf, type TableOptions } from './table-options.ts';

export interface TableAnswersOptions {
  answer: (operation: GraphQLOperation, client: Client, isAbandoned: () => boolean) => Promise<GraphQLAnswer>;
  schema: () => GraphQLSchema;
  /** Counts a further page as an operation of the client; throws an HttpError when the client must wait. */
  countPage: (client: Client) => void | Promise<void>;
  /** Counts how long this thread was blocked for the client. */
  chargeBlocking: (client: Client, ms: number) => void;
  /** Counts the processor time that another thread spent for the client. */
  chargeCpu: (client: Client, ms: number) => void;
  unread: UnreadAnswers;
  log: Log;
}

export interface TableRequest {
  operation: GraphQLOperation;
  client: Client;
  options: TableOptions;
  /** In Chinese and English; by default the operation's name. */
  title?: string;
  /** What caches may do with a complete answer; by default they keep nothing. */
  cacheControl?: string;
}

/** Longer answers are converted in a thread, as are those with further pages. */
const maxBlockingBytes: Readonly<Record<TableOptions['format'], number>> = {
  csv: 65_536,
  ndjson: 65_536,
  xlsx: 16_384,
};
const minCompressedBytes = 4096;
/** Of longer answers no entity tag is made: hashing them takes as long as sending them. */
const maxTaggedBytes = 1_048_576;

/** An answer that can be written as a table. */
interface Tabled {
  body: Buffer;
  spec: TableSpec;
  planned: PlannedTable;
}

export class TableAnswers {
  #options: TableAnswersOptions;
  #threads = new ConversionThreads();

  constructor(options: TableAnswersOptions) {
    this.#options = options;
  }

  async close(): Promise<void> {
    await this.#threads.close();
  }

  /** Resolves when the system has the whole table, or the client is gone. Rejects with an HttpError before anything is written. */
  async answer(table: TableRequest, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { operation, client, options } = table;
    const parsed = parsedOperation(operation);
    if (parsed && parsed.operation.operation !== 'query') throw notAQuery();
    const answer = await this.#options.answer(operation, client, () => response.destroyed);
    const body = bytesOf(answer);
    const { data, errors } = answerParts(body);
    const isMissing = data === null || (errors.length > 0 && !options.isPartial);
    if (!answer.executed || !parsed || isMissing) {
      writeErrors(response, answer, errors, data !== null);
      return;
    }
    const tabled = this.#planned(table, parsed, body, errors, request);
    const tag = taggedMethods.has(request.method ?? '') ? entityTag(body, tabled) : null;
    writeHeaders(response, table, errors, answer.headers);
    if (tag !== null) response.setHeader('etag', tag);
    if (tag !== null && matches(request.headers['if-none-match'], tag)) {
      response.writeHead(304).end();
      return;
    }
    await this.#write(table, tabled, request, response);
  }

  #planned(
    { operation, client, options, title }: TableRequest,
    parsed: ParsedOperation,
    body: Buffer,
    errors: readonly GraphQLFormattedError[],
    request: IncomingMessage,
  ): Tabled {
    const startedAt = performance.now();
    const planned = planTable(this.#options.schema(), parsed, operation, options);
    const acceptsGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(
      String(request.headers['accept-encoding'] ?? ''),
    );
    const spec: TableSpec = {
      format: options.format,
      headers: options.headers,
      tables: planned.tables,
      isCompressed:
        acceptsGzip &&
        options.format !== 'xlsx' &&
        (body.length >= minCompressedBytes || planned.connection !== null),
      about: {
        title: title ?? parsed.operation.name?.value ?? '',
        query: print(parsed.document),
        variables: operation.variables
          ? JSON.stringify(operation.exactVariables ?? operation.variables, null, 2)
          : '',
        answeredAt: shanghaiTime(Date.now()),
        source: sourceOf(request),
        errors: errors.map(({ message, path }) => (path ? `${path.join('.')}: ${message}` : message)),
      },
    };
    this.#options.chargeBlocking(client, performance.now() - startedAt);
    return { body, spec, planned };
  }

  async #write(
    table: TableRequest,
    { body, spec, planned }: Tabled,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { client } = table;
    const { chargeBlocking, chargeCpu, log } = this.#options;
    if (spec.isCompressed) response.setHeader('content-encoding', 'gzip');
    if (planned.connection === null && body.length <= maxBlockingBytes[spec.format]) {
      const startedAt = performance.now();
      const bytes = wholeOf(conversionOf(spec), body);
      chargeBlocking(client, performance.now() - startedAt);
      response.setHeader('content-length', bytes.length);
      await this.#send(request, response, bytes);
      return;
    }
    if (request.method === 'HEAD') {
      response.writeHead(200).end();
      return;
    }
    const conversion = await this.#threads.start(spec, (ms) => chargeCpu(client, ms));
    try {
      await this.#stream(table, conversion, { body, connection: planned.connection }, response);
    } catch (error) {
      if (response.headersSent) {
        // Part of the table has been sent. A client must not take it for the whole.
        log({ event: 'table not finished', error: (error as Error).message });
        response.destroy();
        return;
      }
      for (const name of ['content-type', 'content-encoding', 'content-disposition', 'etag'])
        response.removeHeader(name);
      if (!(error instanceof PageFailed)) throw error;
      writeErrors(response, error.answer, error.errors, error.answer.executed);
    } finally {
      conversion.close();
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    response.writeHead(200);
    if (request.method === 'HEAD') response.end();
    else response.end(bytes);
    if (response.writableLength > 0) await drained(response, 'finish', this.#options.unread.limits.stalledMs);
  }

  /** One piece is made when the client has accepted the one before. */
  async #stream(
    table: TableRequest,
    conversion: ThreadConversion,
    { body, connection }: { body: Buffer; connection: readonly string[] | null },
    response: ServerResponse,
  ): Promise<void> {
    const { unread } = this.#options;
    // The answer is in memory until its rows are written.
    const held = unread.reserve(table.client.key, body.length, () => response.destroy());
    const write = async (piece: Uint8Array) => {
      held.progressed();
      if (!response.write(piece)) await drained(response, 'drain', unread.limits.stalledMs);
    };
    try {
      for await (const page of this.#pages(table, body, connection, response)) {
        for await (const piece of conversion.add(page)) {
          if (response.destroyed) return;
          await write(piece);
        }
      }
      for await (const piece of conversion.finish()) {
        if (response.destroyed) return;
        await write(piece);
      }
      response.end();
      if (response.writableLength > 0) await drained(response, 'finish', unread.limits.stalledMs);
    } finally {
      held.release();
    }
  }

  /** The answer, and those for the pages after it. Throws where a page has errors, and where more pages follow than are written. */
  async *#pages(
    { operation, client, options }: TableRequest,
    first: Buffer,
    connection: readonly string[] | null,
    response: ServerResponse,
  ): AsyncGenerator<Buffer> {
    let body = first;
    for (let page = 1; ; page += 1) {
      const cursor = connection === null ? null : nextCursor(body, connection);
      yield body;
      if (cursor === null || response.destroyed) return;
      if (page === options.pages) {
        if (options.isWhole) throw tooManyPages(page);
        return;
      }
      await this.#countPage(client, response);
      const next = pageAfter(operation, cursor);
      const answer = await this.#options.answer(next, client, () => response.destroyed);
      body = bytesOf(answer);
      const { data, errors } = answerParts(body);
      if (!answer.executed || data === null || errors.length) throw new PageFailed(answer, errors);
    }
  }

  /** Waits as long as the rate of the client demands, instead of refusing what has begun. */
  async #countPage(client: Client, response: ServerResponse): Promise<void> {
    while (!response.destroyed) {
      try {
        await this.#options.countPage(client);
        return;
      } catch (error) {
        const wait = error instanceof HttpError ? Number(error.details.extensions?.retryAfterMs) : Number.NaN;
        if (Number.isNaN(wait)) throw error;
        await new Promise((resolve) => {
          setTimeout(resolve, Math.min(Math.max(wait, 1), 1000));
        });
      }
    }
  }
}

/** A page after the first that lacks data. */
class PageFailed extends Error {
  readonly answer: GraphQLAnswer;
  readonly errors: readonly GraphQLFormattedError[];

  constructor(answer: GraphQLAnswer, errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'no data');
    this.answer = answer;
    this.errors = errors;
  }
}

const tooManyPages = (limit: number) =>
  new HttpError(
    400,
    'ANSWER_TOO_LARGE',
    `列表超过 ${limit} 页；请缩小范围，或用 npm run export。 The list has more than ${limit} pages: narrow it down, or use npm run export.`,
    { keepsConnection: true, extensions: { limit } },
  );

const taggedMethods = new Set(['GET', 'HEAD']);

const bytesOf = ({ body, encoding }: GraphQLAnswer): Buffer =>
  typeof body === 'string' ? Buffer.from(body, encoding ?? 'utf8') : body;

const wholeOf = (conversion: Conversion, body: Buffer): Buffer =>
  Buffer.concat([...conversion.add(body), ...conversion.finish()]);

/** Weak: a workbook also contains the time. The layout contains the labels, which change with the schema. */
function entityTag(body: Buffer, { spec, planned }: Tabled): string | null {
  if (body.length > maxTaggedBytes || planned.connection !== null) return null;
  const { format, headers, isCompressed } = spec;
  const labels = planned.tables.map(({ path, columns }) => [path, columns.map(({ label }) => label)]);
  const hash = createHash('sha256')
    .update(body)
    .update(JSON.stringify([format, headers, isCompressed, labels]));
  return `W/"${hash.digest('base64url').slice(0, 22)}"`;
}

const matches = (header: string | undefined, tag: string): boolean =>
  header?.split(',').some((each) => each.trim() === tag || each.trim() === '*') === true;

function writeHeaders(
  response: ServerResponse,
  { operation, options, cacheControl }: TableRequest,
  errors: readonly GraphQLFormattedError[],
  returned: GraphQLAnswer['headers'],
): void {
  const name = (operationNameOf(operation) ?? 'table').slice(0, 100);
  response.setHeader('content-type', contentTypeOf(options));
  response.setHeader('content-disposition', `attachment; filename="${name}.${extensionOf(options)}"`);
  response.appendHeader('vary', ['accept', 'accept-language', 'accept-encoding', 'authorization']);
  if (cacheControl !== undefined && errors.length === 0) response.setHeader('cache-control', cacheControl);
  for (const header in returned) response.setHeader(header, [returned[header] ?? ''].flat());
  // The errors of an incomplete table are counted where the format has no place for them.
  if (errors.length) response.setHeader('x-graphql-errors', String(errors.length));
}

/** Request errors, and errors of an answer of which the client wants all or nothing, as a GraphQL answer in JSON. */
function writeErrors(
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

const notAQuery = () =>
  new HttpError(
    406,
    'NOT_ACCEPTABLE',
    '只有查询可取表格；变更请接受 application/json，订阅请接受 text/event-stream。 Only queries are answered as tables: accept application/json for mutations, text/event-stream for subscriptions.',
    { keepsConnection: true },
  );

/** The address, which for a saved query gets the same table again. */
const sourceOf = ({ headers: { host = '' }, url = '', method }: IncomingMessage): string =>
  `${host}${method === 'POST' ? '/graphql' : url}`.slice(0, 4000);

const shanghaiTime = (ms: number): string =>
  `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
