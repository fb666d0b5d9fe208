// The databases of the subgraphs: those that the environment names, the others on the embedded server.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readKeyring } from '@district-graph/kit/config/encryption';
import { Environment } from '@district-graph/kit/config/environment';
import { isMigrated } from '@district-graph/kit/database/migrations-schema';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { runningDatabaseUrl } from '@district-graph/kit/postgres/cluster';
import { type PostgresServer, startPostgresServer } from '@district-graph/kit/postgres/server';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { keysVariable, openSubgraphKeys, presentKeys } from '../credentials/subgraph-keys.ts';

export interface Databases {
  /** The URL of each subgraph's database, by name. */
  urls: Record<string, string>;
  /** The subgraphs whose database is on the embedded server, and so may be filled with made-up data. */
  embedded: readonly string[];
  /** The variables of the subgraphs' keys. */
  keys: Record<string, string>;
  close: () => Promise<void>;
}

const defaultDataDir = fileURLToPath(new URL('../../.data', import.meta.url));

/** Where what must outlive a start is kept. */
export const dataDir = (env: NodeJS.ProcessEnv): string => env.DATA_DIR || defaultDataDir;

/** Where the subgraphs note the ends of their access records. */
export const anchorsDir = (env: NodeJS.ProcessEnv): string => resolve(env.ACCESS_ANCHORS_DIR || dataDir(env));

/** Opens them; the embedded server is started only when a subgraph needs it. Throws when its data are in use. */
export async function openDatabases(env: NodeJS.ProcessEnv = process.env): Promise<Databases> {
  const urls: Record<string, string> = {};
  for (const { name } of listedSubgraphs) {
    const url = env[databaseUrlVariable(name)];
    if (url) urls[name] = url;
  }
  const embedded = listedSubgraphs.map(({ name }) => name).filter((name) => !urls[name]);
  // Whoever has the server has the directory: of two starts, one is refused before it makes anything.
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

/**
 * The keys of the subgraphs, made for those whose database is new. Throws where an embedded one has tables and its keys are not
 * there: with keys made anew what is encrypted in them could not be read, and what is written from then on could not be read with the old ones.
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
      `${name} 的数据库已有数据，却没有它的密钥 ${variable}：请从备份恢复 ${file}，或设置该变量；若数据不再需要，请清空数据库。 The database of ${name} has tables, but its keys, ${variable}, are missing: restore ${file} from a copy, or set the variable; if the data are not needed any more, empty the database.`,
    );
  }
  return openSubgraphKeys(dataDir(env), env);
}

const databaseUrlVariable = (name: string): string => `${variablePrefix(name)}_DATABASE_URL`;

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
 * One subgraph's database and keys: those of the environment, or on the embedded server, which is that of a running npm start
 * or else started until `close`.
 */
export async function reachDatabase(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReachedDatabase> {
  const { urls, close } = await reachDatabases([name], env);
  try {
    const embedded = env[databaseUrlVariable(name)] ? [] : [name];
    const keyring = keyringOf(name, { ...env, ...(await keysFor(urls, embedded, env)) });
    return { url: urls[name] ?? '', keyring, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A subgraph's keyring. Throws with what is wrong with its settings. */
export function keyringOf(name: string, env: NodeJS.ProcessEnv): Keyring {
  const environment = new Environment(env);
  const keyring = readKeyring(environment, name);
  environment.check();
  return keyring;
}

/** Where the databases of some subgraphs are; one server is started for all of them that are embedded, when none runs. */
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
        env[databaseUrlVariable(name)] ||
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

/** The variable by which a subgraph's process learns of its database. */
export const databaseVariable = (name: string, url: string): Record<string, string> => ({
  [databaseUrlVariable(name)]: url,
});
