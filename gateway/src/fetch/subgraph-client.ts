// One call to one subgraph: keep-alive, a deadline over the whole answer, a size cap, and errors that name no address.
import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type ErrorCode, graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { GatewayContext } from '../server.ts';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface SubgraphClientOptions {
  name: string;
  url: string;
  timeoutMs: number;
  maxAnswerBytes: number;
  log: Log;
}

/** The request headers that a subgraph gets to see. */
const forwardedHeaders = ['authorization', 'accept-language', 'x-request-id', 'traceparent', 'tracestate'];
/** The error extensions of a subgraph that a client gets to see. */
const shownExtensions = ['code', 'argument', 'limit', 'received', 'expected', 'traceId'];

const messages = {
  SUBGRAPH_UNAVAILABLE: ['暂时无法访问，其字段为空', 'cannot be reached at the moment; its fields are null'],
  SUBGRAPH_TIMEOUT: ['未在时限内答复，其字段为空', 'did not answer in time; its fields are null'],
  SUBGRAPH_BAD_RESPONSE: [
    '的答复无法使用，其字段为空',
    'gave an answer that cannot be used; its fields are null',
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [string, string]>>;

export class SubgraphClient implements GraphQLDataSource<GatewayContext> {
  #options: SubgraphClientOptions;
  #url: URL;
  #agent: HttpAgent;

  constructor(options: SubgraphClientOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    const settings = { keepAlive: true, maxSockets: 128, maxFreeSockets: 32, keepAliveMsecs: 30_000 };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>): Promise<Answer> {
    const { query, variables, operationName } = request;
    const { status, text } = await this.#post(
      JSON.stringify({ query, variables, operationName }),
      context.headers ?? {},
    );
    let body: { data?: unknown; errors?: GraphQLFormattedError[] };
    try {
      body = JSON.parse(text);
    } catch {
      throw this.#failure('SUBGRAPH_BAD_RESPONSE', `status ${status}, no JSON`);
    }
    const errors = Array.isArray(body?.errors) ? body.errors.map((error) => this.#shown(error)) : undefined;
    if (body === null || typeof body !== 'object' || (body.data === undefined && !errors?.length)) {
      throw this.#failure('SUBGRAPH_BAD_RESPONSE', `status ${status}, neither data nor errors`);
    }
    if (status >= 300 && !errors?.length) throw this.#failure('SUBGRAPH_BAD_RESPONSE', `status ${status}`);
    return { data: body.data, errors } as Answer;
  }

  #shown(error: GraphQLFormattedError): GraphQLFormattedError {
    const extensions = Object.fromEntries(
      Object.entries(error.extensions ?? {}).filter(([name]) => shownExtensions.includes(name)),
    );
    return {
      message: String(error.message),
      path: error.path,
      extensions: { ...extensions, service: this.#options.name },
    };
  }

  #failure(code: keyof typeof messages, reason: string): GraphQLError {
    const { name, log } = this.#options;
    log({ event: 'subgraph failed', subgraph: name, code, reason });
    const [zh, en] = messages[code];
    return graphError(code, `子图 ${name} ${zh}。 Subgraph ${name} ${en}.`, { service: name });
  }

  #post(
    body: string,
    headers: Record<string, string | string[] | undefined>,
  ): Promise<{ status: number; text: string }> {
    const { timeoutMs, maxAnswerBytes } = this.#options;
    const forwarded = Object.fromEntries(
      forwardedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    );
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      let done = false;
      const fail = (code: keyof typeof messages, reason: string) => {
        if (done) return;
        done = true;
        clearTimeout(deadline);
        reject(this.#failure(code, reason));
        outgoing.destroy();
      };
      const deadline = setTimeout(() => fail('SUBGRAPH_TIMEOUT', `after ${timeoutMs} ms`), timeoutMs);
      const outgoing: ClientRequest = send(this.#url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          ...forwarded,
          'content-type': 'application/json',
          accept: 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      outgoing.once('error', (error) =>
        fail('SUBGRAPH_UNAVAILABLE', (error as NodeJS.ErrnoException).code ?? error.message),
      );
      outgoing.once('response', (response: IncomingMessage) => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400) return fail('SUBGRAPH_BAD_RESPONSE', `redirect ${status}`);
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxAnswerBytes) fail('SUBGRAPH_BAD_RESPONSE', `more than ${maxAnswerBytes} bytes`);
          else chunks.push(chunk);
        });
        response.once('error', () => fail('SUBGRAPH_UNAVAILABLE', 'broken off'));
        response.once('aborted', () => fail('SUBGRAPH_UNAVAILABLE', 'broken off'));
        response.once('end', () => {
          if (done) return;
          done = true;
          clearTimeout(deadline);
          resolve({ status, text: Buffer.concat(chunks).toString('utf8') });
        });
        return undefined;
      });
      outgoing.end(body);
    });
  }
}
