// Runs an import: a file is read, checked and merged in one transaction.

import { rm } from 'node:fs/promises';
import type { DocumentNode } from 'graphql';
import { today } from '../calendar.ts';
import { constraintRefusal } from '../database/constraint-errors.ts';
import { openDatabase, type Sql } from '../database/database.ts';
import { developmentKeyring, type Keyring } from '../encryption/keyring.ts';
import type { Bilingual } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { labelsOf } from '../schema/descriptions.ts';
import type { Encoding } from '../spreadsheet/csv.ts';
import { FileFault } from '../spreadsheet/file-fault.ts';
import type { FileRow } from '../spreadsheet/file-row.ts';
import { type OpenOptions, openFile, type RowFile } from '../spreadsheet/open-file.ts';
import { shownCell } from './cells.ts';
import { type Header, type HeaderOptions, headerSearchRows, requireHeader } from './header.ts';
import type { ModuleImport } from './module-import.ts';
import { moveRejects, partOf, writeRejects } from './rejects.ts';
import { type Fault, type Normalised, RowReader } from './rows.ts';
import { concurrentChange, ImportStaging, type Merged } from './staging.ts';
import { Table } from './table.ts';

export interface ImportOptions extends HeaderOptions {
  databaseUrl: string;
  /** The subgraph's SDL, for the descriptions of enum values. */
  schema: DocumentNode;
  file: string;
  /** Of CSV; detected unless given. */
  encoding?: Encoding | undefined;
  /** The sheet of a workbook; by default the first one that is not hidden. */
  sheet?: string | undefined;
  zipLimits?: OpenOptions['zipLimits'];
  /** The divisions that the operator may write in; by default all. */
  divisions?: readonly string[] | undefined;
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
  encoding: Encoding | 'xlsx';
  /** The headers of columns that were ignored: those that a file of rejected rows has, and unknown ones. */
  ignoredColumns: readonly string[];
  /** What was passed over or read otherwise than the sender may expect. */
  notes: readonly Bilingual[];
  normalised: readonly Normalised[];
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
  const file = await openFile(options.file, options);
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
        // It may have been aborted before the listener was there.
        options.signal?.throwIfAborted();
        report = await importFile(sql as unknown as Sql, definition, file, options);
        options.signal?.throwIfAborted();
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
    file.close();
    await pool.end();
  }
}

/** Thrown to roll back a transaction without an error. */
class RollBack extends Error {}

async function importFile(
  sql: Sql,
  definition: ModuleImport,
  file: RowFile,
  options: ImportOptions,
): Promise<ImportReport> {
  // Merging sorts and hashes whole files; imports do not run on a hundred connections at once.
  await sql`set local work_mem = '128MB'`;
  const { staging, header, ...read } = await stageFile(sql, definition, file, options);
  const { rejectsFile, faultLimit = defaultFaultLimit, dryRun = false } = options;
  await staging.resolve();
  for (let found = await staging.check(); found > 0 && rejectsFile; found = await staging.check())
    await staging.dropRejected();
  const { rows: rejected, faults: faultCount } = await staging.countFaults();
  const refused = rejected > 0 && !rejectsFile;
  const merged = refused ? { created: 0, updated: 0, unchanged: 0 } : await staging.merge(options.operator);
  if (rejected > 0 && rejectsFile && !dryRun) await writeRejects(staging, file, header, rejectsFile);
  const maskings = new Map(definition.columns.map(({ name, masking }) => [name, masking]));
  const faults = (await staging.firstFaults(faultLimit)).map(({ masked, value, ...fault }) => ({
    ...fault,
    value: masked ? (value ?? '') : shownCell(value ?? '', maskings.get(fault.column)),
  }));
  return {
    ...merged,
    ...read,
    encoding: file.encoding ?? 'xlsx',
    ignoredColumns: header.ignored,
    rejected,
    faultCount,
    faults,
    committed: !refused && !dryRun,
    seconds: 0,
  };
}

type Read = Pick<ImportReport, 'rows' | 'notes' | 'normalised'> & { staging: ImportStaging; header: Header };

/** Reads the whole file: valid rows are staged, and the faults of the others beside them. */
async function stageFile(
  sql: Sql,
  definition: ModuleImport,
  file: RowFile,
  options: ImportOptions,
): Promise<Read> {
  const { progress } = options;
  let share = 0;
  let rows = 0;
  let stage: Stage | null = null;
  let head: FileRow[] = [];
  const add = async ({ table, reader, staging }: Stage, batch: readonly FileRow[]): Promise<void> => {
    for (const row of batch) {
      if (!table.isRecord(row)) continue;
      rows += 1;
      const read = reader.read(row);
      if ('staged' in read) await staging.add(read.staged);
      else await staging.reject(read.faults);
    }
    progress?.(rows, share);
  };
  try {
    const batches = file.rows((read) => {
      share = read;
    });
    for await (const batch of batches) {
      if (stage) await add(stage, batch);
      else {
        head.push(...batch);
        if (head.length < headerSearchRows) continue;
        stage = await startStage(sql, definition, file, head, options);
        await add(stage, below(stage.header, head));
        head = [];
      }
    }
    if (!stage) {
      stage = await startStage(sql, definition, file, head, options);
      await add(stage, below(stage.header, head));
    }
    await stage.staging.flush();
  } catch (error) {
    stage?.staging.abort();
    throw error;
  }
  progress?.(rows, 1, true);
  const { staging, header, table, reader } = stage;
  const notes = [...file.notes, ...table.notes];
  return { staging, header, rows, notes, normalised: reader.normalised };
}

const below = ({ line }: Header, rows: readonly FileRow[]): FileRow[] =>
  rows.filter((row) => row.line > line);

interface Stage {
  header: Header;
  table: Table;
  reader: RowReader;
  staging: ImportStaging;
}

/** Finds the header among the first rows and prepares what reads the others. */
async function startStage(
  sql: Sql,
  definition: ModuleImport,
  { form, is1904 }: RowFile,
  head: readonly FileRow[],
  { schema, divisions, keyring = developmentKeyring, today: day = today(), ...options }: ImportOptions,
): Promise<Stage> {
  const header = requireHeader(head.slice(0, headerSearchRows), definition, options);
  const { mapped } = header;
  const staging = new ImportStaging(sql, definition, { mapped, keyring, divisions });
  const context = { labels: labelsOf(schema), is1904 };
  const check = await definition.check(sql, day, keyring);
  const { names } = staging;
  const endsEarly = form === 'xlsx';
  const reader = new RowReader(definition, { mapped, names, context, check, keyring, endsEarly, divisions });
  await staging.start();
  return { header, table: new Table(definition, header), reader, staging };
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
  return new FileFault(
    `某些行：${zh}（${by}）；未写入任何内容。`,
    `Some rows were refused: ${en} (${by}). Nothing was written.`,
  );
}
