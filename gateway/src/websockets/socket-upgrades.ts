// Requests to upgrade to WebSocket: which pages may, and what those are told that may not.
import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpError } from '@district-graph/kit/http-error';

/** No browser keeps a page of another site from opening a socket: the origin it states decides. Programs state none. */
export function isAllowedOrigin({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin.toLowerCase())) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Answers a request to upgrade that is refused, and ends its connection. */
export function refuseUpgrade(socket: Duplex, { status, code, message, details }: HttpError): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...details.extensions } }] });
  const retryAfter = details.headers?.['retry-after'] ?? (status === 503 ? '5' : null);
  socket.on('error', () => {});
  // A client that does not close its side would keep it.
  socket.once('finish', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      ...(retryAfter === null ? [] : [`retry-after: ${retryAfter}`]),
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
