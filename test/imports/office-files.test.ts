// Spreadsheets as bureaus make them go in, or are refused with a reason that a clerk understands: the report of each is kept in reports/.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportLines } from '@district-graph/kit/import/report';
import { FileFault } from '@district-graph/kit/spreadsheet/file-fault';
import { openFile } from '@district-graph/kit/spreadsheet/open-file';
import { type ImportBench, importBench } from '@district-graph/kit/testing/imports';
import { insertExampleCommunity } from '@district-graph/places/made-up';
import { subgraphs } from '@district-graph/scripts/subgraphs/all-subgraphs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OfficeFile } from './office-file.ts';
import { officeTables } from './office-tables.ts';
import { officeWorkbooks } from './office-workbooks.ts';
import { refusedFiles } from './refused-files.ts';
import { workbook } from './workbook.ts';

let folder: string;
const benches = new Map<string, ImportBench>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'district-graph-office-'));
  const files = [...officeTables, ...officeWorkbooks, ...refusedFiles];
  for (const subgraph of subgraphs) {
    if (!files.some((file) => file.import.startsWith(`${subgraph.name}.`))) continue;
    const bench = await importBench(subgraph);
    benches.set(subgraph.name, bench);
    if (subgraph.name === 'places') await insertExampleCommunity(bench.sql, '410105001003');
  }
  const security = benches.get('security');
  const platforms = definitionOf('security.monitoring-platform');
  await security?.runFile(
    platforms,
    '平台编码,区划代码,名称,层级,经度,纬度\n41010000002000000001,410100,示例中心,CITY_110_CENTRE,113.6,34.7\n',
  );
});
afterAll(async () => {
  for (const bench of benches.values()) await bench.stop();
  await rm(folder, { recursive: true });
});

const definitionOf = (name: string) => {
  const definition = subgraphs.flatMap(({ imports }) => imports ?? []).find((each) => each.name === name);
  if (!definition) throw new Error(`no import ${name}`);
  return definition;
};

/** The rows of a file of rejects, as a person would see them. */
async function rowsOf(file: string): Promise<string[]> {
  const opened = await openFile(file);
  const lines: string[] = [];
  for await (const rows of opened.rows()) lines.push(...rows.map(({ cells }) => cells.join(' | ')));
  opened.close();
  return lines;
}

/** Imports a file, and returns the report, without times, and the rejected rows. */
async function reportOf({ name, import: importName, options = {}, make }: OfficeFile): Promise<string> {
  const definition = definitionOf(importName);
  const file = join(folder, name);
  const rejectsFile = options.skipBad ? `${file}.rejects` : undefined;
  await writeFile(file, await make());
  const bench = benches.get(importName.split('.')[0] ?? '');
  if (!bench) throw new Error(`no database for ${importName}`);
  try {
    const report = await bench.runFile(definition, '', { ...options, file, rejectsFile });
    const lines = reportLines(definition, report).map((line) =>
      line.replace(/（[\d.]+ s，[\d,]+\/s，/, '（'),
    );
    if (rejectsFile && existsSync(rejectsFile)) lines.push('', ...(await rowsOf(rejectsFile)));
    return lines.join('\n');
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return error.message;
  }
}

describe('a file of a bureau', () => {
  it.each([...officeTables, ...officeWorkbooks, ...refusedFiles].map((file) => [file.name, file] as const))(
    'is imported, or refused with the reason: %s',
    { timeout: 120_000 },
    async (name, file) => {
      const report = await reportOf(file);
      await expect(`${file.import} ← ${name}\n\n${report}\n`).toMatchFileSnapshot(
        `reports/${name.replace(/\.\w+$/, '').replace(/,? /g, '-')}.txt`,
      );
    },
  );

  it('gets its rejected rows back as a workbook, which can be corrected and sent again', async () => {
    const definition = definitionOf('community.volunteer-team');
    const bench = benches.get('community');
    const file = join(folder, 'teams.xlsx');
    const rejectsFile = join(folder, 'teams rejects.xlsx');
    const rows = (date: string) => [
      ['队伍编号', '区划代码', '名称', '类型', '成立日期', '备注'],
      ['ZY-801', 410_105_001_003, '示例队', '青年志愿服务队', date, '=1+1'],
    ];
    await writeFile(file, await workbook([{ name: '一', rows: rows('1/2/2024') }]));
    const options = { ignoreUnknown: true };
    const first = await bench?.runFile(definition, '', { ...options, file, rejectsFile });
    expect(first).toMatchObject({ created: 0, rejected: 1 });
    expect((await readFile(rejectsFile)).subarray(0, 2).toString()).toBe('PK');
    const [header, row = ''] = await rowsOf(rejectsFile);
    expect(header).toBe('行 line | 原因 reason | 队伍编号 | 区划代码 | 名称 | 类型 | 成立日期 | 备注');
    expect(row).toMatch(/2024-01-02.*2024-02-01.* \| 410105001003 \| .* \| '=1\+1$/);
    const corrected = row.replace('1/2/2024', '2024-02-01').split(' | ');
    await writeFile(file, await workbook([{ name: '一', rows: [header?.split(' | ') ?? [], corrected] }]));
    expect(await bench?.runFile(definition, '', { ...options, file })).toMatchObject({
      created: 1,
      rejected: 0,
      ignoredColumns: ['行 line', '原因 reason', '备注'],
    });
  });
});
