// What an import tells people: its faults by line, and what came of the rows; values as they may be shown.

import type { ModuleImport } from './module-import.ts';
import type { ImportReport } from './run.ts';

const counted = (number: number) => number.toLocaleString('en');

/** The lines of a report, Chinese and English. */
export function reportLines({ columns, title }: ModuleImport, report: ImportReport): string[] {
  const headers = new Map(columns.map(({ name, zh }) => [name, `${zh} ${name}`]));
  const { rows, created, updated, unchanged, rejected, faultCount, faults, seconds, kept } = report;
  const lines = faults.map(({ line, column, value, zh, en }) => {
    const where = headers.get(column) ?? '整行 row';
    return `第 ${line} 行 line ${line}，${where}${value ? ` “${value}”` : ''}：${zh}。 ${en}.`;
  });
  if (faultCount > faults.length)
    lines.push(
      `另有 ${counted(faultCount - faults.length)} 处未列出。 ${counted(faultCount - faults.length)} more are not listed.`,
    );
  const rate = counted(Math.round(rows / Math.max(seconds, 0.001)));
  lines.push(
    `${title.zh} ${title.en}：${counted(rows)} 行 rows，新增 new ${counted(created)}，更新 changed ${counted(updated)}，未变 unchanged ${counted(unchanged)}，有误 bad ${counted(rejected)}（${seconds.toFixed(1)} s，${rate}/s，${report.encoding}）`,
  );
  if (!kept)
    lines.push(
      rejected > 0 && created + updated + unchanged === 0
        ? '未写入任何内容；请改正后重新导入，或用 --skip-bad 跳过有误的行。 Nothing was written; correct the file, or pass over bad rows by --skip-bad.'
        : '试运行：未写入任何内容。 A trial: nothing was written.',
    );
  return lines;
}
