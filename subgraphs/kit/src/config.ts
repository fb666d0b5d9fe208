// A subgraph's settings: the only process.env of a room, every fault reported at once.
import { variablePrefix } from '@district-graph/schema/registry';

export interface SubgraphConfig {
  port: number;
  host: string;
  databaseUrl: string;
  maxConnections: number;
  /** Whether requests that ask for a trace get one. */
  tracing: boolean;
}

/**
 * Reads `<NAME>_DATABASE_URL`, `<NAME>_PORT`, `HOST` (127.0.0.1), `<NAME>_MAX_CONNECTIONS` (10) and
 * `FEDERATED_TRACING` (off). Throws one error with every fault.
 */
export function readConfig(
  name: string,
  defaultPort: number,
  env: NodeJS.ProcessEnv = process.env,
): SubgraphConfig {
  const prefix = variablePrefix(name);
  const faults: string[] = [];
  const whole = (variable: string, fallback: number, min: number, max: number): number => {
    const value = env[variable] === undefined || env[variable] === '' ? fallback : Number(env[variable]);
    if (!Number.isInteger(value) || value < min || value > max) {
      faults.push(`${variable} 应为 ${min} 到 ${max} 的整数。 Expected a whole number, ${min} to ${max}.`);
    }
    return value;
  };
  const databaseUrl = env[`${prefix}_DATABASE_URL`] ?? '';
  if (!/^postgres(ql)?:\/\/./.test(databaseUrl)) {
    faults.push(
      `${prefix}_DATABASE_URL 应为 postgres://… 地址；npm start 会自动设置。 Expected a postgres://… URL; npm start sets it by itself.`,
    );
  }
  const tracing = env.FEDERATED_TRACING || 'off';
  if (tracing !== 'on' && tracing !== 'off')
    faults.push('FEDERATED_TRACING 应为 on 或 off。 Expected on or off.');
  const config = {
    port: whole(`${prefix}_PORT`, defaultPort, 0, 65_535),
    host: env.HOST || '127.0.0.1',
    databaseUrl,
    maxConnections: whole(`${prefix}_MAX_CONNECTIONS`, 10, 1, 100),
    tracing: tracing === 'on',
  };
  if (faults.length) throw new Error(faults.join('\n'));
  return config;
}
