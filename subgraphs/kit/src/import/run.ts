// One import: a file is read, checked and merged in one transaction, or leaves nothing.

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
import { mapColumns } from './header.ts';
import type { ModuleImport } from './module-import.ts';
import { type Fault, RowReader } from './rows.ts';
import { changedMeanwhile, ImportStaging, type Merged } from './staging.ts';

export interface ImportOptions {
  databaseUrl: string;
  /** The subgraph's SDL, of which enums are read by their descriptions. */
  schema: DocumentNode;
  file: string;
  /** Found out when left out. */
  encoding?: Encoding;
  /** Everything is done, and undone. */
  dryRun?: boolean;
  /** Where rows that have faults go; when left out, one of them is enough for nothing to be written. */
  rejectsFile?: string;
  /** How many faults the report has at most. */
  faultLimit?: number;
  /** Who imports, as the change events say. */
  caller: string;
  progress?: Progress;
  /** The keys of the subgraph; those for development without it. */
  keyring?: Keyring;
  /** Ends it: what is not committed is undone. */
  signal?: AbortSignal;
  today?: string;
}

export interface ImportReport extends Merged {
  encoding: Encoding;
  rows: number;
  /** Rows that have faults, and how many faults that is. */
  rejected: number;
  faultCount: number;
  /** The first of them. */
  faults: Fault[];
  /** Whether anything was written that is to stay. */
  kept: boolean;
  seconds: number;
}

const defaultFaultLimit = 100;

/** Throws for a file that is no such file; rows that have faults are in the report. */
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
        if (!report.kept) throw new Undone();
      })
      .catch((error: unknown) => {
        options.signal?.throwIfAborted();
        if (!(error instanceof Undone)) throw databaseRefused(error);
      });
    if (!report) throw new Error('the import has no report');
    if (report.kept) {
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

/** Ends a transaction that is to leave nothing. */
class Undone extends Error {}

async function importFile(
  sql: Sql,
  definition: ModuleImport,
  options: ImportOptions & { encoding: Encoding },
): Promise<ImportReport> {
  // Merging sorts and hashes whole files; a hundred connections do not import at once.
  await sql`set local work_mem = '128MB'`;
  const { staging, rows } = await stageFile(sql, definition, options);
  const { rejectsFile, faultLimit = defaultFaultLimit, encoding, dryRun = false } = options;
  await staging.resolve();
  for (let found = await staging.check(); found > 0 && rejectsFile; found = await staging.check())
    await staging.dropRejected();
  const { rows: rejected, faults: faultCount } = await staging.countFaults();
  const refused = rejected > 0 && !rejectsFile;
  const merged = refused ? { created: 0, updated: 0, unchanged: 0 } : await staging.merge(options.caller);
  if (rejected > 0 && rejectsFile && !dryRun) await writeRejects(staging, options, partOf(rejectsFile));
  const secrets = new Map(definition.columns.map(({ name, masking: secret }) => [name, secret]));
  const faults = (await staging.firstFaults(faultLimit)).map(({ masked, value, ...fault }) => ({
    ...fault,
    value: masked ? (value ?? '') : shownCell(value ?? '', secrets.get(fault.column)),
  }));
  return {
    ...merged,
    encoding,
    rows,
    rejected,
    faultCount,
    faults,
    kept: !refused && !dryRun,
    seconds: 0,
  };
}

/** Reads the file to its end: rows that pass are staged, the faults of the others kept beside them. */
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
): Promise<{ staging: ImportStaging; rows: number }> {
  const { size } = await stat(file);
  let share = 0;
  const batches = readCsv(file, encoding, (bytes) => {
    share = bytes / Math.max(size, 1);
  });
  let staging: ImportStaging | null = null;
  let reader: RowReader | null = null;
  let rows = 0;
  try {
    for await (const batch of batches) {
      for (const row of batch) {
        if (!staging || !reader) {
          const placed = mapColumns(row.cells, definition);
          staging = new ImportStaging(sql, definition, placed, keyring);
          const context = { labels: labelsOf(schema) };
          reader = new RowReader(
            definition,
            placed,
            staging.names,
            context,
            await definition.check(sql, day, keyring),
            keyring,
          );
          await staging.begin();
          continue;
        }
        rows += 1;
        const read = reader.read(row);
        if ('staged' in read) await staging.add(read.staged);
        else await staging.reject(read.faults);
      }
      progress?.(rows, share);
    }
    await staging?.flush();
  } catch (error) {
    staging?.abort();
    throw error;
  }
  if (!staging) throw new Error('文件是空的。 The file is empty.');
  progress?.(rows, 1, true);
  return { staging, rows };
}

const partOf = (file: string): string => `${file}.part-${process.pid}`;

/** Reads the file again and writes the rows that have faults, as they are, behind their line and the reasons. */
async function writeRejects(
  staging: ImportStaging,
  { file, encoding }: ImportOptions & { encoding: Encoding },
  part: string,
): Promise<void> {
  // What is rejected may be of people: for the eyes of who imports only.
  const out = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  const rows = rowsOf(file, encoding);
  const header = (await rows.next()).value;
  await write(
    `${byteOrderMark}${csvLine(['行 line', '原因 reason', ...(header?.cells ?? []).map(neutralised)])}`,
  );
  for await (const page of staging.rejections()) {
    for (const { line, reason } of page) {
      let row = (await rows.next()).value;
      while (row && row.line < line) row = (await rows.next()).value;
      await write(csvLine([String(line), reason, ...(row?.cells ?? []).map(neutralised)]));
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

/** What the database refuses, in words and by the constraint, for the operator at the database; never the row, which the server would show. */
function databaseRefused(error: unknown): unknown {
  const { code, constraint_name: constraint } = error as { code?: string; constraint_name?: string };
  if (typeof code !== 'string') return error;
  // A deadlock: the other writer goes on.
  if (/^40(001|P01)$/.test(code)) return changedMeanwhile();
  const refusal = constraintRefusal(error);
  if (!refusal) return error;
  const { zh, en } = refusal;
  const by = constraint ?? code;
  return new Error(
    `某些行：${zh}（${by}）；未写入任何内容。 Of some rows, ${en} (${by}); nothing was written.`,
  );
}
