// Passes requests of imports on to the subgraph that owns the import, with the signed viewer: the gateway reads no file and knows no column.
import {
  type IncomingMessage,
  type RequestOptions,
  request as requestPlain,
  type ServerResponse,
} from 'node:http';
import { request as requestSecurely } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { originForm } from '@district-graph/kit/admission/client-address';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { errorCodes } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';
import {
  importPathOf,
  importsPath,
  readChunk,
  signedImportText,
} from '@district-graph/kit/upload/upload-request';
import type { Client } from '../admission/client.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import type { Subgraphs } from '../fetching/subgraphs.ts';
import type { RequestPipeline } from '../request-pipeline.ts';

export interface ImportForwardingOptions {
  subgraphs: Subgraphs;
  authenticator: Authenticator;
  pipeline: RequestPipeline;
  unfinished: UnfinishedBodies;
  /** PEM of the certificate authorities of subgraphs; null for those of Node. */
  ca?: string | null | undefined;
}

/** A preview reads a whole workbook. */
const timeoutMs = 30_000;
/** Of the answer to a list; files of rejected rows are passed on as they come. */
const maxListBytes = 1_048_576;
const returnedHeaders = [
  'content-type',
  'content-length',
  'content-disposition',
  'cache-control',
  'retry-after',
];

export class ImportForwarding {
  #options: ImportForwardingOptions;

  constructor(options: ImportForwardingOptions) {
    this.#options = options;
  }

  /** Resolves with false for paths that are none of imports. Rejects with an HttpError. */
  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const found = importPathOf(path);
    if (!found) return false;
    const { pipeline: steps, unfinished } = this.#options;
    // As of operations: a slow body takes no slot.
    const body = await readChunk(request, unfinished);
    const client = await steps.identify(request);
    const release = await steps.admit(client);
    try {
      if (found.subgraph === null) await this.#list(request, client, response);
      else await this.#forward(found.subgraph, request, client, body, response);
    } finally {
      release();
    }
    return true;
  }

  async #forward(
    subgraph: string,
    { method = 'GET', url = '', headers }: IncomingMessage,
    client: Client,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const type = headers['content-type'];
    const answer = await this.#send(subgraph, { method, url: originForm(url), type }, client, body);
    for (const name of returnedHeaders) {
      const value = answer.headers[name];
      if (value !== undefined) response.setHeader(name, value);
    }
    response.writeHead(answer.statusCode ?? 502);
    await pipeline(answer, response);
  }

  /** The imports that the viewer may use; subgraphs that do not answer are named. A client without a valid identity gets their 401. */
  async #list({ method }: IncomingMessage, client: Client, response: ServerResponse): Promise<void> {
    if (method !== 'GET') throw notFound();
    const { subgraphs } = this.#options;
    const names = [...subgraphs.addresses.keys()].filter((name) => !subgraphs.foreignNamed(name));
    const answers = await Promise.all(
      names.map(async (name) => {
        const asked = { method: 'GET', url: importsPath, type: undefined };
        const answer = await this.#send(name, asked, client, Buffer.alloc(0)).catch(unlessRejected);
        return { name, rejection: null, list: null, ...(answer && (await listOf(answer))) };
      }),
    );
    const rejected = answers.find(({ rejection }) => rejection)?.rejection;
    if (rejected) return sendJson(response, rejected.status, rejected.text);
    const imports = answers.flatMap(({ list }) => list?.imports ?? []);
    const limits = answers.find(({ list }) => list)?.list?.limits ?? null;
    const unavailable = answers.flatMap(({ name, list }) => (list ? [] : [name]));
    sendJson(response, 200, JSON.stringify({ imports, limits, unavailable }));
  }

  /** Resolves to the answer's head and stream. */
  #send(
    subgraph: string,
    { method, url, type }: { method: string; url: string; type: string | undefined },
    client: Client,
    body: Buffer,
  ): Promise<IncomingMessage> {
    const { subgraphs, authenticator, ca } = this.#options;
    const address = subgraphs.addresses.get(subgraph);
    if (address === undefined || subgraphs.foreignNamed(subgraph)) throw notFound();
    const signed = signedImportText(method, url, body);
    const forwarded = authenticator.headersFor(client, subgraph, signed);
    const headers = ['host', new URL(address).host, ...forwarded, 'content-length', String(body.length)];
    if (type !== undefined) headers.push('content-type', type);
    const options: RequestOptions & { ca?: string } = {
      method,
      headers,
      timeout: timeoutMs,
      ...(ca ? { ca } : {}),
    };
    return new Promise((resolve, reject) => {
      const target = new URL(url, address);
      const request = target.protocol === 'https:' ? requestSecurely : requestPlain;
      const sent = request(target, options, resolve);
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => reject(unavailable(subgraph)));
      sent.end(body);
    });
  }
}

interface ImportList {
  imports: unknown[];
  limits: unknown;
}

function sendJson(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** The list in an answer, or the rejection of the client, which is that of every subgraph; neither if the subgraph failed. */
async function listOf(
  answer: IncomingMessage,
): Promise<{ list: ImportList | null; rejection: { status: number; text: string } | null }> {
  const status = answer.statusCode ?? 502;
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk as string;
    if (text.length > maxListBytes) return { list: null, rejection: null };
  }
  return {
    list: status === 200 ? (JSON.parse(text) as ImportList) : null,
    rejection: status === 401 ? { status, text } : null,
  };
}

/** A rejection of the client is passed on; a subgraph that does not answer is left out. */
function unlessRejected(error: unknown): null {
  if (error instanceof HttpError && error.code !== 'SUBGRAPH_UNAVAILABLE') throw error;
  return null;
}

const unavailable = (subgraph: string): HttpError =>
  new HttpError(
    503,
    'SUBGRAPH_UNAVAILABLE',
    `${errorCodes.SUBGRAPH_UNAVAILABLE}：${subgraph}。 The subgraph ${subgraph} cannot be reached at the moment.`,
    { keepsConnection: true, headers: { 'retry-after': '5' }, extensions: { subgraph } },
  );

const notFound = (): HttpError =>
  new HttpError(404, 'NOT_FOUND', '没有这个导入。 There is no such import.', { keepsConnection: true });
