// Which documents may run: with a folder of trusted ones, others are told of in the log, or refused.

import { type Documents, PersistedQueries } from '@district-graph/kit/http/persisted-queries';
import { HttpError } from '@district-graph/kit/http-error';
import type { Log } from '@district-graph/kit/log';
import { type FileWatcher, watchFiles } from '@district-graph/kit/watch-files';
import { LRUCache } from 'lru-cache';
import { type DocumentSet, readDocuments, sha256Of } from './document-set.ts';

export type TrustMode = 'off' | 'log-unknown' | 'enforce';

export interface TrustedDocumentsOptions {
  mode: TrustMode;
  folder: string | null;
  log: Log;
}

/** Unknown documents that are remembered as told of. */
const maxTold = 1000;

/** Throws at once where the folder cannot be read; later what cannot be used changes nothing. */
export class TrustedDocuments implements Documents {
  #mode: TrustMode;
  #known: DocumentSet | null;
  #persisted = new PersistedQueries();
  #told = new LRUCache<string, true>({ max: maxTold });
  #log: Log;
  #changes: FileWatcher | null = null;

  constructor({ mode, folder, log }: TrustedDocumentsOptions) {
    this.#mode = mode;
    this.#log = log;
    this.#known = mode !== 'off' && folder !== null ? readDocuments(folder) : null;
    if (!this.#known || folder === null) return;
    this.#changes = watchFiles({ paths: [folder], onChange: () => this.#reload(folder), log });
  }

  close(): void {
    void this.#changes?.close();
  }

  textOf = (query: unknown, extensions: Record<string, unknown> | null, documentId: unknown): unknown => {
    const known = this.#known;
    if (!known) return this.#persisted.textOf(query, extensions);
    const id = documentId ?? (typeof query === 'string' ? null : hashIn(extensions));
    if (typeof id === 'string') {
      const text = known.byId(id);
      if (text !== undefined) return text;
      if (documentId !== undefined && documentId !== null) throw notTrusted(id);
    }
    // Before it is kept by its hash: what may not run is not to take the place of what may.
    if (this.#mode === 'enforce' && typeof query === 'string' && known.textLike(query) === undefined)
      throw notTrusted(null);
    const text = this.#persisted.textOf(query, extensions);
    if (typeof text !== 'string') return text;
    // Run as it was registered: however it is spaced, it is one operation. It may have been taken from the folder since.
    const registered = known.textLike(text);
    if (registered !== undefined) return registered;
    if (this.#mode === 'enforce') throw notTrusted(null);
    this.#tell(text);
    return text;
  };

  /** Of the text only the hash: it may hold what is personal. */
  #tell(text: string): void {
    const hash = sha256Of(text);
    if (this.#told.has(hash)) return;
    this.#told.set(hash, true);
    this.#log({ event: 'document not trusted', sha256: hash, characters: text.length });
  }

  #reload(folder: string): void {
    try {
      this.#known = readDocuments(folder);
      this.#log({ event: 'trusted documents taken over', documents: this.#known.size });
    } catch (error) {
      const reason = (error as Error).message;
      this.#log({ event: 'trusted documents refused, the last good ones stay', error: reason });
    }
  }
}

function hashIn(extensions: Record<string, unknown> | null): unknown {
  const persisted = extensions?.persistedQuery;
  if (typeof persisted !== 'object' || persisted === null) return null;
  return (persisted as { sha256Hash?: unknown }).sha256Hash ?? null;
}

const notTrusted = (id: string | null) =>
  new HttpError(
    400,
    'DOCUMENT_NOT_TRUSTED',
    id === null
      ? '此查询未登记，不予执行；请将其交运维登记后再发，或按标识发送已登记的查询。 This document is not among the trusted ones and is not run; have the operators register it, or send a registered one by its identifier.'
      : `没有标识为 ${id.slice(0, 100)} 的已登记查询；请交运维登记。 No trusted document has the identifier ${id.slice(0, 100)}; have the operators register it.`,
    true,
  );
