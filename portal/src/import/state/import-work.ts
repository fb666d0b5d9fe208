// One import of one file: sends it, runs it, and follows it until it has ended.
import { signal } from '@preact/signals';
import { GraphError } from '../../graph/graph-error.ts';
import { ImportFailure, type ImportsApi } from '../api/imports-api.ts';
import { isTransient, sendFile } from '../api/send-file.ts';
import type { ImportDefinition, RunOptions, Upload } from '../api/types.ts';
import { forgetUploadKey, uploadKey } from '../api/upload-keys.ts';

const pollMs = 800;

interface ImportWorkOptions {
  api: ImportsApi;
  definition: ImportDefinition;
  limits: { bytes: number; chunkBytes: number };
  /** Called with the id of an upload that was begun, for the address. */
  onUpload: (id: string) => void;
}

export class ImportWork {
  /** What the gateway knows of the file; null before it is chosen. */
  readonly upload = signal<Upload | null>(null);
  readonly failure = signal<GraphError | null>(null);
  /** Whether the file is being sent from here. */
  readonly isSending = signal(false);
  readonly isWaiting = signal(false);
  readonly isBusy = signal(false);
  /** The kind of the run that was started here; null where that is not known. */
  readonly isDryRun = signal<boolean | null>(null);
  #options: ImportWorkOptions;
  #sending: AbortController | null = null;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ImportWorkOptions) {
    this.#options = options;
  }

  get api(): ImportsApi {
    return this.#options.api;
  }

  get path(): string {
    return this.#pathOf(this.upload.value?.id ?? '');
  }

  /** Reads an upload that the address names. */
  open(id: string): Promise<void> {
    return this.#do(async () => this.#take(await this.api.show(this.#pathOf(id))));
  }

  /** Shows the upload that the address names, or none. */
  follow(id: string | null): void {
    if (id !== null && id === this.upload.peek()?.id) return;
    // A file that is being sent gets its id soon.
    if (id === null && this.isSending.peek()) return;
    clearTimeout(this.#timer);
    this.upload.value = null;
    this.failure.value = null;
    this.isDryRun.value = null;
    if (id !== null) void this.open(id);
  }

  /** Starts the upload of a file, or continues it. */
  async send(file: File): Promise<void> {
    if (this.isSending.value) return;
    const { definition, limits } = this.#options;
    const begun = this.upload.value;
    this.failure.value = fileFault(file, limits.bytes, begun);
    if (this.failure.value) return;
    this.isSending.value = true;
    const sending = new AbortController();
    this.#sending = sending;
    try {
      const idempotencyKey = uploadKey(definition.name, file);
      const { name: fileName, size: bytes } = file;
      const upload = begun ?? (await this.api.create(definition.name, { idempotencyKey, fileName, bytes }));
      this.#take(upload);
      this.#options.onUpload(upload.id);
      const sent = await sendFile(upload, file, {
        ...{ api: this.api, path: this.path, chunkBytes: limits.chunkBytes, signal: sending.signal },
        onProgress: (current, isWaiting) => {
          this.upload.value = current;
          this.isWaiting.value = isWaiting;
        },
      });
      forgetUploadKey(definition.name, file);
      this.#take(sent);
    } catch (error) {
      if (!sending.signal.aborted) this.#fail(error);
    } finally {
      if (sending.signal.aborted && !this.#isClosed) forgetUploadKey(definition.name, file);
      this.isSending.value = false;
      this.isWaiting.value = false;
    }
  }

  run(options: RunOptions): Promise<void> {
    return this.#do(async () => {
      this.isDryRun.value = options.dryRun;
      this.#take(await this.api.run(this.path, options));
    });
  }

  cancelRun = (): Promise<void> => this.#do(async () => this.#take(await this.api.cancel(this.path)));

  /** Removes the file; resolves with whether it is gone. */
  async remove(): Promise<boolean> {
    this.#sending?.abort(new Error('removed'));
    await this.#do(async () => {
      await this.api.remove(this.path).catch((error: unknown) => {
        if (!(error instanceof ImportFailure && error.status === 404)) throw error;
      });
      this.upload.value = null;
    });
    return this.upload.value === null;
  }

  /** Stops what it does in this page; the gateway continues a run. */
  close(): void {
    this.#isClosed = true;
    this.#sending?.abort(new Error('closed'));
    clearTimeout(this.#timer);
  }

  #pathOf(id: string): string {
    return `/imports/${this.#options.definition.name}/${id}`;
  }

  async #do(action: () => Promise<void>): Promise<void> {
    this.isBusy.value = true;
    this.failure.value = null;
    try {
      await action();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.isBusy.value = false;
    }
  }

  #take(upload: Upload): void {
    this.upload.value = upload;
    clearTimeout(this.#timer);
    if (upload.state === 'RUNNING' && !this.#isClosed)
      this.#timer = setTimeout(() => void this.#poll(), pollMs);
  }

  /** Reads how far a run is; a lost connection is waited for. */
  async #poll(): Promise<void> {
    const before = this.upload.value;
    if (!before) return;
    try {
      const upload = await this.api.show(this.path);
      this.isWaiting.value = false;
      if (this.upload.value === before) this.#take(upload);
    } catch (error) {
      if (!isTransient(error)) return this.#fail(error);
      this.isWaiting.value = true;
      this.#take(before);
    }
  }

  #fail(error: unknown): void {
    if (this.#isClosed) return;
    this.failure.value =
      error instanceof GraphError ? error : new GraphError(String(error), 'INTERNAL_SERVER_ERROR');
  }
}

/** Why a file is not sent, as an error whose code has a text. */
export function fileFault(
  { name, size }: Pick<File, 'name' | 'size'>,
  limit: number,
  begun: Pick<Upload, 'fileName' | 'bytes'> | null,
): GraphError | null {
  if (begun && (begun.fileName !== name || begun.bytes !== size)) return new GraphError(name, 'OTHER_FILE');
  if (size === 0) return new GraphError(name, 'FILE_EMPTY');
  if (size > limit) return new GraphError(name, 'FILE_TOO_LARGE');
  return null;
}
