// Converts answers in JSON to one table file, piece by piece: each piece is made when it is asked for.
import { byteOrderMark } from '@district-graph/kit/spreadsheet/csv';
import { Gzip } from '@district-graph/kit/spreadsheet/writing/deflate';
import { answerParts } from '../tables/answer-parts.ts';
import { rowsOf } from '../tables/table-rows.ts';
import { csvWriter, type LineWriter, ndjsonWriter } from './csv.ts';
import type { TableSpec } from './table-spec.ts';
import { XlsxWriter } from './xlsx-writer.ts';

export interface Conversion {
  /** The rows of one answer, or of one page of it. */
  add: (body: Buffer) => Generator<Buffer>;
  finish: () => Generator<Buffer>;
}

const pieceCharacters = 65_536;

export const conversionOf = (spec: TableSpec): Conversion =>
  spec.format === 'xlsx' ? new WorkbookConversion(spec) : new LineConversion(spec);

class WorkbookConversion implements Conversion {
  #spec: TableSpec;
  #writer: XlsxWriter;

  constructor(spec: TableSpec) {
    this.#spec = spec;
    this.#writer = new XlsxWriter(spec);
  }

  *add(body: Buffer): Generator<Buffer> {
    const { reader, data } = answerParts(body);
    for (const table of this.#spec.tables)
      yield* this.#writer.rows(table, data === null ? [] : rowsOf(table, reader, data));
  }

  finish(): Generator<Buffer> {
    return this.#writer.finish();
  }
}

class LineConversion implements Conversion {
  #spec: TableSpec;
  #writer: LineWriter;
  #gzip: Gzip | null;
  #pending: string;

  constructor(spec: TableSpec) {
    const [table] = spec.tables;
    if (!table || spec.tables.length > 1) throw new Error('lines are of one table');
    this.#spec = spec;
    const isCsv = spec.format === 'csv';
    this.#writer = (isCsv ? csvWriter : ndjsonWriter)(table.columns, spec.headers);
    this.#pending = isCsv ? byteOrderMark + this.#writer.header : '';
    this.#gzip = spec.isCompressed ? new Gzip() : null;
  }

  *add(body: Buffer): Generator<Buffer> {
    const { reader, data } = answerParts(body);
    const [table] = this.#spec.tables;
    if (data === null || !table) return;
    for (const row of rowsOf(table, reader, data)) {
      this.#pending += this.#writer.line(row);
      if (this.#pending.length >= pieceCharacters) yield this.#take();
    }
  }

  *finish(): Generator<Buffer> {
    const { format, about } = this.#spec;
    // A table of CSV has no place for them: its errors are in a header of the response.
    if (format === 'ndjson' && about.errors.length)
      this.#pending += `${JSON.stringify({ errors: about.errors })}\n`;
    yield this.#take();
    if (this.#gzip) yield this.#gzip.end();
  }

  #take(): Buffer {
    const bytes = Buffer.from(this.#pending, 'utf8');
    this.#pending = '';
    return this.#gzip ? this.#gzip.write(bytes) : bytes;
  }
}
