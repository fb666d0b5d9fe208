// Runs an import: a file is read, checked and merged in one transaction.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { DocumentNode } from 'graphql';
import { today } from '../calendar.ts';
import { constraintRefusal } from '../database/constraint-errors.ts';
import { openDatabase, type Sql } from '../database/database.ts';
import { developmentKeyring, type Keyring } from '../encryption/keyring.ts';
import type { Progress } from '../progress.ts';
import { labelsOf } from '../schema/descriptions.ts';
import { shownCell } from './cells.ts';
import {
  byteOrderMark,
  type CsvRow,
  csvLine,
  type Encoding,
  encodingOf,
  neutralised,
  readCsv,
} from './csv.ts';
import { isRejectColumn, mapColumns, rejectColumns } from './header.ts';
import type { ModuleImport } from './module-import.ts';
import { type Fault, RowReader } from './rows.ts';
import { concurrentChange, ImportStaging, type Merged } from './staging.ts';

export interface ImportOptions {
  databaseUrl: string;
  /** The subgraph's SDL, for the descriptions of enum values. */
  schema: DocumentNode;
  file: string;
  /** Detected unless given. */
  encoding?: Encoding;
  /** Does everything, then rolls back. */
  dryRun?: boolean;
  /** The file for rows with faults. Without it, nothing is imported if any row has a fault. */
  rejectsFile?: string;
  /** The maximum number of faults in the report. */
  faultLimit?: number;
  /** The name of the operator in the change events. */
  operator: string;
  progress?: Progress;
  /** The keys of the subgraph; those for development by default. */
  keyring?: Keyring;
  /** Aborts the import and rolls it back. */
  signal?: AbortSignal;
  today?: string;
}

export interface ImportReport extends Merged {
  encoding: Encoding;
  /** The headers of columns that were ignored: those that a file of rejected rows has. */
  ignoredColumns: readonly string[];
  rows: number;
  /** The number of rows with faults, and of faults. */
  rejected: number;
  faultCount: number;
  /** The first faults. */
  faults: Fault[];
  /** Whether the import was committed. */
  committed: boolean;
  seconds: number;
}

const defaultFaultLimit = 100;

/** Throws for a file that is not of this import. The report has the faults of rows. */
export async function runImport(definition: ModuleImport, options: ImportOptions): Promise<ImportReport> {
  const started = performance.now();
  const encoding = options.encoding ?? (await encodingOf(options.file));
  const pool = openDatabase(options.databaseUrl, {
    maxConnections: 1,
    statementTimeoutMs: 0,
    applicationName: `import ${definition.name}`,
  });
  const interrupt = () => void pool.end({ timeout: 0 });
  options.signal?.addEventListener('abort', interrupt);
  let report: ImportReport | undefined;
  try {
    await pool
      .begin(async (sql) => {
        report = await importFile(sql as unknown as Sql, definition, { ...options, encoding });
        if (!report.committed) throw new RollBack();
      })
      .catch((error: unknown) => {
        options.signal?.throwIfAborted();
        if (!(error instanceof RollBack)) throw operatorError(error);
      });
    if (!report) throw new Error('the import has no report');
    if (report.committed) {
      await moveRejects(options.rejectsFile, report.rejected);
      await pool.unsafe(`analyze ${definition.table}`);
    }
    return { ...report, seconds: (performance.now() - started) / 1000 };
  } finally {
    options.signal?.removeEventListener('abort', interrupt);
    if (options.rejectsFile) await rm(partOf(options.rejectsFile), { force: true });
    await pool.end();
  }
}

/** Thrown to roll back a transaction without an error. */
class RollBack extends Error {}

async function importFile(
  sql: Sql,
  definition: ModuleImport,
  options: ImportOptions & { encoding: Encoding },
): Promise<ImportReport> {
  // Merging sorts and hashes whole files; imports do not run on a hundred connections at once.
  await sql`set local work_mem = '128MB'`;
  const { staging, rows, ignoredColumns } = await stageFile(sql, definition, options);
  const { rejectsFile, faultLimit = defaultFaultLimit, encoding, dryRun = false } = options;
  await staging.resolve();
  for (let found = await staging.check(); found > 0 && rejectsFile; found = await staging.check())
    await staging.dropRejected();
  const { rows: rejected, faults: faultCount } = await staging.countFaults();
  const refused = rejected > 0 && !rejectsFile;
  const merged = refused ? { created: 0, updated: 0, unchanged: 0 } : await staging.merge(options.operator);
  if (rejected > 0 && rejectsFile && !dryRun) await writeRejects(staging, options, partOf(rejectsFile));
  const maskings = new Map(definition.columns.map(({ name, masking }) => [name, masking]));
  const faults = (await staging.firstFaults(faultLimit)).map(({ masked, value, ...fault }) => ({
    ...fault,
    value: masked ? (value ?? '') : shownCell(value ?? '', maskings.get(fault.column)),
  }));
  return {
    ...merged,
    encoding,
    ignoredColumns,
    rows,
    rejected,
    faultCount,
    faults,
    committed: !refused && !dryRun,
    seconds: 0,
  };
}

/** Reads the whole file: valid rows are staged, and the faults of the others beside them. */
async function stageFile(
  sql: Sql,
  definition: ModuleImport,
  {
    file,
    encoding,
    schema,
    progress,
    keyring = developmentKeyring,
    today: day = today(),
  }: ImportOptions & { encoding: Encoding },
): Promise<Pick<ImportReport, 'rows' | 'ignoredColumns'> & { staging: ImportStaging }> {
  const { size } = await stat(file);
  let progressShare = 0;
  const batches = readCsv(file, encoding, (bytes) => {
    progressShare = bytes / Math.max(size, 1);
  });
  let staging: ImportStaging | null = null;
  let reader: RowReader | null = null;
  let rows = 0;
  let ignoredColumns: string[] = [];
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        if (!staging || !reader) {
          const mapped = mapColumns(row.cells, definition);
          ignoredColumns = row.cells.filter(isRejectColumn);
          staging = new ImportStaging(sql, definition, mapped, keyring);
          const context = { labels: labelsOf(schema) };
          const check = await definition.check(sql, day, keyring);
          reader = new RowReader(definition, { mapped, names: staging.names, context, check, keyring });
          await staging.start();
          continue;
        }
        rows += 1;
        const read = reader.read(row);
        if ('staged' in read) await staging.add(read.staged);
        else await staging.reject(read.faults);
      }
      progress?.(rows, progressShare);
    }
    await staging?.flush();
  } catch (error) {
    staging?.abort();
    throw error;
  }
  if (!staging) throw new Error('文件是空的。 The file is empty.');
  progress?.(rows, 1, true);
  return { staging, rows, ignoredColumns };
}

const partOf = (file: string): string => `${file}.part-${process.pid}`;

/**
 * Reads the file again and writes the rows with faults unchanged, after their line number and the reasons. These replace those of an
 * earlier import, where the file has rows that it rejected.
 */
async function writeRejects(
  staging: ImportStaging,
  { file, encoding }: ImportOptions & { encoding: Encoding },
  part: string,
): Promise<void> {
  // Rejected rows may have personal data: only the operator may read the file.
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  const rows = rowsOf(file, encoding);
  const header = (await rows.next()).value?.cells ?? [];
  const ownCells = (cells: readonly string[] = []) =>
    cells.filter((_cell, index) => !isRejectColumn(header[index] ?? '')).map(neutralised);
  await write(`${byteOrderMark}${csvLine([...rejectColumns, ...ownCells(header)])}`);
  for await (const page of staging.rejections()) {
    for (const { line, reason } of page) {
      let row = (await rows.next()).value;
      while (row && row.line < line) row = (await rows.next()).value;
      await write(csvLine([String(line), reason, ...ownCells(row?.cells)]));
    }
  }
  await rows.return(undefined);
  out.end();
  await finished(out);
}

async function* rowsOf(file: string, encoding: Encoding): AsyncGenerator<CsvRow, undefined> {
  for await (const batch of readCsv(file, encoding)) yield* batch;
}

async function moveRejects(rejectsFile: string | undefined, rejected: number): Promise<void> {
  if (rejectsFile && rejected > 0) await rename(partOf(rejectsFile), rejectsFile);
}

/** The error of a constraint as a message to the operator with the name of the constraint. It leaves out the row, which PostgreSQL's message has. */
function operatorError(error: unknown): unknown {
  const { code, constraint_name: constraint } = error as { code?: string; constraint_name?: string };
  if (typeof code !== 'string') return error;
  // A deadlock or a serialization failure.
  if (/^40(001|P01)$/.test(code)) return concurrentChange();
  const refusal = constraintRefusal(error);
  if (!refusal) return error;
  const { zh, en } = refusal;
  const by = constraint ?? code;
  return new Error(
    `某些行：${zh}（${by}）；未写入任何内容。 Some rows were refused: ${en} (${by}). Nothing was written.`,
  );
}
