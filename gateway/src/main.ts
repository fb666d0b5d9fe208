// The gateway's process: reads the settings, starts, and drains on a signal.
import { parseArgs } from 'node:util';
import { throwStartError } from '@district-graph/kit/config/listening';
import { createLog } from '@district-graph/kit/log';
import { readConfig } from './config/gateway-config.ts';
import { startGateway } from './server.ts';
import { warmUp } from './warm-up/warm-up.ts';

const usage = `用法 usage: npm run gateway
运行网关，直到收到 SIGTERM 或 Ctrl-C。设置均为环境变量，见 docs/zh-CN/settings.md。
Runs the gateway until SIGTERM or Ctrl-C. Settings are environment variables: see docs/settings.md.
`;

/** Takes no arguments. With --help, or with others, it prints the usage and exits. */
function checkArguments(): void {
  if (process.argv.slice(2).includes('--help')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    parseArgs({});
  } catch (error) {
    const [fault] = (error as Error).message.split('. ');
    process.stderr.write(`参数有误：${fault}。\n\n${usage}`);
    process.exit(1);
  }
}

checkArguments();
try {
  const config = readConfig();
  const log = createLog('gateway', config.logLevel);
  for (const { earlier, variable } of config.renamed)
    log({ event: 'setting renamed', level: 'warn', earlier, variable });
  const gateway = await startGateway(config, log, (engine) =>
    warmUp(engine, config.warmUpOperations, config.fetch, log),
  ).catch((error) => throwStartError(error, { ...config, name: 'gateway', variable: 'PORT' }));
  log({ event: 'listening', url: gateway.url });
  let stopping = false;
  const stop = (drainMs: number) => {
    if (stopping) return;
    stopping = true;
    gateway.stop(drainMs).then(
      () => process.exit(0),
      (error: Error) => {
        log({ event: 'not stopped cleanly', error: error.stack });
        process.exit(1);
      },
    );
  };
  // SIGTERM comes from a supervisor, perhaps behind load balancers; the others from a terminal, or from a parent that exited.
  process.on('SIGTERM', () => stop(config.drainMs));
  process.on('SIGINT', () => stop(0));
  process.on('disconnect', () => stop(0));
} catch (error) {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
