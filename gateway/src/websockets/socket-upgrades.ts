// Upgrade requests: which pages may open a WebSocket, and how an upgrade is refused.
import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpError } from '@district-graph/kit/http-error';

/** Browsers let pages of any site open a socket and state the page's origin; programs state none. */
export function isAllowedOrigin({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  if (allowed.includes(origin.toLowerCase())) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/** Answers an upgrade request with an error and ends the connection. */
export function refuseUpgrade(connection: Duplex, { status, code, message, details }: HttpError): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...details.extensions } }] });
  const retryAfter = details.headers?.['retry-after'] ?? (status === 503 ? '5' : null);
  connection.on('error', () => {});
  // A client that does not close its side would keep the connection open.
  connection.once('finish', () => connection.destroy());
  connection.end(
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
