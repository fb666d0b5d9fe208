// Rendered pages with their compressed forms, kept while they are fresh. Requests for the same page at the same time share one rendering.
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { type EncodedBody, etagOf } from './static-files.ts';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Addresses come from clients: the number of kept pages has a limit. */
const maxPages = 400;
const brotliQuality = 6;

export interface RenderedPage {
  status: number;
  body: EncodedBody;
  etag: string;
}

interface Kept {
  page: Promise<RenderedPage>;
  freshUntil: number;
}

export class PageCache {
  #pages = new LRUCache<string, Kept>({ max: maxPages });

  /** The page kept under the key, or else a new one, kept for `freshSeconds`, which may be 0 or Infinity. A failed rendering is not kept. */
  get(
    key: string,
    freshSeconds: number,
    render: () => Promise<{ status: number; html: string }>,
  ): Promise<RenderedPage> {
    const kept = this.#pages.get(key);
    if (kept && kept.freshUntil > performance.now()) return kept.page;
    const page = render().then(compressed);
    const freshUntil = performance.now() + freshSeconds * 1000;
    this.#pages.set(key, { page, freshUntil });
    page.catch(() => {
      if (this.#pages.peek(key)?.page === page) this.#pages.delete(key);
    });
    return page;
  }
}

async function compressed({ status, html }: { status: number; html: string }): Promise<RenderedPage> {
  const identity = Buffer.from(html);
  const [br, gz] = await Promise.all([
    brotli(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } }),
    zip(identity),
  ]);
  return { status, body: { identity, br, gzip: gz }, etag: etagOf(identity) };
}
