// The report of an import for the operator: its faults by line, with masked values, and the number of rows imported.

import type { ModuleImport } from './module-import.ts';
import type { ImportReport } from './run.ts';

const formatCount = (number: number) => number.toLocaleString('en');

/** The lines of a report, Chinese and English. */
export function reportLines({ columns, title }: ModuleImport, report: ImportReport): string[] {
  const headers = new Map(columns.map(({ name, zh }) => [name, `${zh} ${name}`]));
  const {
    rows,
    created,
    updated,
    unchanged,
    rejected,
    faultCount,
    faults,
    seconds,
    committed,
    ignoredColumns,
  } = report;
  const lines = faults.map(({ line, column, value, zh, en }) => {
    const where = headers.get(column) ?? '整行 row';
    return `第 ${line} 行 line ${line}，${where}${value ? ` “${value}”` : ''}：${zh}。 ${en}.`;
  });
  if (faultCount > faults.length)
    lines.push(
      `另有 ${formatCount(faultCount - faults.length)} 处未列出。 ${formatCount(faultCount - faults.length)} more are not listed.`,
    );
  if (ignoredColumns.length)
    lines.push(
      `已忽略有误行文件的列：${ignoredColumns.join('、')}。 Ignored the columns of a file of rejected rows: ${ignoredColumns.join(', ')}.`,
    );
  const rate = formatCount(Math.round(rows / Math.max(seconds, 0.001)));
  lines.push(
    `${title.zh} ${title.en}：${formatCount(rows)} 行 rows，新增 new ${formatCount(created)}，更新 changed ${formatCount(updated)}，未变 unchanged ${formatCount(unchanged)}，有误 bad ${formatCount(rejected)}（${seconds.toFixed(1)} s，${rate}/s，${report.encoding}）`,
  );
  if (!committed)
    lines.push(
      rejected > 0 && created + updated + unchanged === 0
        ? '未写入任何内容；请改正后重新导入，或用 --skip-bad 跳过有误的行。 Nothing was written; correct the file, or skip bad rows with --skip-bad.'
        : '试运行：未写入任何内容。 A dry run: nothing was written.',
    );
  return lines;
}
