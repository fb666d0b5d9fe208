// Runs imports of uploaded files in the background: one of each viewer, and a few of all, at a time.
import { rm } from 'node:fs/promises';
import type { DocumentNode } from 'graphql';
import type { Keyring } from '../encryption/keyring.ts';
import { errorCodes } from '../errors.ts';
import { HttpError, tooManyRequests } from '../http-error.ts';
import type { Viewer } from '../identity/viewer.ts';
import { normalisations } from '../import/cell-values.ts';
import type { ModuleImport } from '../import/module-import.ts';
import { type ImportOptions, type ImportReport, runImport } from '../import/run.ts';
import type { Log } from '../log.ts';
import { FileFault } from '../spreadsheet/file-fault.ts';
import { type ImportResult, type Upload, type UploadStore, uploadZipLimits } from './upload-store.ts';

/** Each has a connection of its own and sorts whole files in the database. */
const maxRuns = 2;
const saveEveryMs = 1000;
const faultLimit = 200;

export interface RunOptions {
  dryRun: boolean;
  /** Whether rows without faults are written although others have faults. */
  skipBad: boolean;
  ignoreUnknown: boolean;
  sheet?: string | undefined;
  encoding?: ImportOptions['encoding'];
  mapping?: Record<string, string | null> | undefined;
}

export interface ImportRunsOptions {
  store: UploadStore;
  databaseUrl: string;
  schema: DocumentNode;
  keyring: Keyring;
  log: Log;
}

interface Run {
  viewer: string;
  abort: AbortController;
  ended: Promise<void>;
}

export class ImportRuns {
  #options: ImportRunsOptions;
  #runs = new Map<string, Run>();

  constructor(options: ImportRunsOptions) {
    this.#options = options;
  }

  isRunning(id: string): boolean {
    return this.#runs.has(id);
  }

  /** Throws an HttpError if too many imports run. */
  checkCapacity(viewer: Viewer): void {
    const own = [...this.#runs.values()].filter((run) => run.viewer === viewer.id).length;
    if (own === 0 && this.#runs.size < maxRuns) return;
    throw tooManyRequests(
      'TOO_MANY_AT_ONCE',
      `正在导入的文件过多，请等前一个完成。 Too many imports are running: wait until the one before has ended.`,
      { limit: own > 0 ? 1 : maxRuns, retryAfterMs: 5000 },
    );
  }

  /** Starts a run. Resolves once its upload is recorded as running. `checkCapacity` was called in the same tick. */
  async start(upload: Upload, definition: ModuleImport, viewer: Viewer, options: RunOptions): Promise<void> {
    const abort = new AbortController();
    Object.assign(upload, { state: 'RUNNING', progress: { rows: 0, share: 0 }, result: null, message: null });
    const recorded = this.#options.store.save(upload);
    const ended = recorded.then(
      () => this.#run(upload, definition, viewer, options, abort.signal),
      () => void this.#runs.delete(upload.id),
    );
    this.#runs.set(upload.id, { viewer: viewer.id, abort, ended });
    await recorded;
  }

  /** Rolls back a run and resolves once it has ended; one that has ended stays as it is. */
  async cancel(id: string): Promise<void> {
    const run = this.#runs.get(id);
    run?.abort.abort(cancelled);
    await run?.ended;
  }

  /** Rolls back what is running. */
  async close(): Promise<void> {
    const runs = [...this.#runs.values()];
    for (const { abort } of runs) abort.abort(new Error('the subgraph is stopping'));
    await Promise.all(runs.map(({ ended }) => ended));
  }

  async #run(
    upload: Upload,
    definition: ModuleImport,
    viewer: Viewer,
    options: RunOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, databaseUrl, schema, keyring, log } = this.#options;
    const rejectsFile = options.skipBad ? store.rejectsOf(upload) : undefined;
    const saving = setInterval(() => void this.#save(upload), saveEveryMs);
    try {
      await rm(store.rejectsOf(upload), { force: true });
      const report = await runImport(definition, {
        ...{ databaseUrl, schema, keyring, signal, faultLimit, rejectsFile, ...options },
        file: store.fileOf(upload),
        zipLimits: uploadZipLimits,
        operator: viewer.id,
        divisions: viewer.divisions,
        progress: (rows, share) => {
          upload.progress = { rows, share };
        },
      });
      upload.result = resultOf(report, options.dryRun);
      upload.state = report.committed ? 'IMPORTED' : isRefused(report, rejectsFile) ? 'REFUSED' : 'CHECKED';
    } catch (error) {
      Object.assign(upload, failureOf(error, signal));
      if (upload.state === 'FAILED')
        log({ event: 'import failed', upload: upload.id, level: 'error', error: (error as Error).stack });
    } finally {
      clearInterval(saving);
      // Whoever reads that the run has ended can start the next one.
      this.#runs.delete(upload.id);
      await this.#save(upload);
      // What was imported is kept no longer than needed.
      if (upload.state === 'IMPORTED') await rm(store.fileOf(upload), { force: true });
    }
  }

  async #save(upload: Upload): Promise<void> {
    await this.#options.store
      .save(upload)
      .catch((error: Error) => this.#options.log({ event: 'import not recorded', error: error.message }));
  }
}

const cancelled = new Error('the viewer has cancelled the import');

const isRefused = ({ rejected }: ImportReport, rejectsFile: string | undefined): boolean =>
  rejected > 0 && rejectsFile === undefined;

function failureOf(error: unknown, signal: AbortSignal): Pick<Upload, 'state' | 'message' | 'progress'> {
  if (error instanceof FileFault) return { state: 'REFUSED', message: error.message, progress: null };
  if (signal.aborted)
    return {
      state: 'UPLOADED',
      message:
        signal.reason === cancelled
          ? '已取消，未写入任何内容。 Cancelled: nothing was written.'
          : '服务重启，未写入任何内容；请重新开始。 The service was restarted and nothing was written: start again.',
      progress: null,
    };
  return { state: 'FAILED', message: `${errorCodes.INTERNAL_SERVER_ERROR}`, progress: null };
}

function resultOf(report: ImportReport, dryRun: boolean): ImportResult {
  const { rows, created, updated, unchanged, rejected, faultCount, faults, notes, ignoredColumns } = report;
  return {
    ...{ dryRun, rows, created, updated, unchanged, rejected, faultCount, faults, notes, ignoredColumns },
    normalised: report.normalised.map(({ column, kind, count }) => ({
      ...normalisations[kind],
      column: column.name,
      count,
    })),
    hasRejects: report.committed && rejected > 0,
    seconds: report.seconds,
  };
}

/** A run that cannot start because of the state of its upload. */
export const cannotRun = (upload: Upload): HttpError =>
  new HttpError(
    409,
    'BAD_REQUEST',
    upload.state === 'UPLOADING'
      ? '文件尚未传完。 The file has not arrived completely.'
      : '该文件正在导入。 The file is being imported.',
    { keepsConnection: true, extensions: { state: upload.state } },
  );
