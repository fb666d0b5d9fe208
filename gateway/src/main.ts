// The gateway's process: reads the settings, starts, and drains on a signal.
import { createLog } from '@district-graph/kit/log';
import { readConfig } from './config/gateway-config.ts';
import { startGateway } from './server.ts';

try {
  const config = readConfig();
  const log = createLog('gateway', config.logLevel);
  for (const { earlier, variable } of config.renamed)
    log({ event: 'setting renamed', level: 'warn', earlier, variable });
  const gateway = await startGateway(config, log);
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
