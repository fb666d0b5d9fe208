// Automatic persisted queries (APQ): a client sends a hash, and the text only if the hash is unknown.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { HttpError } from '../http-error.ts';

/** Resolves what a client sent to the text of a GraphQL document. */
export interface Documents {
  /** The text to run. Throws an HttpError for a document that is unknown or may not be run. */
  textOf: (query: unknown, extensions: Record<string, unknown> | null, documentId: unknown) => unknown;
}

const maxQueries = 5000;
const maxBytes = 8_388_608;

export class PersistedQueries implements Documents {
  #texts = new LRUCache<string, string>({
    max: maxQueries,
    maxSize: maxBytes,
    sizeCalculation: (text) => text.length + 1,
  });

  /** The text to run. Throws an HttpError for a hash that is unknown or does not match the text. */
  textOf(query: unknown, extensions: Record<string, unknown> | null): unknown {
    const persisted = extensions?.persistedQuery;
    if (persisted === undefined || persisted === null) return query;
    const { version, sha256Hash: hash } = persisted as { version?: unknown; sha256Hash?: unknown };
    if (version !== 1 || typeof hash !== 'string') {
      throw new HttpError(
        400,
        'PERSISTED_QUERY_NOT_SUPPORTED',
        'persistedQuery 应为 { version: 1, sha256Hash }。 PersistedQueryNotSupported: expected { version: 1, sha256Hash }.',
      );
    }
    if (typeof query !== 'string') {
      const known = this.#texts.get(hash);
      // Client libraries look for exactly this message.
      if (known === undefined)
        throw new HttpError(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
          keepsConnection: true,
        });
      return known;
    }
    if (createHash('sha256').update(query).digest('hex') !== hash.toLowerCase()) {
      throw new HttpError(
        400,
        'BAD_REQUEST',
        'sha256Hash 与查询文本不符。 The sha256Hash does not match the query.',
        { keepsConnection: true },
      );
    }
    this.#texts.set(hash, query);
    return query;
  }
}
