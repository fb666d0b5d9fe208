// What gateway and subgraphs agree on for imports over HTTP: the path, the size of a chunk, and the text that the gateway signs.
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { HttpError } from '../http-error.ts';

export const importsPath = '/imports';

/** Whether a path is one of imports, and the subgraph of the import; null for the list of all imports. */
export function importPathOf(path: string): { subgraph: string | null } | null {
  if (path === importsPath) return { subgraph: null };
  const [, subgraph] = /^\/imports\/([a-z][a-z-]*)\.[a-z-]+(?:\/|$)/.exec(path) ?? [];
  return subgraph === undefined ? null : { subgraph };
}

/** A file is sent in chunks, so that a lost connection costs one of them. */
export const maxChunkBytes = 1_048_576;

/** What the signature of the viewer covers: method, path with its query, and the bytes. */
export const signedImportText = (method: string, url: string, body: Buffer): string =>
  `${method} ${url}\n${createHash('sha256').update(body).digest('hex')}`;

/** The bytes of a body of at most one chunk. Rejects with an HttpError. */
export async function readChunk(request: IncomingMessage, unfinished: UnfinishedBodies): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxChunkBytes) throw tooLarge();
  const { 'content-encoding': encoding } = request.headers;
  if (encoding && encoding !== 'identity')
    throw new HttpError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      '请求体不得压缩，请原样发送。 Send the body without a content encoding.',
    );
  const reservation = unfinished.track(request, announced || maxChunkBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxChunkBytes) throw tooLarge();
    reservation.progressed();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const tooLarge = () =>
  new HttpError(
    413,
    'PAYLOAD_TOO_LARGE',
    `每块至多 ${maxChunkBytes} 字节。 A chunk may have at most ${maxChunkBytes} bytes.`,
    { extensions: { limit: maxChunkBytes } },
  );
