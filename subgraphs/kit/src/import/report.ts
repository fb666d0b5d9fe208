// The report of an import for the operator: its faults by line, with masked values, and the number of rows imported.

import { normalisations } from './cell-values.ts';
import type { ModuleImport } from './module-import.ts';
import type { Normalised } from './rows.ts';
import type { ImportReport } from './run.ts';

const formatCount = (number: number) => number.toLocaleString('en');

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** One line for each column with what was normalised in it. */
function normalisedLines(normalised: readonly Normalised[]): string[] {
  const byColumn = Map.groupBy(normalised, ({ column }) => column);
  return [...byColumn].map(([{ name, zh }, each]) => {
    const counted = (language: 'zh' | 'en', unit: string) =>
      each.map(({ kind, count }) => `${normalisations[kind][language]} ${formatCount(count)}${unit}`);
    return `${zh} ${name}：${counted('zh', ' 处').join('，')}。 ${sentence(counted('en', '').join('; '))}.`;
  });
}

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
    notes,
    normalised,
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
      `未读取的列：${ignoredColumns.join('、')}。 Columns that were not read: ${ignoredColumns.join(', ')}.`,
    );
  lines.push(...notes.map(({ zh, en }) => `${zh}。 ${sentence(en)}.`), ...normalisedLines(normalised));
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
