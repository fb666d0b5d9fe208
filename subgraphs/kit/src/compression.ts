// Bodies packed as the client accepts, off the request thread.
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Fast settings: an answer is packed once and read once. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const gzipOptions = { level: 4 };

export interface Packed {
  bytes: Buffer;
  encoding: 'br' | 'gzip';
}

/** The body in the encoding that the Accept-Encoding header prefers; null when it accepts neither. */
export async function compressed(body: Buffer, accepts: string): Promise<Packed | null> {
  const [br, gz] = [weight(accepts, 'br'), weight(accepts, 'gzip')];
  if (br > 0 && br >= gz) return { bytes: await brotli(body, brotliOptions), encoding: 'br' };
  if (gz > 0) return { bytes: await zip(body, gzipOptions), encoding: 'gzip' };
  return null;
}

function weight(accepts: string, encoding: string): number {
  let any = 0;
  for (const part of accepts.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (name !== encoding && name !== '*') continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const value = q ? Number(q.slice(2)) || 0 : 1;
    if (name === encoding) return value;
    any = value;
  }
  return any;
}
