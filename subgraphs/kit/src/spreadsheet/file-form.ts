// Recognises the form of a file by its content: its name may be wrong.
import { open } from 'node:fs/promises';
import { FileFault } from './file-fault.ts';
import { encrypted } from './zip-file.ts';

export type FileForm = 'csv' | 'xlsx';

const headBytes = 65_536;
const startsWith = (head: Buffer, ...bytes: number[]): boolean =>
  bytes.every((byte, at) => head[at] === byte);

/** Throws a `FileFault` for forms that cannot be imported, with what to do. */
export async function formOf(file: string): Promise<FileForm> {
  const head = await headOf(file);
  if (head.length === 0) throw emptyFile();
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return 'xlsx';
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) throw oldForm(head);
  if (startsWith(head, 0x25, 0x50, 0x44, 0x46))
    throw new FileFault(
      '文件是 PDF，不是表格。请上传原来的 Excel 或 CSV 文件。',
      'The file is a PDF. Send the Excel or CSV file that it was made from.',
    );
  if (startsWith(head, 0x52, 0x61, 0x72, 0x21) || startsWith(head, 0x37, 0x7a, 0xbc, 0xaf))
    throw new FileFault(
      '文件是压缩包，不是表格。请先解压，再上传其中的 .xlsx 或 .csv 文件。',
      'The file is an archive. Extract it, and send the .xlsx or .csv file in it.',
    );
  if (isMarkup(head.toString('latin1')))
    throw new FileFault(
      '文件的内容是网页（HTML 或 XML），只是名称像 Excel 文件。请用 Excel 或 WPS 打开，“另存为”“Excel 工作簿（*.xlsx）”。',
      'The file is a web page (HTML or XML) with the name of an Excel file. Open it in Excel or WPS and save it as an Excel workbook (*.xlsx).',
    );
  return 'csv';
}

const isMarkup = (text: string): boolean =>
  /^[\s\u00ef\u00bb\u00bf]*<(?:\?xml|!doctype|html|head|meta|table|style|script|body)\b/i.test(text);

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A compound file: a protected workbook, or one of Excel before 2007 or of WPS. */
function oldForm(head: Buffer): FileFault {
  const isEncrypted = head.includes(Buffer.from('EncryptedPackage', 'utf16le'));
  if (isEncrypted) return new FileFault(...encrypted);
  return new FileFault(
    '文件是旧版 Excel（.xls）或 WPS（.et）格式，不能导入。请用 Excel 或 WPS 打开，“另存为”“Excel 工作簿（*.xlsx）”。',
    'The file has the old form of Excel (.xls) or WPS (.et). Open it in Excel or WPS and save it as an Excel workbook (*.xlsx).',
  );
}

export const emptyFile = (): FileFault => new FileFault('文件是空的。', 'The file is empty.');
