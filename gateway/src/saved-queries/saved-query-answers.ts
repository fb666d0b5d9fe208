// Answers /queries, the list of saved queries, and /queries/<name>, their answers as tables or JSON.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tableFormatOf } from '@district-graph/kit/http/content-negotiation';
import { operationFromBody } from '@district-graph/kit/http/graphql-request';
import { HttpError } from '@district-graph/kit/http-error';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { type GraphQLSchema, print } from 'graphql';
import type { Client } from '../admission/client.ts';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { TableAnswers } from '../table-answers/table-answers.ts';
import { formatIn, tableOptions } from '../table-answers/table-options.ts';
import type { SavedQueries } from './saved-queries.ts';
import type { SavedQuery } from './saved-query.ts';
import { variablesText } from './url-variables.ts';

export interface SavedQueryAnswersOptions {
  queries: SavedQueries;
  schema: () => GraphQLSchema;
  identify: (request: IncomingMessage) => Promise<Client>;
  admit: (client: Client) => Release | Promise<Release>;
  answer: (operation: GraphQLOperation, client: Client, isAbandoned: () => boolean) => Promise<GraphQLAnswer>;
  tables: TableAnswers;
  /** The request headers that subgraphs get, in lower case: answers may depend on them. */
  forwardedHeaders: readonly string[];
}

const base = '/queries';
/** Headers from which subgraphs learn nothing about the viewer; answers say that they vary by the language. */
const impersonal = new Set(['accept-language', 'x-request-id', 'traceparent', 'tracestate']);
/** A query is in a URL, which is limited by the headers of a request already. */
const maxVariableValues = 10_000;

/** What anybody may see may be kept for a minute; what depends on the viewer is asked for again each time, by its tag. */
const cacheControl = { public: 'public, max-age=60', private: 'private, no-cache' };

export class SavedQueryAnswers {
  #options: SavedQueryAnswersOptions;

  constructor(options: SavedQueryAnswersOptions) {
    this.#options = options;
  }

  /** Resolves with false for any other path. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (path !== base && !path.startsWith(`${base}/`)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', '请使用 GET。 Use GET.', {
        headers: { allow: 'GET, HEAD' },
        keepsConnection: true,
      });
    const schema = this.#options.schema();
    const queries = this.#options.queries.validFor(schema);
    if (path === base || path === `${base}/`) {
      writeJson(request, response, Buffer.from(listText([...queries.values()])), cacheControl.public);
      return true;
    }
    const query = queries.get(path.slice(base.length + 1));
    if (!query)
      throw new HttpError(
        404,
        'NOT_FOUND',
        `没有保存的查询 ${path.slice(base.length + 1, 100)}；清单见 ${base}。 There is no such saved query; ${base} lists them.`,
        { keepsConnection: true },
      );
    await this.#answerQuery(query, schema, request, response);
    return true;
  }

  async #answerQuery(
    query: SavedQuery,
    schema: GraphQLSchema,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const client = await this.#options.identify(request);
    const release = await this.#options.admit(client);
    try {
      const { accept, 'accept-language': language } = request.headers;
      const search = new URLSearchParams(request.url?.split('?')[1] ?? '');
      const named = formatIn(search);
      const format = named === undefined ? tableFormatOf(accept) : named;
      const operation = operationOf(query, variablesText(search, query.operation, schema));
      const control = this.#isAnybodys(request) ? cacheControl.public : cacheControl.private;
      if (format === null) return await this.#answerJson(operation, client, control, request, response);
      const options = tableOptions(format, search, language);
      const title = `${query.title.zh} ${query.title.en}`;
      return await this.#options.tables.answer(
        { operation, client, options, title, cacheControl: control },
        request,
        response,
      );
    } finally {
      release();
    }
  }

  /** Whether nothing in the request depends on the viewer or the purpose. */
  #isAnybodys({ headers }: IncomingMessage): boolean {
    const personal = this.#options.forwardedHeaders.filter((name) => !impersonal.has(name));
    return [...personal, 'authorization'].every((name) => headers[name] === undefined);
  }

  async #answerJson(
    operation: GraphQLOperation,
    client: Client,
    control: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await this.#options.answer(operation, client, () => response.destroyed);
    const { body, encoding = 'utf8', headers, executed, status } = answer;
    const bytes = typeof body === 'string' ? Buffer.from(body, encoding) : body;
    for (const header in headers) response.setHeader(header, [headers[header] ?? ''].flat());
    const isComplete = executed && bytes.subarray(0, 10).toString('latin1') !== '{"errors":';
    if (isComplete) writeJson(request, response, bytes, headers?.['cache-control'] ? null : control);
    else
      response
        .writeHead(status ?? (executed ? 200 : 400), {
          'content-type': 'application/json; charset=utf-8',
          'content-length': bytes.length,
        })
        .end(bytes);
  }
}

const operationOf = ({ text, operation }: SavedQuery, variables: string): GraphQLOperation => {
  const body = `{"query":${JSON.stringify(text)},"operationName":${JSON.stringify(operation.name?.value ?? null)},"variables":${variables}}`;
  return {
    ...operationFromBody(body, { textOf: (query) => query }, maxVariableValues),
    method: 'GET',
  };
};

function listText(queries: readonly SavedQuery[]): string {
  const listed = queries.map(({ name, title, operation, variables }) => ({
    name,
    url: `${base}/${name}`,
    title,
    variables: (operation.variableDefinitions ?? []).map(({ variable, type, defaultValue }) => ({
      name: variable.name.value,
      type: print(type),
      ...(defaultValue && { default: print(defaultValue) }),
      description: variables.get(variable.name.value) ?? null,
    })),
    operation: print(operation),
  }));
  return JSON.stringify({ queries: listed });
}

/** Answers with the bytes, or that the client has them already. */
function writeJson(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
  control: string | null,
): void {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  if (control !== null) response.setHeader('cache-control', control);
  response.setHeader('etag', tag);
  response.appendHeader('vary', ['accept', 'accept-language', 'authorization']);
  if (request.headers['if-none-match']?.split(',').some((each) => each.trim() === tag)) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  });
  if (request.method === 'HEAD') response.end();
  else response.end(bytes);
}
