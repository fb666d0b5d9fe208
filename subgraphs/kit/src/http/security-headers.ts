// What every answer says to browsers: read it as what it is, frame it nowhere, keep it nowhere, tell nobody where you were.
import type { ServerResponse } from 'node:http';

/** Of an answer that is data: nothing in it is to be run, should it be taken for a page. */
const dataHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
};

/** Two years, as browsers' own lists ask for; told over TLS only, where it is heeded. */
const strictTransport = 'max-age=63072000; includeSubDomains';

/** Names and values in one flat list, as a response takes them fastest. */
export type HeaderList = readonly string[];

export function securityHeaders(isTls: boolean): HeaderList {
  const headers = Object.entries(dataHeaders).flat();
  return isTls ? [...headers, 'strict-transport-security', strictTransport] : headers;
}

/** For what writes its own head: whatever it sets stays as it sets it. */
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
