// The current API keys: read from a file or a URL and polled every few seconds. If that fails, the last good ones stay.
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError } from '../http-error.ts';
import type { Log } from '../log.ts';
import { type ApiKeyRecord, isSecretOf, parseApiKeys, partsOf } from './api-key.ts';
import { isSandboxKey, sandboxTerms, withoutSandboxScopes } from './sandbox-key.ts';
import { type Viewer, viewerFromClaims } from './viewer.ts';

export interface ApiKeySource {
  /** An http(s) URL or a file. */
  source: string;
  /** Between two polls. */
  checkEveryMs?: number;
}

/** Together with the time of one poll, a revoked key is refused everywhere within 10 s. */
const defaultPollMs = 3000;
const fetchTimeoutMs = 3000;
const maxBytes = 10_485_760;
const maxIdLogged = 100;

/** The text of the source; null if it has not changed. */
type Poll = () => Promise<string | null>;

interface ApiKeysOptions extends ApiKeySource {
  /** Whether sandbox keys have their scopes: only where all data are synthetic. */
  grantsSandboxScopes?: boolean;
  log?: Log;
}

interface KnownKey {
  record: ApiKeyRecord;
  viewer: Viewer;
}

export class ApiKeys {
  #poll: Poll;
  #log: Log;
  #pollMs: number;
  #grantsSandboxScopes: boolean;
  /** By id; null until they are read for the first time. */
  #known: ReadonlyMap<string, KnownKey> | null = null;
  #first: Promise<void>;
  #polling: Promise<void>;
  #closing = new AbortController();
  /** The last logged fault of the source. */
  #fault: string | null = null;

  constructor({
    source,
    checkEveryMs = defaultPollMs,
    grantsSandboxScopes = false,
    log = () => {},
  }: ApiKeysOptions) {
    this.#grantsSandboxScopes = grantsSandboxScopes;
    this.#poll = /^https?:/.test(source) ? pollUrl(source, this.#closing.signal) : pollFile(source);
    this.#pollMs = checkEveryMs;
    this.#log = log;
    this.#first = this.#read();
    this.#polling = this.#first.then(() => this.#pollUntilClosed());
  }

  /** The viewer of a key. Rejects with an HttpError that says what to do. */
  async verify(key: string): Promise<Viewer> {
    await this.#first;
    if (!this.#known) throw unavailable();
    const { id, secret } = partsOf(key) ?? { id: '', secret: '' };
    const known = this.#known.get(id);
    if (!isSecretOf(known?.record, id, secret) || !known)
      throw invalidKey('API 密钥无效', 'This API key is not valid');
    // Only clients that have the secret learn about the state of the key.
    const { record, viewer } = known;
    const { revokedAt } = record;
    if (revokedAt !== null) throw invalidKey(`API 密钥 ${id} 已被撤销`, `The API key ${id} was revoked`);
    if (viewer.expiresAt !== null && viewer.expiresAt <= Date.now())
      throw invalidKey(`API 密钥 ${id} 已过期`, `The API key ${id} has expired`);
    return viewer;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#polling;
  }

  async #pollUntilClosed(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await sleep(this.#pollMs, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.#read();
    }
  }

  async #read(): Promise<void> {
    try {
      const text = await this.#poll();
      if (text !== null) this.#replace(parseApiKeys(text));
      this.#logFault(null);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!this.#closing.signal.aborted) this.#logFault(code ?? message);
    }
  }

  /** A key whose record has not changed keeps its viewer object; viewers of changed and removed keys are withdrawn. */
  #replace(records: readonly ApiKeyRecord[]): void {
    const before = this.#known ?? new Map<string, KnownKey>();
    const known = new Map<string, KnownKey>();
    for (const record of records) {
      const old = before.get(record.id);
      const isSame = old && JSON.stringify(old.record) === JSON.stringify(record);
      known.set(record.id, isSame ? old : { record, viewer: this.#viewerOf(record) });
    }
    this.#known = known;
    for (const [id, { viewer }] of before)
      if (viewer.key && known.get(id)?.viewer !== viewer) viewer.key.isWithdrawn = true;
    const ids = [...known.keys()].slice(0, maxIdLogged);
    this.#log({ event: 'api keys read', count: known.size, ids });
  }

  #viewerOf(record: ApiKeyRecord): Viewer {
    if (!isSandboxKey(record.id)) return viewerOfKey(record);
    const viewer = viewerOfKey(sandboxTerms(record));
    return this.#grantsSandboxScopes ? viewer : withoutSandboxScopes(viewer);
  }

  #logFault(fault: string | null): void {
    if (fault !== null && fault !== this.#fault)
      this.#log({ event: 'api keys not read, the last good ones stay', reason: fault });
    this.#fault = fault;
  }
}

function viewerOfKey({ id, bureau, scopes, divisions, purposes, expiresAt, rate }: ApiKeyRecord): Viewer {
  const named = viewerFromClaims({
    id,
    bureau,
    scopes: [...scopes],
    divisions: [...divisions],
    purposes: [...purposes],
  });
  return { ...named, expiresAt: Date.parse(expiresAt), key: { rate, isWithdrawn: false } };
}

function pollFile(file: string): Poll {
  let last = '';
  return async () => {
    const { mtimeNs, ino, size } = await stat(file, { bigint: true });
    const now = `${mtimeNs} ${ino} ${size}`;
    if (now === last) return null;
    const text = await readFile(file, 'utf8');
    last = now;
    return text;
  };
}

function pollUrl(url: string, closing: AbortSignal): Poll {
  let tag: string | null = null;
  let last: string | null = null;
  return async () => {
    const response = await fetch(url, {
      headers: tag === null ? {} : { 'if-none-match': tag },
      redirect: 'error',
      signal: AbortSignal.any([closing, AbortSignal.timeout(fetchTimeoutMs)]),
    });
    if (response.status === 304) return null;
    const text = await readBounded(response);
    tag = response.headers.get('etag');
    if (text === last) return null;
    last = text;
    return text;
  };
}

async function readBounded(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece as Uint8Array, { stream: true });
    if (text.length > maxBytes) throw new Error(`longer than ${maxBytes} bytes`);
  }
  return text;
}

const invalidKey = (zh: string, en: string) =>
  new HttpError(
    401,
    'UNAUTHENTICATED',
    `${zh}；请向市数据平台申请新密钥，并以 Authorization: ApiKey <标识>.<密钥> 发送。 ${en}. Ask the operator of the graph for a new key, and send it as Authorization: ApiKey <id>.<secret>.`,
    { keepsConnection: true },
  );

const unavailable = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '暂时无法核对 API 密钥，请稍后重试。 API keys cannot be checked at the moment. Try again later.',
    { keepsConnection: true },
  );
