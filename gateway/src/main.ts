// The gateway's process: settings, start, drain on a signal.
import { createLog } from '@district-graph/kit/log';
import { readConfig } from './config.ts';
import { startGateway } from './server.ts';

const log = createLog('gateway');
try {
  const config = readConfig();
  const gateway = await startGateway(config, log);
  log({ event: 'listening', url: gateway.url });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    gateway.stop().then(
      () => process.exit(0),
      (error: Error) => {
        log({ event: 'not stopped cleanly', error: error.stack });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
} catch (error) {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
