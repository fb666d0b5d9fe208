// Opens a workbook (XLSX): its sheets, its shared texts and the formats of its numbers.
import { posix } from 'node:path';
import { FileFault } from './file-fault.ts';
import { isDateFormat } from './number-formats.ts';
import { readPart } from './xml.ts';
import { damaged, ZipFile, type ZipLimits } from './zip-file.ts';

export interface Sheet {
  name: string;
  isHidden: boolean;
  /** The part of the file with its cells. */
  part: string;
}

export interface Workbook {
  zip: ZipFile;
  sheets: readonly Sheet[];
  /** Whether day 0 is 1904-01-01, as workbooks of old Macs count. */
  is1904: boolean;
  strings: readonly string[];
  /** For each cell style, whether it shows numbers as dates. */
  dateStyles: readonly boolean[];
}

/** Shared texts are kept in memory. */
const maxStringCharacters = 150_000_000;

/** Throws a `FileFault` for a file that is not a workbook. */
export async function openWorkbook(file: string, limits?: Partial<ZipLimits>): Promise<Workbook> {
  const zip = await ZipFile.open(file, limits);
  try {
    checkForm(zip);
    const part = 'xl/workbook.xml';
    const targets = await targetsOf(zip, part);
    const { sheets, is1904 } = await sheetsOf(zip, part, targets);
    const targetOf = (type: string) =>
      [...targets.values()].find((target) => target.type.endsWith(type))?.part;
    const strings = await stringsOf(zip, targetOf('/sharedStrings'));
    const dateStyles = await dateStylesOf(zip, targetOf('/styles'));
    return { zip, sheets, is1904, strings, dateStyles };
  } catch (error) {
    zip.close();
    throw error;
  }
}

const saveAs = '请用 Excel 或 WPS 打开，“另存为”“Excel 工作簿（*.xlsx）”。';

function checkForm(zip: ZipFile): void {
  if (zip.has('xl/workbook.xml')) return;
  if (zip.has('xl/workbook.bin'))
    throw new FileFault(
      `文件是二进制工作簿（.xlsb），不能导入。${saveAs}`,
      'The file is a binary workbook (.xlsb). Save it as an Excel workbook (*.xlsx).',
    );
  if (zip.has('content.xml') && zip.has('mimetype'))
    throw new FileFault(
      `文件是 OpenDocument 表格（.ods），不能导入。${saveAs}`,
      'The file is an OpenDocument spreadsheet (.ods). Save it as an Excel workbook (*.xlsx).',
    );
  if (zip.has('word/document.xml'))
    throw new FileFault(
      '文件是 Word 文档，不是表格。请把表格复制到 Excel 中，另存为 .xlsx。',
      'The file is a Word document. Copy the table into Excel and save it as .xlsx.',
    );
  throw new FileFault(
    '文件是压缩包，不是表格。请先解压，再上传其中的 .xlsx 或 .csv 文件。',
    'The file is a ZIP archive. Extract it, and send the .xlsx or .csv file in it.',
  );
}

interface Target {
  type: string;
  part: string;
}

/** The parts that a part refers to, by the ids of the references. */
async function targetsOf(zip: ZipFile, part: string): Promise<Map<string, Target>> {
  const targets = new Map<string, Target>();
  await readPart(zip, posix.join(posix.dirname(part), '_rels', `${posix.basename(part)}.rels`), {
    open: (name, { Id = '', Type = '', Target: target = '', TargetMode }) => {
      // External targets are never followed.
      if (name !== 'Relationship' || TargetMode === 'External') return;
      const path = target.startsWith('/') ? target.slice(1) : posix.join(posix.dirname(part), target);
      targets.set(Id, { type: Type, part: path });
    },
  });
  return targets;
}

async function sheetsOf(zip: ZipFile, part: string, targets: ReadonlyMap<string, Target>) {
  const sheets: Sheet[] = [];
  let is1904 = false;
  await readPart(zip, part, {
    open: (name, attributes) => {
      if (name === 'workbookPr') is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key) && key !== 'sheetId')?.[1];
      const target = targets.get(id ?? '');
      // Charts and macros have sheets of other types.
      if (!target?.type.endsWith('/worksheet')) return;
      const { name: title = '', state = 'visible' } = attributes;
      sheets.push({ name: title, isHidden: state !== 'visible', part: target.part });
    },
  });
  return { sheets, is1904 };
}

/** Control characters in texts are written as _x000D_. */
const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_match, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;

/** Collects the text of `t` elements, with those of rich text joined, and without the readings of characters. */
export class TextCollector {
  #text = '';
  #isText = false;
  #readings = 0;

  open(name: string): void {
    if (name === 'rPh') this.#readings += 1;
    else this.#isText = name === 't' && this.#readings === 0;
  }

  close(name: string): void {
    if (name === 'rPh') this.#readings -= 1;
    this.#isText = false;
  }

  add(text: string): void {
    if (this.#isText) this.#text += text;
  }

  take(): string {
    const text = unescaped(this.#text);
    this.#text = '';
    return text;
  }
}

async function stringsOf(zip: ZipFile, part: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (part === undefined || !zip.has(part)) return strings;
  const collector = new TextCollector();
  let characters = 0;
  await readPart(zip, part, {
    open: (name) => collector.open(name),
    text: (text) => collector.add(text),
    close: (name) => {
      collector.close(name);
      if (name !== 'si') return;
      const text = collector.take();
      characters += text.length;
      if (characters > maxStringCharacters) throw damaged();
      strings.push(text);
    },
  });
  return strings;
}

async function dateStylesOf(zip: ZipFile, part: string | undefined): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const styles: boolean[] = [];
  if (part === undefined || !zip.has(part)) return styles;
  let inCellFormats = false;
  await readPart(zip, part, {
    open: (name, { numFmtId, formatCode = '' }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode);
      if (name === 'cellXfs') inCellFormats = true;
      if (name !== 'xf' || !inCellFormats) return;
      const id = Number(numFmtId ?? 0);
      styles.push(isDateFormat(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return styles;
}
