// Runs imports in tests: over a subgraph's empty database, each from a file of its own.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import type { Database } from '../database/database.ts';
import type { ModuleImport } from '../import/module-import.ts';
import { type ImportOptions, type ImportReport, runImport } from '../import/run.ts';
import { readSdl } from '../schema/sdl.ts';
import { csvLine } from '../spreadsheet/csv.ts';
import type { Subgraph } from '../subgraph.ts';
import { emptyDatabase } from './test-subgraph.ts';

/** Cells by the English headers of their columns. */
export type Cells = Record<string, string>;

export interface ImportBench {
  sql: Database;
  /** Imports rows; the columns are those of the first row. */
  run: (
    definition: ModuleImport,
    rows: readonly Cells[],
    options?: Partial<ImportOptions>,
  ) => Promise<ImportReport>;
  /** Imports a file with these bytes. */
  runFile: (
    definition: ModuleImport,
    bytes: string | Uint8Array,
    options?: Partial<ImportOptions>,
  ) => Promise<ImportReport>;
  /** The rejected rows of the last run that had any. */
  rejects: () => Promise<string>;
  rejectsFile: string;
  /** The differences between the rollups and a recount. */
  recount: () => Promise<unknown[]>;
  stop: () => Promise<void>;
}

/** The template's row of an import with the given cells. A cell that is undefined removes the column. */
export const rowOf = ({ columns }: ModuleImport, cells: Record<string, string | undefined> = {}): Cells => {
  const row = { ...Object.fromEntries(columns.map(({ name, example }) => [name, example])), ...cells };
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, cell]) => (cell === undefined ? [] : [[name, cell] as const])),
  );
};

export async function importBench(subgraph: Subgraph): Promise<ImportBench> {
  const { url, sql, drop } = await emptyDatabase(subgraph);
  const folder = await mkdtemp(join(tmpdir(), 'district-graph-import-'));
  const file = join(folder, 'rows.csv');
  const rejectsFile = join(folder, 'rejects.csv');
  const schema = parse(readSdl(subgraph.folder));
  const runFile: ImportBench['runFile'] = async (definition, bytes, options = {}) => {
    await writeFile(file, bytes);
    return runImport(definition, { databaseUrl: url, schema, file, operator: 'test', ...options });
  };
  return {
    sql,
    runFile,
    run: (definition, rows, options) => {
      const names = Object.keys(rows[0] ?? rowOf(definition));
      const lines = rows.map((row) => csvLine(names.map((name) => row[name] ?? '')));
      return runFile(definition, csvLine(names) + lines.join(''), options);
    },
    rejects: () => readFile(rejectsFile, 'utf8'),
    rejectsFile,
    recount: async () => [...(await sql`select * from tally_recount()`)],
    stop: async () => {
      await drop();
      await rm(folder, { recursive: true });
    },
  };
}
