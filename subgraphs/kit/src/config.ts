// A subgraph's settings: the only process.env of a subgraph, every fault reported at once.
import { existsSync } from 'node:fs';
import { variablePrefix } from '@district-graph/schema/registry';
import { connectionOf } from './database/database-tls.ts';
import { type CipherName, valueCiphers } from './encryption/ciphers.ts';
import { developmentKeyring, developmentSecrets, Keyring } from './encryption/keyring.ts';
import { readKeys } from './encryption/keys-text.ts';
import type { TlsFiles } from './http/tls-files.ts';
import { type IdentityConfig, readIdentityConfig } from './identity/identity-config.ts';
import type { BulkLimit } from './identity/roles.ts';
import { type OperationLimits, readLimits, subgraphLimits } from './operation/limits.ts';

export interface SubgraphConfig {
  port: number;
  host: string;
  /** How long it goes on answering after SIGTERM, ready no longer. */
  drainMs: number;
  databaseUrl: string;
  maxConnections: number;
  /** Whether requests that ask for a trace get one. */
  tracing: boolean;
  identity: IdentityConfig;
  keyring: Keyring;
  /** Of how many persons unmasked values are given, where that is not as the subgraph has it. */
  bulkReads: Partial<BulkLimit>;
  /** Where the end of the access records is noted besides the log. */
  accessAnchorsDir: string | null;
  /** Of a request: what the gateway asks of many entities at once is long. */
  maxBodyBytes: number;
  /** How many proxies of ours stand in front of who asks the subgraph directly: the address is then read from `X-Forwarded-For`. */
  trustedProxies: number;
  limits: OperationLimits;
  /** Listens with TLS. */
  tls: TlsFiles | null;
}

/**
 * Reads `<NAME>_DATABASE_URL`, `<NAME>_PORT`, `HOST` (127.0.0.1), `DRAIN_MS` (5000), `<NAME>_MAX_CONNECTIONS` (10), `FEDERATED_TRACING` (off),
 * `<NAME>_MAX_BODY_BYTES` (1 MiB), `<NAME>_TRUSTED_PROXIES` (0), the limits of operations after `<NAME>_`, `<NAME>_TLS_CERT_FILE` with
 * `<NAME>_TLS_KEY_FILE`, `<NAME>_MAX_PERSONS_PER_10_MINUTES` and `_PER_DAY` (bulk-reads.ts, or the subgraph's own),
 * `ACCESS_ANCHORS_DIR` (none), `INTROSPECTION` (on), `<NAME>_KEYS` (needed in production) with `COLUMN_CIPHER` (aes-256-gcm), and
 * those of identity-config.ts.
 * Throws one error with every fault.
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
  const readPersons = (variable: string, window: keyof BulkLimit): Partial<BulkLimit> =>
    env[variable] ? { [window]: whole(variable, 0, 0, 1_000_000_000) } : {};
  const databaseUrl = env[`${prefix}_DATABASE_URL`] ?? '';
  if (!/^postgres(ql)?:\/\/./.test(databaseUrl)) {
    faults.push(
      `${prefix}_DATABASE_URL 应为 postgres://… 地址；npm start 会自动设置。 Expected a postgres://… URL; npm start sets it by itself.`,
    );
  } else if (URL.canParse(databaseUrl)) {
    try {
      connectionOf(databaseUrl);
    } catch (error) {
      faults.push(`${prefix}_DATABASE_URL：${(error as Error).message}`);
    }
  }
  const tracing = env.FEDERATED_TRACING || 'off';
  if (tracing !== 'on' && tracing !== 'off')
    faults.push('FEDERATED_TRACING 应为 on 或 off。 Expected on or off.');
  const introspection = env.INTROSPECTION || 'on';
  if (introspection !== 'on' && introspection !== 'off')
    faults.push('INTROSPECTION 应为 on 或 off。 Expected on or off.');
  const config = {
    port: whole(`${prefix}_PORT`, defaultPort, 0, 65_535),
    host: env.HOST || '127.0.0.1',
    drainMs: whole('DRAIN_MS', 5000, 0, 600_000),
    databaseUrl,
    maxConnections: whole(`${prefix}_MAX_CONNECTIONS`, 10, 1, 100),
    tracing: tracing === 'on',
    identity: readIdentityConfig(env, faults),
    keyring: readKeyring(name, env, faults),
    bulkReads: {
      ...readPersons(`${prefix}_MAX_PERSONS_PER_10_MINUTES`, 'tenMinutes'),
      ...readPersons(`${prefix}_MAX_PERSONS_PER_DAY`, 'day'),
    },
    accessAnchorsDir: env.ACCESS_ANCHORS_DIR || null,
    maxBodyBytes: whole(`${prefix}_MAX_BODY_BYTES`, 1_048_576, 1024, 1_073_741_824),
    trustedProxies: whole(`${prefix}_TRUSTED_PROXIES`, 0, 0, 10),
    limits: {
      ...readLimits(whole, subgraphLimits, `${prefix}_`),
      hasIntrospection: introspection === 'on',
    },
    tls: readTlsFiles(env, faults, `${prefix}_`),
  };
  if (faults.length) throw new Error(faults.join('\n'));
  return config;
}

/** The keys of a subgraph, `<NAME>_KEYS`, and what is sealed with them. In production there is none that everybody knows. */
export function readKeyring(name: string, env: NodeJS.ProcessEnv, faults: string[]): Keyring {
  const variable = `${variablePrefix(name)}_KEYS`;
  const named = env.COLUMN_CIPHER || developmentKeyring.cipher;
  const cipher = isCipher(named) ? named : developmentKeyring.cipher;
  if (cipher !== named) {
    const names = Object.keys(valueCiphers);
    faults.push(`COLUMN_CIPHER 应为 ${names.join(' 或 ')}。 COLUMN_CIPHER: expected ${names.join(' or ')}.`);
  }
  const secrets = readKeys(variable, env[variable], faults);
  if (secrets.size) return new Keyring(secrets, cipher);
  if (env.NODE_ENV === 'production')
    faults.push(
      `${variable} 在生产环境中必须设置：<标识>:<32 字节以上的 base64url>。 ${variable} has to be set in production: <id>:<base64url of 32 bytes or more>.`,
    );
  return cipher === developmentKeyring.cipher ? developmentKeyring : new Keyring(developmentSecrets, cipher);
}

const isCipher = (name: string): name is CipherName => Object.hasOwn(valueCiphers, name);

/** `TLS_CERT_FILE` and `TLS_KEY_FILE` after the prefix: both or neither. */
export function readTlsFiles(env: NodeJS.ProcessEnv, faults: string[], prefix = ''): TlsFiles | null {
  const certFile = env[`${prefix}TLS_CERT_FILE`] || null;
  const keyFile = env[`${prefix}TLS_KEY_FILE`] || null;
  if (!certFile !== !keyFile)
    faults.push(
      `${prefix}TLS_CERT_FILE 与 ${prefix}TLS_KEY_FILE 须同时给出。 Set both of ${prefix}TLS_CERT_FILE and ${prefix}TLS_KEY_FILE, or neither.`,
    );
  for (const [variable, file] of Object.entries({ TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile }))
    if (file && !existsSync(file))
      faults.push(`${prefix}${variable}：没有文件 ${file}。 There is no file ${file}.`);
  return certFile && keyFile ? { certFile, keyFile } : null;
}
