// Files that bureaus send and that cannot be imported, and files made to do harm.
import type { OfficeFile } from './office-file.ts';
import { workbook, workbookParts, zipOf } from './workbook.ts';

const head = ['项目编号', '区划代码', '名称', '类型', '预算（元）'];
const row = ['WS-701', '410105001003', '示例路新开口', 'ROAD_OPENING', 50_000];

/** A compound file, as .xls, .et and protected workbooks are, whose directory has an entry of this name. */
function compoundFile(entry: string): Buffer {
  const bytes = Buffer.alloc(4096);
  Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(bytes);
  Buffer.from(entry, 'utf16le').copy(bytes, 1024);
  return bytes;
}

async function withPart(name: string, change: (text: string) => string): Promise<Buffer> {
  const parts = workbookParts([{ name: 'Sheet1', rows: [head, row] }]);
  parts.set(name, change(parts.get(name) ?? ''));
  return zipOf(parts);
}

const refused = (name: string, make: OfficeFile['make']): OfficeFile => ({
  name,
  import: 'community.micro-work',
  make,
});

export const refusedFiles: readonly OfficeFile[] = [
  refused('21 budgets in another unit.xlsx', () => workbook([{ name: 'Sheet1', rows: [head, row] }])),
  refused('22 empty workbook.xlsx', () => workbook([{ name: 'Sheet1', rows: [] }])),
  refused('23 empty file.csv', async () => Buffer.alloc(0)),
  refused('24 protected by a password.xlsx', async () => compoundFile('EncryptedPackage')),
  refused('25 old Excel.xls', async () => compoundFile('Workbook')),
  refused('26 web page.xls', async () =>
    Buffer.from(
      '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>项目编号</td></tr></table></html>',
    ),
  ),
  refused('27 archive.xlsx', () => zipOf([['名单.xlsx', 'x']])),
  refused('28 document.docx', () => zipOf([['word/document.xml', '<w/>']])),
  refused('29 cut off.xlsx', async () =>
    (await workbook([{ name: 'Sheet1', rows: [head, row] }])).subarray(0, 900),
  ),
  refused('30 picture.csv', async () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46])),
  refused('31 zip bomb.xlsx', () =>
    withPart('xl/worksheets/sheet1.xml', (xml) =>
      xml.replace('<sheetData>', `<sheetData>${' '.repeat(30_000_000)}`),
    ),
  ),
  refused('32 external entity.xlsx', () =>
    withPart('xl/sharedStrings.xml', (xml) =>
      xml
        .replace('<sst', '<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst')
        .replace('示例路新开口', '&x;'),
    ),
  ),
  refused('33 no header.csv', async () => Buffer.from('甲,乙\n1,2\n')),
  {
    ...refused('34 no such sheet.xlsx', () => workbook([{ name: 'Sheet1', rows: [head] }])),
    options: { sheet: '一月' },
  },
  refused('35 bad quotes.csv', async () => Buffer.from('项目编号,区划代码\n1,"2\n')),
];
