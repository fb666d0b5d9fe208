// COPY into and out of tables: rows in its text format, and streams that reject with the server's error.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Sql } from './database.ts';

export type CopyValue = string | number | boolean | null | readonly string[] | readonly number[];

export interface OpenCopy {
  /** Both reject with the server's error when it refuses a row. */
  write: (text: string | Uint8Array) => Promise<void>;
  end: (text: string) => Promise<void>;
  /** Abandons the COPY. Without it the connection waits for its end. */
  abort: () => void;
}

/** Starts a COPY; `statement` reads from stdin. */
export async function openCopy(sql: Sql, statement: string): Promise<OpenCopy> {
  const query = sql.unsafe(statement) as ReturnType<Sql['unsafe']> & { reject: (error: unknown) => void };
  // postgres.js treats the query as answered once the COPY is open: an error after that is seen only here.
  const refused = new Promise<never>((_resolve, reject) => {
    const settle = query.reject;
    query.reject = (error) => {
      settle(error);
      reject(error);
    };
  });
  refused.catch(() => {});
  const stream = (await Promise.race([query.writable(), refused])) as Writable;
  // The stream is destroyed with the error that `refused` rejects with.
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

/** The rows of a COPY; `statement` writes to stdout. A reader that does not read them to their end has to close the connection. */
export async function readCopy(sql: Sql, statement: string): Promise<Readable> {
  const rows = (await sql.unsafe(statement).readable()) as Readable;
  // postgres.js may have paused its socket at the last chunk, and resumes it on a read, which does not happen on an ended stream.
  rows.once('end', () => rows._read(0));
  return rows;
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A row as a line of COPY's text format. */
export const copyText = (row: readonly CopyValue[]): string => `${row.map(valueText).join('\t')}\n`;

function valueText(value: CopyValue): string {
  if (value === null) return '\\N';
  if (Array.isArray(value))
    return `{${value.map((entry) => JSON.stringify(entry).replaceAll('\\', '\\\\')).join(',')}}`;
  if (typeof value === 'string')
    return value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character);
  return String(value);
}
