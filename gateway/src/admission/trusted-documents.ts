// Trusted documents: with a folder of them, unknown documents are logged or refused.

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

/** Unknown documents that are remembered as logged. */
const maxLogged = 1000;

/** The constructor throws when the folder cannot be read; later, an invalid folder changes nothing. */
export class TrustedDocuments implements Documents {
  #mode: TrustMode;
  #trusted: DocumentSet | null;
  #persisted = new PersistedQueries();
  #logged = new LRUCache<string, true>({ max: maxLogged });
  #log: Log;
  #changes: FileWatcher | null = null;

  constructor({ mode, folder, log }: TrustedDocumentsOptions) {
    this.#mode = mode;
    this.#log = log;
    this.#trusted = mode !== 'off' && folder !== null ? readDocuments(folder) : null;
    if (!this.#trusted || folder === null) return;
    this.#changes = watchFiles({ paths: [folder], onChange: () => this.#reload(folder), log });
  }

  close(): void {
    void this.#changes?.close();
  }

  textOf = (query: unknown, extensions: Record<string, unknown> | null, documentId: unknown): unknown => {
    const trusted = this.#trusted;
    if (!trusted) return this.#persisted.textOf(query, extensions);
    const id = documentId ?? (typeof query === 'string' ? null : hashIn(extensions));
    if (typeof id === 'string') {
      const text = trusted.byId(id);
      if (text !== undefined) return text;
      if (documentId !== undefined && documentId !== null) throw notTrusted(id);
    }
    // Checked before the text is kept by its hash: refused texts must not evict those that may run.
    if (this.#mode === 'enforce' && typeof query === 'string' && trusted.textLike(query) === undefined)
      throw notTrusted(null);
    const text = this.#persisted.textOf(query, extensions);
    if (typeof text !== 'string') return text;
    // The registered text runs, so that differently spaced texts are one operation. It may have been removed from the folder.
    const registered = trusted.textLike(text);
    if (registered !== undefined) return registered;
    if (this.#mode === 'enforce') throw notTrusted(null);
    this.#logUnknown(text);
    return text;
  };

  /** Logs only the hash: the text may contain personal data. */
  #logUnknown(text: string): void {
    const hash = sha256Of(text);
    if (this.#logged.has(hash)) return;
    this.#logged.set(hash, true);
    this.#log({ event: 'document not trusted', sha256: hash, characters: text.length });
  }

  #reload(folder: string): void {
    try {
      this.#trusted = readDocuments(folder);
      this.#log({ event: 'trusted documents loaded', documents: this.#trusted.size });
    } catch (error) {
      const reason = (error as Error).message;
      this.#log({ event: 'trusted documents rejected, the last good ones are kept', error: reason });
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
      ? '此文档不在可信文档之列，不予执行；请运维加入后再发，或按标识发送可信文档。 This document is not trusted and was not executed; ask the operators to add it, or send a trusted document by its identifier.'
      : `没有标识为 ${id.slice(0, 100)} 的可信文档；请运维加入。 No trusted document has the identifier ${id.slice(0, 100)}; ask the operators to add it.`,
    { keepsConnection: true },
  );
