// Sends the requests of one viewer's imports to the gateway.
import { GraphError, graphErrorOf } from '../../graph/graph-error.ts';
import { newIdempotencyKey } from '../../graph/request.ts';
import type { ImportList, Preview, RunOptions, Upload } from './types.ts';

/** What a request failed with; `received` where a chunk does not follow what has arrived. */
export class ImportFailure extends GraphError {
  readonly status: number;
  readonly received: number | null;

  constructor(error: GraphError, status: number, received: number | null = null) {
    super(error.message, error.code, error.traceId);
    this.name = 'ImportFailure';
    this.status = status;
    this.received = received;
  }
}

export interface NewUpload {
  idempotencyKey: string;
  fileName: string;
  bytes: number;
}

interface Sent {
  body?: BodyInit;
  signal?: AbortSignal;
}

export class ImportsApi {
  #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  list = (): Promise<ImportList> => this.#answer('GET', '/imports');

  create = (name: string, upload: NewUpload): Promise<Upload> =>
    this.#answer('POST', `/imports/${name}`, { body: JSON.stringify(upload) });

  show = (path: string): Promise<Upload> => this.#answer('GET', path);

  append = (path: string, offset: number, body: BodyInit, signal: AbortSignal): Promise<Upload> =>
    this.#answer('PUT', `${path}/file?offset=${offset}`, { body, signal });

  preview = (path: string, sheet: string | null): Promise<Preview> =>
    this.#answer('GET', `${path}/preview${sheet === null ? '' : `?sheet=${encodeURIComponent(sheet)}`}`);

  run = (path: string, { sheet, ...options }: RunOptions): Promise<Upload> => {
    const body = JSON.stringify({ ...options, ignoreUnknown: true, ...(sheet !== null && { sheet }) });
    return this.#answer('POST', `${path}/runs`, { body });
  };

  cancel = (path: string): Promise<Upload> => this.#answer('DELETE', `${path}/runs`);

  async remove(path: string): Promise<void> {
    await this.#send('DELETE', path);
  }

  /** The rejected rows, with the name of their file. */
  async rejects(path: string): Promise<{ name: string; content: Blob }> {
    const response = await this.#send('GET', `${path}/rejects`);
    const [, name] =
      /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '') ?? [];
    return { name: name ? decodeURIComponent(name) : 'rejects', content: await response.blob() };
  }

  async #answer<Answer>(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    return (await this.#send(method, path, sent)).json() as Promise<Answer>;
  }

  async #send(method: string, path: string, { body, signal }: Sent = {}): Promise<Response> {
    const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    // It is on the access record and in logs, so that operators find what a clerk reports.
    const requestId = newIdempotencyKey();
    const headers = {
      'x-request-id': requestId,
      authorization: `Bearer ${this.#token}`,
      ...(body !== undefined && { 'content-type': type }),
    };
    const response = await fetch(path, { method, headers, body, signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw new ImportFailure(new GraphError(String(error), 'OFFLINE', requestId), 0);
    });
    if (response.ok) return response;
    throw await failureOf(response, requestId);
  }
}

type ReceivedError = Parameters<typeof graphErrorOf>[0];

async function failureOf(response: Response, requestId: string): Promise<ImportFailure> {
  const answer = (await response.json().catch(() => ({}))) as { errors?: ReceivedError[] };
  const first = answer.errors?.[0] ?? { message: `HTTP ${response.status}` };
  const { received } = first.extensions ?? {};
  const { message, code, traceId } = graphErrorOf(first);
  return new ImportFailure(
    new GraphError(message, code, traceId ?? requestId),
    response.status,
    typeof received === 'number' ? received : null,
  );
}
