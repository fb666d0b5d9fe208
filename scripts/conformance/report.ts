// The report of the conformance command: a line for each check, and what to do about each fault.
import type { CheckResult } from './check.ts';

const marks = {
  passed: '✓ 通过 passed',
  failed: '✗ 未通过 FAILED',
  'not applicable': '– 不适用 not applicable',
} as const;

const count = (results: readonly CheckResult[], status: CheckResult['outcome']['status']): number =>
  results.filter(({ outcome }) => outcome.status === status).length;

export function reportText(url: string, results: readonly CheckResult[]): string {
  const lines = results.flatMap(({ id, title, advice, outcome }) => [
    `${marks[outcome.status]}  ${id}：${title.zh}。 ${title.en}.`,
    ...(outcome.status === 'failed'
      ? [`    结果 found: ${outcome.found}`, `    办法 what to do: ${advice.zh} ${advice.en}`]
      : []),
    ...(outcome.status === 'not applicable' ? [`    ${outcome.reason.zh}。 ${outcome.reason.en}.`] : []),
  ]);
  const [passed, failed, rest] = [
    count(results, 'passed'),
    count(results, 'failed'),
    count(results, 'not applicable'),
  ];
  return [
    `子图 subgraph ${url}`,
    '',
    ...lines,
    '',
    `${passed} 项通过，${failed} 项未通过，${rest} 项不适用。 ${passed} passed, ${failed} failed, ${rest} not applicable.`,
    '',
  ].join('\n');
}

export const reportJson = (url: string, results: readonly CheckResult[]): string =>
  `${JSON.stringify(
    {
      url,
      passed: count(results, 'passed'),
      failed: count(results, 'failed'),
      notApplicable: count(results, 'not applicable'),
      checks: results.map(({ outcome, ...check }) => ({ ...check, ...outcome })),
    },
    null,
    2,
  )}\n`;
