// Reads the body of a request: JSON in UTF-8, limited in bytes, in chunks, and in the bytes of all unfinished bodies.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Reservation } from '../admission/byte-budget.ts';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import { HttpError } from '../http-error.ts';

/** Whether a content type is JSON in UTF-8. Parameters other than the charset are ignored. */
export const isJson = (type: string): boolean =>
  type === 'application/json' ||
  (/^application\/json\s*(;|$)/i.test(type) && !/;\s*charset\s*=\s*(?!"?utf-?8"?\s*(;|$))/i.test(type));

export const unsupportedMediaType = () =>
  new HttpError(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    '请以 application/json（UTF-8）发送。 Send application/json in UTF-8.',
  );

/**
 * The body as text. Rejects with an HttpError for another content type, a content encoding, too many bytes, too many chunks, text
 * that is not UTF-8, and when too many bodies are unfinished.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  unfinished: UnfinishedBodies,
): Promise<string> {
  const { headers } = request;
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, announced);
  const type = headers['content-type'] ?? '';
  if (!isJson(type)) throw unsupportedMediaType();
  const encoding = headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    throw new HttpError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      '请求体不得压缩，请原样发送。 Send the body without a content encoding.',
    );
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let chunks: Buffer[] | null = null;
    let size = 0;
    let count = 0;
    let reservation: Reservation | null = null;
    const refuse = (error: unknown) => {
      request.pause();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      count += 1;
      if (size > maxBytes) return refuse(tooLarge(maxBytes, null));
      if (count > freeChunks + size / minMeanChunkBytes) return refuse(tooManyChunks());
      reservation?.progressed();
      // Most bodies arrive in one chunk and need no reservation.
      if (!reservation && size !== announced) {
        try {
          reservation = unfinished.track(request, announced || maxBytes);
        } catch (error) {
          return refuse(error);
        }
      }
      if (!first) first = chunk;
      else if (chunks) chunks.push(chunk);
      else chunks = [first, chunk];
      return undefined;
    });
    request.on('end', () => {
      const body = chunks ? Buffer.concat(chunks) : (first ?? Buffer.alloc(0));
      if (isUtf8(body)) resolve(body.toString('utf8'));
      else reject(notUtf8());
    });
    request.on('error', reject);
    request.on('aborted', () => reject(new HttpError(400, 'BAD_REQUEST', 'aborted')));
  });
}

/** However short, each chunk takes some microseconds and some hundred bytes. Beyond the first ones they need a minimum mean size. */
const freeChunks = 64;
const minMeanChunkBytes = 64;

const tooManyChunks = () =>
  new HttpError(
    400,
    'BAD_REQUEST',
    `请求体分块过碎，每块至少 ${minMeanChunkBytes} 字节。 The chunks of the body are too small: send chunks of at least ${minMeanChunkBytes} bytes.`,
    { isFlood: true },
  );

export const notUtf8 = () =>
  new HttpError(400, 'BAD_REQUEST', '请求不是有效的 UTF-8。 The request is not valid UTF-8.', {
    keepsConnection: true,
  });

const tooLarge = (maxBytes: number, received: number | null) =>
  new HttpError(
    413,
    'PAYLOAD_TOO_LARGE',
    `请求体不得超过 ${maxBytes} 字节${received ? `，收到 ${received}` : ''}。 The body may have at most ${maxBytes} bytes${received ? `, received ${received}` : ''}.`,
    { extensions: received ? { limit: maxBytes, received } : { limit: maxBytes } },
  );
