// The gateway's process: settings, start, drain on a signal.
import { createLog } from '@district-graph/kit/log';
import { readConfig } from './config.ts';

// Read by the Apollo packages when they are loaded: nothing is reported to the outside.
process.env.APOLLO_TELEMETRY_DISABLED = '1';
const { startGateway } = await import('./server.ts');

const log = createLog('gateway');
try {
  const config = readConfig();
  const gateway = await startGateway(config, log);
  log({ event: 'listening', url: gateway.url });
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    gateway.stop().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
} catch (error) {
  process.stderr.write(`gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
