// Keeps uploaded files, and what became of them, in a folder that only this process's user can read, for a day at most.
import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Bilingual } from '../errors.ts';
import type { Fault } from '../import/rows.ts';

/** `REFUSED`: nothing was written because of faults. `CHECKED`: a dry run without faults. */
type UploadState = 'UPLOADING' | 'UPLOADED' | 'RUNNING' | 'CHECKED' | 'REFUSED' | 'IMPORTED' | 'FAILED';

/** The result of a run, without values that are protected. */
export interface ImportResult {
  dryRun: boolean;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  faultCount: number;
  faults: readonly Fault[];
  notes: readonly Bilingual[];
  normalised: readonly (Bilingual & { column: string; count: number })[];
  ignoredColumns: readonly string[];
  hasRejects: boolean;
  seconds: number;
}

export interface Upload {
  id: string;
  /** `<subgraph>.<module>`. */
  import: string;
  viewer: string;
  fileName: string;
  bytes: number;
  state: UploadState;
  createdAt: number;
  updatedAt: number;
  progress: { rows: number; share: number } | null;
  result: ImportResult | null;
  /** Why the file was refused or the run failed. */
  message: string | null;
}

/** Reading a workbook takes the subgraph's own time: 100,000 rows of twenty columns have some 90 MB. */
export const uploadZipLimits = { maxUncompressedBytes: 536_870_912 };

const recordName = 'upload.json';
const keptMs = 86_400_000;
/** A run reports its progress every second; after this long without it, its process has ended. */
const staleMs = 30_000;

const hashOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** The same for a viewer, an import and a key, so that a repeated request finds what the first one made. */
export const uploadIdOf = (viewer: string, name: string, key: string): string => hashOf(viewer, name, key);

export class UploadStore {
  #folder: string;
  #saving: Promise<void> = Promise.resolve();
  /** Chunks of one file are appended one after the other. */
  #appending = new Map<string, Promise<unknown>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async create(upload: Upload): Promise<void> {
    await mkdir(this.#path(upload.id), { recursive: true, mode: 0o700 });
    await writeFile(this.fileOf(upload), '', { mode: 0o600 });
    await this.save(upload);
  }

  /** The upload of the viewer; null if there is none. */
  async find(id: string, viewer: string): Promise<Upload | null> {
    const upload = /^[0-9a-f]{32}$/.test(id) ? await this.#read(id) : null;
    if (upload?.viewer !== viewer) return null;
    const isStale = upload.state === 'RUNNING' && upload.updatedAt < Date.now() - staleMs;
    return isStale ? { ...upload, state: 'UPLOADED', progress: null, message: interrupted } : upload;
  }

  async #read(id: string): Promise<Upload | null> {
    const text = await readFile(join(this.#path(id), recordName), 'utf8').catch(ifMissing(null));
    return text === null ? null : (JSON.parse(text) as Upload);
  }

  /** Saves are written in their order. */
  save(upload: Upload): Promise<void> {
    upload.updatedAt = Date.now();
    const text = JSON.stringify(upload);
    const saved = this.#saving.then(async () => {
      const record = join(this.#path(upload.id), recordName);
      const part = `${record}.${process.pid}`;
      await writeFile(part, text, { mode: 0o600 });
      await rename(part, record);
    });
    this.#saving = saved.catch(() => {});
    return saved;
  }

  /** The uploads that are kept, of all viewers. */
  async all(): Promise<Upload[]> {
    const ids = await readdir(this.#folder).catch(ifMissing<string[]>([]));
    const uploads = await Promise.all(
      ids.filter((id) => /^[0-9a-f]{32}$/.test(id)).map((id) => this.#read(id)),
    );
    return uploads.filter((upload) => upload !== null);
  }

  async removeExpired(): Promise<void> {
    for (const { id, createdAt, state } of await this.all())
      if (createdAt < Date.now() - keptMs && state !== 'RUNNING') await this.remove(id);
  }

  /** The bytes that have arrived. */
  async received(upload: Upload): Promise<number> {
    const found = await stat(this.fileOf(upload)).catch(ifMissing(null));
    return found?.size ?? 0;
  }

  /**
   * Appends a chunk if the file ends at its offset; resolves to the bytes that have arrived. A chunk that was sent again because its
   * answer was lost changes nothing.
   */
  append(upload: Upload, offset: number, chunk: Buffer): Promise<number> {
    const appended = (this.#appending.get(upload.id) ?? Promise.resolve())
      .catch(() => {})
      .then(async () => {
        const received = await this.received(upload);
        if (received !== offset || received + chunk.length > upload.bytes) return received;
        await appendFile(this.fileOf(upload), chunk);
        return received + chunk.length;
      });
    this.#appending.set(upload.id, appended);
    const forget = () => {
      if (this.#appending.get(upload.id) === appended) this.#appending.delete(upload.id);
    };
    appended.then(forget, forget);
    return appended;
  }

  /** The uploaded file. It keeps its extension, which may be wrong. */
  fileOf({ id, fileName }: Upload): string {
    const extension = extname(fileName).toLowerCase();
    return join(this.#path(id), `file${/^\.[a-z]{1,5}$/.test(extension) ? extension : ''}`);
  }

  rejectsOf({ id }: Upload): string {
    return join(this.#path(id), 'rejects');
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { recursive: true, force: true });
  }

  /** The columns by headers that somebody of the bureau has chosen for an import. */
  async mapping(bureau: string, name: string): Promise<Record<string, string | null>> {
    const text = await readFile(this.#mappingPath(bureau, name), 'utf8').catch(ifMissing('{}'));
    return JSON.parse(text) as Record<string, string | null>;
  }

  async rememberMapping(bureau: string, name: string, mapping: Record<string, string | null>): Promise<void> {
    await mkdir(join(this.#folder, 'mappings'), { recursive: true, mode: 0o700 });
    const path = this.#mappingPath(bureau, name);
    const merged = { ...(await this.mapping(bureau, name)), ...mapping };
    await writeFile(`${path}.${process.pid}`, JSON.stringify(merged), { mode: 0o600 });
    await rename(`${path}.${process.pid}`, path);
  }

  #mappingPath(bureau: string, name: string): string {
    return join(this.#folder, 'mappings', `${hashOf(bureau, name)}.json`);
  }

  #path(id: string): string {
    return join(this.#folder, id);
  }
}

const interrupted =
  '上次运行中断，未写入任何内容；请重新开始。 The last run was interrupted and nothing was written: start it again.';

const ifMissing =
  <T>(otherwise: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  };
