// The databases of the subgraphs: those that the environment names, and the others on the embedded server.
import { join, resolve } from 'node:path';
import { readKeyring } from '@district-graph/kit/config/encryption';
import { Environment } from '@district-graph/kit/config/environment';
import { databaseSettings, databaseUrlVariable } from '@district-graph/kit/config/subgraph-config';
import { isMigrated } from '@district-graph/kit/database/migrations-schema';
import { checkReachable } from '@district-graph/kit/database/reachable';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { runningDatabaseUrl } from '@district-graph/kit/postgres/cluster';
import { type PostgresServer, startPostgresServer } from '@district-graph/kit/postgres/server';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { keysVariable, openSubgraphKeys, presentKeys } from '../credentials/subgraph-keys.ts';
import { dataDir } from '../settings/data-directories.ts';

export interface Databases {
  /** The URL of each subgraph's database, by name. */
  urls: Record<string, string>;
  /** The subgraphs whose database is on the embedded server, so that it may be filled with synthetic data. */
  embedded: readonly string[];
  /** The variables of the subgraphs' keys. */
  keys: Record<string, string>;
  close: () => Promise<void>;
}

/**
 * Opens the databases. Starts the embedded server only when a subgraph needs it. Throws when another process uses its data directory,
 * and when databases of the environment cannot be reached, before anything is migrated.
 */
export async function openDatabases(env: NodeJS.ProcessEnv = process.env): Promise<Databases> {
  const urls: Record<string, string> = {};
  for (const { name } of listedSubgraphs) {
    const url = namedDatabaseUrl(name, env);
    if (url) urls[name] = url;
  }
  await checkAllReachable(urls);
  const embedded = listedSubgraphs.map(({ name }) => name).filter((name) => !urls[name]);
  // The server locks the directory: of two starts, one fails before it creates anything.
  const server = embedded.length ? await startPostgresServer({ dataDir: dataDir(env) }) : null;
  const close = async () => server?.stop();
  try {
    for (const name of embedded) urls[name] = await databaseOn(server as PostgresServer, name);
    return { urls, embedded, keys: await keysFor(urls, embedded, env), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Throws one error with a line for each database that cannot be reached. */
async function checkAllReachable(urls: Readonly<Record<string, string>>): Promise<void> {
  const checks = Object.entries(urls).map(([name, url]) => checkReachable(url, databaseUrlVariable(name)));
  const faults = (await Promise.allSettled(checks)).flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as Error).message] : [],
  );
  if (faults.length) throw new Error(faults.join('\n'));
}

/**
 * The keys of the subgraphs, generated for those whose database is new. Throws when an embedded database has tables but its keys are
 * missing: with new keys its encrypted values could not be read, and with the old keys the values written from then on could not.
 */
async function keysFor(
  urls: Readonly<Record<string, string>>,
  embedded: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const present = presentKeys(dataDir(env), env);
  for (const name of embedded) {
    const variable = keysVariable(name);
    if (present[variable] || !(await isMigrated(urls[name] ?? ''))) continue;
    const file = join(dataDir(env), 'keys.json');
    throw new Error(
      `${name} 的数据库已有数据，但缺少其密钥 ${variable}：请从备份恢复 ${file}，或设置该变量；如不再需要这些数据，请清空数据库。 The database of ${name} has tables, but its keys, ${variable}, are missing: restore ${file} from a backup, or set the variable. If the data are no longer needed, empty the database.`,
    );
  }
  return openSubgraphKeys(dataDir(env), env);
}

/** The URL that the environment names for a subgraph’s database. */
const namedDatabaseUrl = (name: string, env: NodeJS.ProcessEnv): string | undefined =>
  new Environment(env).textOf(databaseSettings.databaseUrl, `${variablePrefix(name)}_`);

const databaseName = (name: string): string => name.replaceAll('-', '_');

async function databaseOn(server: PostgresServer, name: string): Promise<string> {
  const database = databaseName(name);
  await server.ensureDatabase(database);
  return server.databaseUrl(database);
}

export interface ReachedDatabase {
  url: string;
  keyring: Keyring;
  close: () => Promise<void>;
}

/**
 * One subgraph's database and keys: from the environment, or on the embedded server. The server is that of a running npm start;
 * otherwise it is started, and stopped by `close`.
 */
export async function reachDatabase(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReachedDatabase> {
  const { urls, close } = await reachDatabases([name], env);
  try {
    const embedded = namedDatabaseUrl(name, env) ? [] : [name];
    const keyring = keyringOf(name, { ...env, ...(await keysFor(urls, embedded, env)) });
    return { url: urls[name] ?? '', keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A subgraph's keyring. Throws one error with every fault of its settings. */
export function keyringOf(name: string, env: NodeJS.ProcessEnv): Keyring {
  const environment = new Environment(env);
  const keyring = readKeyring(environment, name);
  environment.check();
  return keyring;
}

/** The URLs of the databases of some subgraphs. Starts one server for those that are embedded, unless one is running. */
export async function reachDatabases(
  names: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<{ urls: Record<string, string>; close: () => Promise<void> }> {
  const urls: Record<string, string> = {};
  let server: PostgresServer | null = null;
  const close = async () => server?.stop();
  try {
    for (const name of names) {
      const url =
        namedDatabaseUrl(name, env) ||
        (server ? null : runningDatabaseUrl(resolve(dataDir(env)), databaseName(name)));
      if (!url) server ??= await startPostgresServer({ dataDir: dataDir(env) });
      urls[name] = url || (await databaseOn(server as PostgresServer, name));
    }
    return { urls, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The environment variable with the database URL of a subgraph, and its value. */
export const databaseVariable = (name: string, url: string): Record<string, string> => ({
  [databaseUrlVariable(name)]: url,
});
