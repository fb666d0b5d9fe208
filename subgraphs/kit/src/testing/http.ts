// HTTP requests for tests with exactly the given headers: fetch would add some.
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** The code of the first error. */
  code?: string;
}

export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Buffer,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          const code = text.match(/"code":"([A-Z_]+)"/)?.[1];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, code });
        });
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends requests to the server on a port. */
export const client = (port: () => number) => ({
  post: (body: unknown, headers: Record<string, string> = {}) =>
    send(
      port(),
      'POST',
      '/graphql',
      { 'content-type': 'application/json', ...headers },
      typeof body === 'string' ? body : JSON.stringify(body),
    ),
  get: (parameters: Record<string, string>, headers: Record<string, string> = preflight) =>
    send(port(), 'GET', `/graphql?${new URLSearchParams(parameters)}`, headers),
  send: (method: string, path: string, headers?: Record<string, string>, body?: string | Buffer) =>
    send(port(), method, path, headers, body),
});

/** A header that a page of another origin cannot send without a preflight request. */
export const preflight = { 'graphql-require-preflight': '1' };
