// COPY into a table and out of one: rows as lines of its text format, and streams that tell what the server refuses.
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Sql } from './database.ts';

export type CopyValue = string | number | boolean | null | readonly string[] | readonly number[];

export interface OpenCopy {
  /** Both reject with what the server says when it refuses a row. */
  write: (text: string | Uint8Array) => Promise<void>;
  end: (text: string) => Promise<void>;
  /** Gives the copy up; without it the connection waits for its end. */
  abort: () => void;
}

/** Begins a COPY; `statement` reads from stdin. */
export async function openCopy(sql: Sql, statement: string): Promise<OpenCopy> {
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

/** The rows of a COPY; `statement` writes to stdout. Whoever does not read them to their end has to cut the connection. */
export async function readCopy(sql: Sql, statement: string): Promise<Readable> {
  const rows = (await sql.unsafe(statement).readable()) as Readable;
  // postgres.js may have paused its socket on the last piece: it goes on when it is read from, which an ended stream is not.
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
