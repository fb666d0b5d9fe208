// Answers operations as tables: CSV, newline-delimited JSON or a workbook, from the same execution and by the same limits as JSON.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { drained, type UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { HttpError } from '@district-graph/kit/http-error';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type GraphQLFormattedError, type GraphQLSchema, print } from 'graphql';
import type { Client } from '../admission/client.ts';
import { type Conversion, conversionOf } from '../table-formats/conversion.ts';
import { ConversionThreads, type ThreadConversion } from '../table-formats/conversion-threads.ts';
import type { TableSpec } from '../table-formats/table-spec.ts';
import { answerParts } from '../tables/answer-parts.ts';
import { bytesOf, PageFailed, pagesOf } from './pages.ts';
import { type ParsedOperation, type PlannedTable, parsedOperation, planTable } from './plan-table.ts';
import type { TableOptions } from './table-options.ts';
import {
  acceptsGzip,
  clearHeaders,
  entityTag,
  matches,
  sourceOf,
  type TableHead,
  writeErrors,
  writeHeaders,
} from './table-response.ts';

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

export interface TableRequest extends TableHead {
  client: Client;
  /** In Chinese and English; by default the operation's name. */
  title?: string;
}

/** Longer answers are converted in a thread, as are those with further pages. */
const maxBlockingBytes: Readonly<Record<TableOptions['format'], number>> = {
  csv: 65_536,
  ndjson: 65_536,
  xlsx: 16_384,
};
const minCompressedBytes = 4096;

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
    const isTagged = taggedMethods.has(request.method ?? '') && tabled.planned.connection === null;
    const tag = isTagged ? entityTag(body, tabled.spec) : null;
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
    const spec: TableSpec = {
      format: options.format,
      headers: options.headers,
      tables: planned.tables,
      isCompressed:
        acceptsGzip(request) &&
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
    let conversion: ThreadConversion | null = null;
    try {
      conversion = await this.#threads.start(spec, (ms) => chargeCpu(client, ms));
      await this.#stream(table, conversion, { body, connection: planned.connection }, response);
    } catch (error) {
      if (response.headersSent) {
        // Part of the table has been sent. A client must not take it for the whole.
        log({ event: 'table not finished', error: (error as Error).message });
        response.destroy();
        return;
      }
      clearHeaders(response);
      if (!(error instanceof PageFailed)) throw error;
      writeErrors(response, error.answer, error.errors, error.answer.executed);
    } finally {
      conversion?.close();
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
    const { unread, countPage, answer } = this.#options;
    const { client, operation, options } = table;
    // The answer is in memory until its rows are written.
    const held = unread.reserve(client.key, body.length, () => response.destroy());
    const write = async (piece: Uint8Array) => {
      held.progressed();
      if (!response.write(piece)) await drained(response, 'drain', unread.limits.stalledMs);
    };
    const following = {
      operation,
      options,
      connection,
      answer: (next: GraphQLOperation) => answer(next, client, () => response.destroyed),
      count: () => countPage(client),
    };
    try {
      for await (const page of pagesOf(body, following, response)) {
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
}

const taggedMethods = new Set(['GET', 'HEAD']);

const wholeOf = (conversion: Conversion, body: Buffer): Buffer =>
  Buffer.concat([...conversion.add(body), ...conversion.finish()]);

const notAQuery = () =>
  new HttpError(
    406,
    'NOT_ACCEPTABLE',
    '只有查询可取表格；变更请接受 application/json，订阅请接受 text/event-stream。 Only queries are answered as tables: accept application/json for mutations, text/event-stream for subscriptions.',
    { keepsConnection: true },
  );

const shanghaiTime = (ms: number): string =>
  `${new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
