// npm run bench:gateway: compares our gateway with others: the same requests in interleaved rounds, after all responses were compared.
import '../command-line/closed-output.ts';
import { execFileSync } from 'node:child_process';
import { type Measured, SuiteRun } from './comparison/measure.ts';
import { compareWithStock } from './comparison/operation-plans.ts';
import { readOptions } from './comparison/options.ts';
import { preparePeers } from './comparison/peers.ts';
import { conditionsOf, tableOf, writeBenchmark } from './comparison/report.ts';
import { suitesOf } from './comparison/workloads.ts';
import { node, stopAll } from './processes/child-processes.ts';

const report = (line: string) => process.stderr.write(`${line}\n`);

let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (isInterrupted) return;
    isInterrupted = true;
    report('正在停止… Stopping…');
    stopAll().finally(() => process.exit(130));
  });
}

async function bench(): Promise<boolean> {
  const options = readOptions();
  const peers = await preparePeers(options, report);
  const suites = await suitesOf(options, report);
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const conditions = conditionsOf(options, peers, nodeVersion);
  process.stdout.write(`${conditions}\n`);
  const measured: Measured[] = [];
  let hasFaults = false;
  for (const suite of suites) {
    const run = new SuiteRun(suite, options, report);
    for (const one of await run.run(peers)) {
      measured.push(one);
      process.stdout.write(`\n${one.workload.name}: ${one.workload.about}\n${tableOf(one)}\n`);
    }
    hasFaults ||= run.hasFaults;
    await stopAll();
  }
  const worse = measured.filter(needsMoreFetches);
  for (const { workload } of worse)
    report(
      `${workload.name}: 部分操作的取数多于 stock。 Some operations need more fetches with ours than with stock.`,
    );
  if (hasFaults)
    report(
      '有网关失败或响应不同，未写入表格。 A gateway failed or gave another response: no table is written.',
    );
  else if (options.write) writeBenchmark(measured, conditions);
  return !hasFaults && worse.length === 0;
}

/** The operations of our own apps must need no more fetches than with Apollo's planner. */
const needsMoreFetches = ({ workload, plans }: Measured): boolean =>
  workload.name === 'cold-own' && (compareWithStock(plans)?.more ?? 0) > 0;

if (process.platform !== 'linux') {
  report('需要 Linux：CPU 时间从 /proc 读取。 Linux is required: CPU times are read from /proc.');
  process.exitCode = 1;
} else {
  try {
    if (!(await bench())) process.exitCode = 1;
  } catch (error) {
    // After an interrupt, errors are expected.
    if (isInterrupted) await new Promise(() => {});
    report(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (!isInterrupted) await stopAll();
  }
}
