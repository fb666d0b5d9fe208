// Fills an empty database: deterministic randomness, COPY streams, and the mark that it is done.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { today } from './calendar.ts';
import { openDatabase, type Sql } from './database.ts';
import { loadSyntheticCity, type SyntheticCity } from './synthetic-city.ts';

export type SeedScale = 'default' | 'city';

export interface SeedTools {
  /** One transaction on one connection: either everything is seeded or nothing. */
  sql: Sql;
  city: SyntheticCity;
  scale: SeedScale;
  /** The day of seeding: recent activity leads up to it. */
  today: string;
  /** Copies rows into a table; `columns` in the table's own names. */
  copy: (
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly CopyValue[]>,
    expected?: number,
  ) => Promise<void>;
}

export type CopyValue = string | number | boolean | null | readonly string[] | readonly number[];

/** Rows per COPY: bounds what a statement's triggers hold at once. */
const rowsPerCopy = 100_000;

/** Seeds the room's database unless it is seeded; all or nothing. */
export async function seedDatabase(
  subgraph: { name: string; seed: (tools: SeedTools) => Promise<void> },
  databaseUrl: string,
  scale: SeedScale,
): Promise<void> {
  const pool = openDatabase(databaseUrl, {
    maxConnections: 1,
    statementTimeoutMs: 0,
    applicationName: `${subgraph.name} seed`,
  });
  try {
    let seeded = false;
    await pool.begin(async (transaction) => {
      const sql = transaction as unknown as Sql;
      await sql`select pg_advisory_xact_lock(hashtext('district-graph seed'))`;
      await sql`create table if not exists seed (scale text not null, day date not null, at timestamptz not null default now())`;
      if ((await sql`select from seed`).length > 0) return;
      await sql`set local synchronous_commit = off`;
      const day = today();
      await subgraph.seed({
        sql,
        city: loadSyntheticCity(scale),
        scale,
        today: day,
        copy: copier(sql, subgraph.name),
      });
      await sql`insert into seed (scale, day) values (${scale}, ${day})`;
      seeded = true;
    });
    if (seeded) await pool.unsafe('vacuum analyze');
  } finally {
    await pool.end();
  }
}

function copier(sql: Sql, name: string): SeedTools['copy'] {
  return async (table, columns, rows, expected) => {
    const statement = `copy ${table} (${columns.join(', ')}) from stdin`;
    const progress = showProgress(`${name} ${table}`, expected);
    let open: OpenCopy | null = null;
    let inCopy = 0;
    let buffered = '';
    let total = 0;
    try {
      for (const row of rows) {
        open ??= await openCopy(sql, statement);
        buffered += `${row.map(copyText).join('\t')}\n`;
        total += 1;
        inCopy += 1;
        if (buffered.length > 65_536) {
          await open.write(buffered);
          buffered = '';
          progress(total);
        }
        if (inCopy >= rowsPerCopy) {
          await open.end(buffered);
          open = null;
          inCopy = 0;
          buffered = '';
        }
      }
      await open?.end(buffered);
    } catch (error) {
      open?.abort();
      throw error;
    }
    // The checks of what refers to this table are planned from its statistics.
    await sql.unsafe(`analyze ${table}`);
    progress(total, true);
  };
}

interface OpenCopy {
  /** Both reject with what the server says when it refuses a row. */
  write: (text: string) => Promise<void>;
  end: (text: string) => Promise<void>;
  /** Gives the copy up; without it the connection waits for its end. */
  abort: () => void;
}

async function openCopy(sql: Sql, statement: string): Promise<OpenCopy> {
  const query = sql.unsafe(statement) as ReturnType<Sql['unsafe']> & { reject: (error: unknown) => void };
  // postgres.js holds the query as answered once the copy is open, so a refusal after that is heard only here.
  const refused = new Promise<never>((_resolve, reject) => {
    const settle = query.reject;
    query.reject = (error) => {
      settle(error);
      reject(error);
    };
  });
  refused.catch(() => {});
  const stream = (await Promise.race([query.writable(), refused])) as Writable;
  // Destroyed with the error that `refused` tells.
  stream.on('error', () => {});
  return {
    write: async (text) => {
      if (!stream.write(text)) await Promise.race([once(stream, 'drain'), refused]);
    },
    end: async (text) => {
      const ended = once(stream, 'finish');
      ended.catch(() => {});
      stream.end(text);
      await Promise.race([ended, refused]);
    },
    abort: () => {
      stream.destroy();
    },
  };
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (Array.isArray(value))
    return `{${value.map((entry) => JSON.stringify(entry).replaceAll('\\', '\\\\')).join(',')}}`;
  if (typeof value === 'string')
    return value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
  return String(value);
}

/** A bar on a terminal for large tables; one line at the end elsewhere, and only where it took a while. */
function showProgress(
  label: string,
  expected: number | undefined,
): (done: number, finished?: boolean) => void {
  const started = Date.now();
  let shown = 0;
  return (done, finished = false) => {
    const seconds = (Date.now() - started) / 1000;
    if (!finished && (!process.stderr.isTTY || Date.now() - shown < 200)) return;
    if (finished && seconds < 1) return;
    shown = Date.now();
    const share = expected ? Math.min(1, done / expected) : 1;
    const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░');
    const line = `${label} ${bar} ${done.toLocaleString('en')} 行 rows, ${Math.round(done / Math.max(seconds, 0.001)).toLocaleString('en')}/s`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${finished ? '\n' : ''}` : `${line}\n`);
  };
}
