// The table in a bureau's file: passes over the rows that are none of it, and notes what they were.
import type { Bilingual } from '../errors.ts';
import type { FileRow } from '../spreadsheet/file-row.ts';
import { type Header, headerKey } from './header.ts';
import type { ModuleImport } from './module-import.ts';

type Passed = 'blank' | 'total' | 'note' | 'header';

const total =
  /^(?:本页|全区|全市|各项|总)?(?:合计|总计|小计|累计|共计|合\s+计|总\s+计|小\s+计)(?:[:：(（\d\s].*)?$|^(?:sub|grand )?totals?:?$/i;
const note =
  /^(?:注|备注|说明|附注|填表说明|填报说明|填表人?|填报人?|填报单位|制表人?|审核人?|负责人|单位负责人|经办人|联系人|联系电话|报送|上报|盖章|日期|填表日期|notes?|remarks?|prepared by|checked by)\s*[:：(（\d].*$/is;
/** What a total or a note can begin with: rows that begin otherwise, which are most, are looked at no further. */
const beginnings =
  /^\s*[本全各总總合小累共注备说附填制审负单经联报上盖日sgtnrpc\u2e80-\u2fdf\uf900-\ufaff\uff01-\uff5e]/i;
/** A note below a table is one sentence, or a few signatures. */
const maxNoteCells = 8;

/** At most this many lines of one kind are named. */
const namedLines = 5;

export class Table {
  #header: Header;
  #keyIndex: number;
  #untitledIndexes: number[];
  #passed: Record<Passed, number[]> = { blank: [], total: [], note: [], header: [] };
  #counts: Record<Passed, number> = { blank: 0, total: 0, note: 0, header: 0 };
  #hidden: number[] = [];
  #hiddenCount = 0;
  /** Cells with text in columns without a header. */
  #untitled = 0;

  constructor({ key, columns }: ModuleImport, header: Header) {
    this.#header = header;
    const keyColumn = columns.find(({ name }) => name === key.column);
    this.#keyIndex = header.mapped.find(({ column }) => column === keyColumn)?.index ?? 0;
    this.#untitledIndexes = header.titles.flatMap((title, index) => (title === '' ? [index] : []));
  }

  /** Whether the row is one of the table. */
  isRecord(row: FileRow): boolean {
    const kind = this.#kindOf(row);
    if (kind !== null) {
      this.#counts[kind] += 1;
      if (this.#passed[kind].length < namedLines) this.#passed[kind].push(row.line);
      return false;
    }
    if (row.isHidden) {
      this.#hiddenCount += 1;
      if (this.#hidden.length < namedLines) this.#hidden.push(row.line);
    }
    this.#countUntitled(row);
    return true;
  }

  #kindOf({ cells, origins }: FileRow): Passed | null {
    const key = (cells[this.#keyIndex] ?? '').trim();
    const first = cells.findIndex((cell) => cell !== '' && cell.trim() !== '');
    if (first < 0) return 'blank';
    // A record has its key, unless that is the first cell itself or was filled in from merged cells.
    const isKeyed = key !== '' && first < this.#keyIndex && origins?.[this.#keyIndex] !== 'merged';
    if (!isKeyed && beginnings.test(cells[first] ?? '')) {
      const text = (cells[first] ?? '').normalize('NFKC').trim();
      if (total.test(text)) return 'total';
      if (note.test(text) && this.#filled(cells) <= maxNoteCells) return 'note';
    }
    return this.#isHeaderAgain(cells) ? 'header' : null;
  }

  #filled(cells: readonly string[]): number {
    return cells.reduce((count, cell) => (cell.trim() === '' ? count : count + 1), 0);
  }

  /** Printed tables have their header on every page. */
  #isHeaderAgain(cells: readonly string[]): boolean {
    const { titles, mapped } = this.#header;
    const title = titles[this.#keyIndex] ?? '';
    if (title === '' || (cells[this.#keyIndex] ?? '').trimStart()[0] !== title[0]) return false;
    return mapped.every(({ index }) => headerKey(cells[index] ?? '') === headerKey(titles[index] ?? ''));
  }

  #countUntitled({ cells }: FileRow): void {
    const count = (index: number) => {
      if ((cells[index] ?? '').trim() !== '') this.#untitled += 1;
    };
    for (const index of this.#untitledIndexes) count(index);
    for (let index = this.#header.titles.length; index < cells.length; index += 1) count(index);
  }

  /** What the sender should know of rows that were passed over, or were not seen. */
  get notes(): Bilingual[] {
    const notes: Bilingual[] = [];
    const { line, above } = this.#header;
    if (above > 0)
      notes.push({
        zh: `表头在第 ${line} 行，其上 ${above} 行标题未读取`,
        en: `the header is on line ${line}; rows of titles above it, which were not read: ${above}`,
      });
    this.#add(notes, 'blank', { zh: '空行', en: 'blank rows' });
    this.#add(notes, 'total', { zh: '合计行', en: 'rows of totals' });
    this.#add(notes, 'note', { zh: '表下说明或签字行', en: 'rows of notes or signatures' });
    this.#add(notes, 'header', { zh: '重复的表头', en: 'repeated headers' });
    if (this.#hiddenCount)
      notes.push({
        zh: `有 ${this.#hiddenCount} 行是隐藏行（${lines(this.#hidden, this.#hiddenCount, '等')}），也已读取`,
        en: `hidden rows, which were read as well: ${this.#hiddenCount} (${lines(this.#hidden, this.#hiddenCount, '…')})`,
      });
    if (this.#untitled)
      notes.push({
        zh: `没有表头的列中有 ${this.#untitled} 个单元格有内容，未读取`,
        en: `cells of columns without a header, which were not read: ${this.#untitled}`,
      });
    return notes;
  }

  #add(notes: Bilingual[], kind: Passed, name: Bilingual): void {
    const count = this.#counts[kind];
    if (count === 0) return;
    notes.push({
      zh: `略过 ${count} 行${name.zh}（${lines(this.#passed[kind], count, '等')}）`,
      en: `passed over ${name.en}: ${count} (${lines(this.#passed[kind], count, '…')})`,
    });
  }
}

const lines = (named: readonly number[], count: number, more: string): string =>
  `${more === '等' ? '第 ' : 'line '}${named.join(more === '等' ? '、' : ', ')}${more === '等' ? ' 行' : ''}${count > named.length ? more : ''}`;
