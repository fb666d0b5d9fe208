// The API keys of the moment: read from a file or an address, looked at again every few seconds, the last good ones kept.
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError } from '../http-error.ts';
import type { Log } from '../log.ts';
import { type ApiKeyRecord, isSecretOf, parseApiKeys, partsOf } from './api-key.ts';
import { type Viewer, viewerFromClaims } from './viewer.ts';

export interface ApiKeySource {
  /** Where they are: an http(s) address or a file. */
  source: string;
  /** From one look to the next. */
  checkEveryMs?: number;
}

/** With the time of one look: what is revoked is refused everywhere within 10 s. */
const defaultLookMs = 3000;
const fetchTimeoutMs = 3000;
const maxBytes = 10_485_760;
const maxIdLogged = 100;

/** The text of the source; null while it is as it was. */
type Look = () => Promise<string | null>;

interface HeldKey {
  record: ApiKeyRecord;
  viewer: Viewer;
}

export class ApiKeys {
  #look: Look;
  #log: Log;
  #lookMs: number;
  /** By id; null before they were read for the first time. */
  #held: ReadonlyMap<string, HeldKey> | null = null;
  #first: Promise<void>;
  #turns: Promise<void>;
  #ending = new AbortController();
  /** What is wrong with the source, as it was logged. */
  #fault: string | null = null;

  constructor({
    source,
    checkEveryMs: lookMs = defaultLookMs,
    log = () => {},
  }: ApiKeySource & { log?: Log }) {
    this.#look = /^https?:/.test(source) ? addressLook(source, this.#ending.signal) : fileLook(source);
    this.#lookMs = lookMs;
    this.#log = log;
    this.#first = this.#read();
    this.#turns = this.#first.then(() => this.#lookOn());
  }

  /** Whose the key is. Rejects with a refusal that says what to do. */
  async verify(key: string): Promise<Viewer> {
    await this.#first;
    if (!this.#held) throw unavailable();
    const { id, secret } = partsOf(key) ?? { id: '', secret: '' };
    const held = this.#held.get(id);
    if (!isSecretOf(held?.record, id, secret) || !held)
      throw refused('API 密钥无效', 'This API key is not valid');
    // What follows is for who has the secret alone.
    const { revokedAt, expiresAt } = held.record;
    if (revokedAt !== null) throw refused(`API 密钥 ${id} 已被撤销`, `The API key ${id} was revoked`);
    if (Date.parse(expiresAt) <= Date.now())
      throw refused(`API 密钥 ${id} 已过期`, `The API key ${id} has expired`);
    return held.viewer;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#turns;
  }

  async #lookOn(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await sleep(this.#lookMs, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) await this.#read();
    }
  }

  async #read(): Promise<void> {
    try {
      const text = await this.#look();
      if (text !== null) this.#take(parseApiKeys(text));
      this.#tell(null);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!this.#ending.signal.aborted) this.#tell(code ?? message);
    }
  }

  /** Who has a key that is as it was stays the same viewer; what was asked for with another stops. */
  #take(records: readonly ApiKeyRecord[]): void {
    const before = this.#held ?? new Map<string, HeldKey>();
    const held = new Map<string, HeldKey>();
    for (const record of records) {
      const old = before.get(record.id);
      const isSame = old && JSON.stringify(old.record) === JSON.stringify(record);
      held.set(record.id, isSame ? old : { record, viewer: viewerOfKey(record) });
    }
    this.#held = held;
    for (const [id, { viewer }] of before)
      if (viewer.key && held.get(id)?.viewer !== viewer) viewer.key.isWithdrawn = true;
    const ids = [...held.keys()].slice(0, maxIdLogged);
    this.#log({ event: 'api keys read', count: held.size, ids });
  }

  #tell(fault: string | null): void {
    if (fault !== null && fault !== this.#fault)
      this.#log({ event: 'api keys not read, the last good ones stay', fault });
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

function fileLook(file: string): Look {
  let seen = '';
  return async () => {
    const { mtimeNs, ino, size } = await stat(file, { bigint: true });
    const now = `${mtimeNs} ${ino} ${size}`;
    if (now === seen) return null;
    const text = await readFile(file, 'utf8');
    seen = now;
    return text;
  };
}

function addressLook(address: string, ending: AbortSignal): Look {
  let tag: string | null = null;
  let seen: string | null = null;
  return async () => {
    const response = await fetch(address, {
      headers: tag === null ? {} : { 'if-none-match': tag },
      redirect: 'error',
      signal: AbortSignal.any([ending, AbortSignal.timeout(fetchTimeoutMs)]),
    });
    if (response.status === 304) return null;
    const text = await bounded(response);
    tag = response.headers.get('etag');
    if (text === seen) return null;
    seen = text;
    return text;
  };
}

async function bounded(response: Response): Promise<string> {
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body ?? []) {
    text += decoder.decode(piece as Uint8Array, { stream: true });
    if (text.length > maxBytes) throw new Error(`longer than ${maxBytes} bytes`);
  }
  return text;
}

const refused = (zh: string, en: string) =>
  new HttpError(
    401,
    'UNAUTHENTICATED',
    `${zh}；请向市数据平台申请新密钥，并以 Authorization: ApiKey <标识>.<密钥> 发送。 ${en}: ask the operator of the graph for a new one, and send it as Authorization: ApiKey <id>.<secret>.`,
    true,
  );

const unavailable = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '暂时无法核对 API 密钥，请稍后重试。 API keys cannot be checked at the moment; try again.',
    true,
  );
