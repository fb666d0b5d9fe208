// npm run bench:gateway: our gateway beside others, the same requests in interleaved rounds, all answers compared first.
import '../command-line/closed-output.ts';
import { execFileSync } from 'node:child_process';
import { type Measured, SuiteRun } from './comparison/measure.ts';
import { readOptions } from './comparison/options.ts';
import { conditionsOf, tableOf, writeBenchmark } from './comparison/report.ts';
import { suitesOf } from './comparison/workloads.ts';
import { preparePeers } from './gateways/peers.ts';
import { node, stopAll } from './processes/child-processes.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (isInterrupted) return;
    isInterrupted = true;
    say('正在停止… Stopping…');
    stopAll().finally(() => process.exit(130));
  });
}

async function bench(): Promise<boolean> {
  const options = readOptions();
  const peers = await preparePeers(options, say);
  const suites = await suitesOf(options, say);
  const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  const conditions = conditionsOf(options, peers, nodeVersion);
  process.stdout.write(`${conditions}\n`);
  const measured: Measured[] = [];
  let hasFaults = false;
  for (const suite of suites) {
    const run = new SuiteRun(suite, options, say);
    for (const one of await run.run(peers)) {
      measured.push(one);
      process.stdout.write(`\n${one.workload.name}: ${one.workload.about}\n${tableOf(one)}\n`);
    }
    hasFaults ||= run.hasFaults;
    await stopAll();
  }
  if (hasFaults)
    say('有网关失败或答案不同，不写表。 Some gateway failed or answered otherwise: no table is written.');
  else if (options.write) writeBenchmark(measured, conditions);
  return !hasFaults;
}

if (process.platform !== 'linux') {
  say('需要 Linux：处理器时间读自 /proc。 Linux is needed: the processor time is read from /proc.');
  process.exitCode = 1;
} else {
  try {
    if (!(await bench())) process.exitCode = 1;
  } catch (error) {
    // After an interrupt everything fails on its way out.
    if (isInterrupted) await new Promise(() => {});
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    if (!isInterrupted) await stopAll();
  }
}
