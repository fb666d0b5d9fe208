// The files of a folder, read once and served from memory: no request opens a file, and a file that is deleted later is still served.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { type Encoding, preferredEncoding } from '@district-graph/kit/http/compression';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** For files whose names change with their content. */
export const immutable = 'public, max-age=31536000, immutable';

/** A body in the encodings that it was compressed with in advance. */
export interface EncodedBody {
  identity: Buffer;
  br?: Buffer;
  gzip?: Buffer;
}

interface StaticFile {
  body: EncodedBody;
  etag: string;
  headers: Readonly<Record<string, string>>;
}

export class StaticFiles {
  #files: ReadonlyMap<string, StaticFile>;

  /**
   * Reads all files of the folder and of the folders in it whose types browsers know, with what stands beside them as `.br` and `.gz`.
   * Throws when one cannot be read.
   */
  constructor(directory: string, cacheControl = 'public, max-age=3600') {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    this.#files = new Map(
      entries
        .filter((entry) => entry.isFile() && extname(entry.name) in contentTypes)
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return [relative(directory, path).split(sep).join('/'), staticFile(path, cacheControl)];
        }),
    );
  }

  /** Answers with the file of that name, such as `assets/logo.svg`; false where there is none. */
  answer(request: IncomingMessage, response: ServerResponse, name: string): boolean {
    const file = this.#files.get(name);
    if (!file) return false;
    const { body, etag, headers } = file;
    sendEncoded(request, response, { status: 200, body, etag, headers });
    return true;
  }
}

/** The entity tag of a body, without its quotes. */
export const etagOf = (body: Buffer): string =>
  createHash('sha256').update(body).digest('base64url').slice(0, 22);

interface EncodedAnswer {
  status: number;
  body: EncodedBody;
  /** Of the body as it is, without quotes; each encoding has its own. */
  etag: string;
  headers: Readonly<Record<string, string | readonly string[]>>;
}

/** Sends the body in the encoding that the client prefers, its headers alone for HEAD, or 304 where the client has it. */
export function sendEncoded(
  { method, headers: accepted }: IncomingMessage,
  response: ServerResponse,
  { status, body, etag, headers }: EncodedAnswer,
): void {
  const encoding = availableEncoding(body, accepted['accept-encoding']);
  const sent = encoding ? body[encoding] : body.identity;
  const tag = `"${encoding ? `${etag}-${encoding}` : etag}"`;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('etag', tag);
  if (body.br || body.gzip) response.appendHeader('vary', 'accept-encoding');
  if (status === 200 && isCurrent(accepted['if-none-match'], tag)) {
    response.writeHead(304).end();
    return;
  }
  if (encoding) response.setHeader('content-encoding', encoding);
  response.writeHead(status, { 'content-length': sent?.length ?? 0 });
  response.end(method === 'HEAD' ? undefined : sent);
}

function availableEncoding(body: EncodedBody, accepts: string | undefined): Encoding | null {
  if (!accepts || !(body.br || body.gzip)) return null;
  const preferred = preferredEncoding(accepts);
  if (preferred && body[preferred]) return preferred;
  return preferred === 'br' && body.gzip && /\bgzip\b/.test(accepts) ? 'gzip' : null;
}

/** Whether the client has what the tag names. Proxies that compress mark the tag as weak. */
const isCurrent = (known: string | undefined, tag: string): boolean =>
  known !== undefined &&
  (known === '*' || known.split(',').some((each) => each.trim().replace(/^W\//, '') === tag));

function staticFile(path: string, cacheControl: string): StaticFile {
  const identity = readFileSync(path);
  const read = (extension: string) =>
    existsSync(path + extension) ? readFileSync(path + extension) : undefined;
  return {
    body: { identity, br: read('.br'), gzip: read('.gz') },
    etag: etagOf(identity),
    headers: { 'content-type': contentTypes[extname(path)] ?? '', 'cache-control': cacheControl },
  };
}
