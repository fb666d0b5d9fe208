// Security headers of every response: no MIME sniffing, no framing, no caching, no referrer.
import type { ServerResponse } from 'node:http';

/** For responses that are data: nothing in them is executed, even if a browser renders them as a page. */
const dataHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
};

/** Two years, as browsers' preload lists require. Browsers ignore it without TLS, so it is sent over TLS only. */
const strictTransport = 'max-age=63072000; includeSubDomains';

/** Names and values in one flat list, the form that `writeHead` takes fastest. */
export type HeaderList = readonly string[];

export function securityHeaders(isTls: boolean): HeaderList {
  const headers = Object.entries(dataHeaders).flat();
  return isTls ? [...headers, 'strict-transport-security', strictTransport] : headers;
}

/** Sets the headers in advance, for code that writes its own head; headers that it sets replace these. */
export function setHeaders(response: ServerResponse, headers: HeaderList): void {
  for (let index = 0; index < headers.length; index += 2)
    response.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
}

/** The headers without those that an answer sets itself. */
export function unlessSet(headers: HeaderList, set: object | undefined): HeaderList {
  const names = set ? Object.keys(set) : [];
  if (names.length === 0) return headers;
  const lower = new Set(names.map((name) => name.toLowerCase()));
  return headers.filter((_header, index) => !lower.has(headers[index - (index % 2)] ?? ''));
}
