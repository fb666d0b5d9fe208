// The databases of the rooms: those that the environment names, the others on the embedded server.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readKeyring } from '@district-graph/kit/config';
import type { Keyring } from '@district-graph/kit/keyring';
import { runningDatabaseUrl } from '@district-graph/kit/postgres-cluster';
import { startPostgresServer } from '@district-graph/kit/postgres-server';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { openRoomKeys } from './room-keys.ts';

export interface Databases {
  /** The URL of each room's database, by name. */
  urls: Record<string, string>;
  /** The rooms whose database is on the embedded server, and so may be filled with made-up data. */
  embedded: readonly string[];
  /** The variables of the rooms' keys. */
  keys: Record<string, string>;
  close: () => Promise<void>;
}

const defaultDataDir = fileURLToPath(new URL('../.data', import.meta.url));

/** Where what must outlive a start is kept. */
export const dataDir = (env: NodeJS.ProcessEnv): string => env.DATA_DIR || defaultDataDir;

/** Where the rooms note the ends of their access records. */
export const anchorsDir = (env: NodeJS.ProcessEnv): string => resolve(env.ACCESS_ANCHORS_DIR || dataDir(env));

/** Opens them; the embedded server is started only when a room needs it. Throws when its data are in use. */
export async function openDatabases(env: NodeJS.ProcessEnv = process.env): Promise<Databases> {
  const urls: Record<string, string> = {};
  for (const { name } of listedSubgraphs) {
    const url = env[`${variablePrefix(name)}_DATABASE_URL`];
    if (url) urls[name] = url;
  }
  const embedded = listedSubgraphs.map(({ name }) => name).filter((name) => !urls[name]);
  const keys = openRoomKeys(dataDir(env), env);
  if (embedded.length === 0) return { urls, embedded, keys, close: async () => {} };
  const server = await startPostgresServer({ dataDir: dataDir(env) });
  try {
    for (const name of embedded) {
      const database = name.replaceAll('-', '_');
      await server.ensureDatabase(database);
      urls[name] = server.databaseUrl(database);
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { urls, embedded, keys, close: () => server.stop() };
}

export interface ReachedDatabase {
  url: string;
  keyring: Keyring;
  close: () => Promise<void>;
}

/**
 * One room's database and keys: those of the environment, or on the embedded server, which is that of a running npm start
 * or else started until `close`.
 */
export async function reachDatabase(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ReachedDatabase> {
  const faults: string[] = [];
  const keyring = readKeyring(name, { ...env, ...openRoomKeys(dataDir(env), env) }, faults);
  if (faults.length) throw new Error(faults.join('\n'));
  return { keyring, ...(await reachServer(name, env)) };
}

async function reachServer(name: string, env: NodeJS.ProcessEnv): Promise<Omit<ReachedDatabase, 'keyring'>> {
  const given = env[`${variablePrefix(name)}_DATABASE_URL`];
  if (given) return { url: given, close: async () => {} };
  const dataDir = resolve(env.DATA_DIR || defaultDataDir);
  const database = name.replaceAll('-', '_');
  const url = runningDatabaseUrl(dataDir, database);
  if (url) return { url, close: async () => {} };
  const server = await startPostgresServer({ dataDir });
  try {
    await server.ensureDatabase(database);
    return { url: server.databaseUrl(database), close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The variable by which a room's process learns of its database. */
export const databaseVariable = (name: string, url: string): Record<string, string> => ({
  [`${variablePrefix(name)}_DATABASE_URL`]: url,
});
