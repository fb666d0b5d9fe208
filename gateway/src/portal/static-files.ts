// The files of a folder, read once and served from memory: no request opens a file, and a file that is deleted later is still served.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';

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

interface StaticFile {
  body: Buffer;
  headers: Readonly<Record<string, string | number>>;
}

export class StaticFiles {
  #files: ReadonlyMap<string, StaticFile>;

  /** Reads all files of the folder and of the folders in it whose types browsers know. Throws when one cannot be read. */
  constructor(directory: string) {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    this.#files = new Map(
      entries
        .filter((entry) => entry.isFile() && extname(entry.name) in contentTypes)
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          return [relative(directory, path).split(sep).join('/'), staticFile(path)];
        }),
    );
  }

  /** Answers with the file of that name, such as `assets/logo.svg`; false where there is none. */
  answer(request: IncomingMessage, response: ServerResponse, name: string): boolean {
    const file = this.#files.get(name);
    if (!file) return false;
    if (request.headers['if-none-match'] === file.headers.etag) response.writeHead(304, file.headers).end();
    else response.writeHead(200, { ...file.headers, 'content-length': file.body.length }).end(file.body);
    return true;
  }
}

function staticFile(path: string): StaticFile {
  const body = readFileSync(path);
  const hash = createHash('sha256').update(body).digest('base64url');
  return {
    body,
    headers: {
      'content-type': contentTypes[extname(path)] ?? '',
      'cache-control': 'public, max-age=3600',
      etag: `"${hash.slice(0, 22)}"`,
    },
  };
}
