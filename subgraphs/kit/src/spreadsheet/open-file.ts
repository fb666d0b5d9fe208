// Opens a bureau's file, CSV or XLSX by its content, and reads its rows as often as needed.
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Bilingual } from '../errors.ts';
import { type CsvForm, type Encoding, encodingOf, readCsv, separatorOf } from './csv.ts';
import { FileFault } from './file-fault.ts';
import { emptyFile, type FileForm, formOf } from './file-form.ts';
import type { FileRow } from './file-row.ts';
import { sheetRows } from './sheet-rows.ts';
import { openWorkbook, type Sheet, type Workbook } from './workbook.ts';
import type { ZipLimits } from './zip-file.ts';

export interface OpenOptions {
  /** Of CSV; detected unless given. */
  encoding?: Encoding | undefined;
  /** The name of the sheet; by default the first one that is not hidden. */
  sheet?: string | undefined;
  maxBytes?: number | undefined;
  /** How much a workbook may expand. */
  zipLimits?: Partial<ZipLimits> | undefined;
}

export interface RowFile {
  form: FileForm;
  /** Of CSV. */
  encoding: Encoding | null;
  sheet: string | null;
  sheets: readonly Pick<Sheet, 'name' | 'isHidden'>[];
  /** Whether day numbers count from 1904. */
  is1904: boolean;
  /** What the sender should know about the file as a whole. */
  notes: readonly Bilingual[];
  /** The rows that have any text, some hundred at a time. Calls `read` with the share that is read. */
  rows: (read?: (share: number) => void) => AsyncGenerator<FileRow[]>;
  close: () => void;
}

/** As much as a million rows have, and less than what fills a disk when it is copied. */
const defaultMaxBytes = 536_870_912;

/** Throws a `FileFault` for a file that cannot be read. */
export async function openFile(file: string, options: OpenOptions = {}): Promise<RowFile> {
  const { size } = await stat(file);
  const { maxBytes = defaultMaxBytes } = options;
  if (size > maxBytes) {
    const [limit, received] = [maxBytes, size].map((bytes) => Math.round(bytes / 1_048_576));
    throw new FileFault(
      `文件有 ${received} MB，最多 ${limit} MB；请分成几个文件。`,
      `The file has ${received} MB; at most ${limit} MB are read. Split it.`,
    );
  }
  const form = await formOf(file);
  const extension = extname(file).toLowerCase();
  const opened = form === 'xlsx' ? await openSheet(file, options) : await openCsv(file, size, options);
  const misnamed = form === 'csv' ? /^\.(xlsx?|et)$/.test(extension) : /^\.(csv|txt|tsv)$/.test(extension);
  if (!misnamed) return opened;
  const is = form.toUpperCase();
  const note = {
    zh: `文件名以 ${extension} 结尾，内容是 ${is}，已按 ${is} 读取`,
    en: `the name of the file ends with ${extension}, but it is ${is}, and was read as such`,
  };
  return { ...opened, notes: [note, ...opened.notes] };
}

async function openCsv(file: string, size: number, options: OpenOptions): Promise<RowFile> {
  if (options.sheet !== undefined)
    throw new FileFault('CSV 文件没有工作表，不能指定工作表。', 'A CSV file has no sheets to choose from.');
  const encoding = options.encoding ?? (await encodingOf(file));
  const form: CsvForm = { encoding, separator: await separatorOf(file, encoding) };
  const named = form.separator === ',' ? null : separatorNames.get(form.separator);
  return {
    form: 'csv',
    encoding,
    sheet: null,
    sheets: [],
    is1904: false,
    notes: named ? [{ zh: `以${named.zh}分列`, en: `columns are separated by ${named.en}` }] : [],
    rows: (read) => readCsv(file, form, read && ((bytes) => read(bytes / size))),
    close: () => {},
  };
}

const separatorNames: ReadonlyMap<string, Bilingual> = new Map([
  [';', { zh: '分号', en: 'semicolons' }],
  ['\t', { zh: '制表符', en: 'tabs' }],
]);

async function openSheet(file: string, { sheet: wanted, zipLimits }: OpenOptions): Promise<RowFile> {
  const workbook = await openWorkbook(file, zipLimits);
  try {
    const sheet = sheetOf(workbook, wanted);
    return {
      form: 'xlsx',
      encoding: null,
      sheet: sheet.name,
      sheets: workbook.sheets.map(({ name, isHidden }) => ({ name, isHidden })),
      is1904: workbook.is1904,
      notes: sheetNotes(workbook, sheet),
      rows: (read) => sheetRows(workbook, sheet.part, read),
      close: () => workbook.zip.close(),
    };
  } catch (error) {
    workbook.zip.close();
    throw error;
  }
}

function sheetOf({ sheets }: Workbook, wanted: string | undefined): Sheet {
  const sheet =
    wanted === undefined
      ? (sheets.find(({ isHidden }) => !isHidden) ?? sheets[0])
      : sheets.find(({ name }) => name.trim() === wanted.trim());
  if (sheet) return sheet;
  if (sheets.length === 0) throw emptyFile();
  const names = sheets.map(({ name }) => name).join('、');
  throw new FileFault(
    `没有名为“${wanted}”的工作表；文件中有：${names}。`,
    `There is no sheet named "${wanted}"; the file has: ${names}.`,
  );
}

function sheetNotes({ sheets }: Workbook, sheet: Sheet): Bilingual[] {
  const others = sheets.filter((other) => other !== sheet);
  if (others.length === 0) return [];
  const named = (hidden: string) =>
    others.map(({ name, isHidden }) => (isHidden ? `${name}（${hidden}）` : name)).join('、');
  return [
    {
      zh: `读取工作表“${sheet.name}”；未读取：${named('隐藏')}`,
      en: `read the sheet "${sheet.name}"; not read: ${named('hidden')}`,
    },
  ];
}
