// The keys of the rooms and those by which the gateway signs: made at the first start, kept beside the database, not in it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';

const newKey = () => `${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64url')}`;

/** The variable by which a room's process learns of its keys. */
export const keysVariable = (name: string): string => `${variablePrefix(name)}_KEYS`;

/** The part of the variables that is this room's. */
export const keysOf = (name: string, keys: Record<string, string>): Record<string, string> => {
  const own = keys[keysVariable(name)];
  return own ? { [keysVariable(name)]: own } : {};
};

/**
 * The variables of the rooms' keys: as the environment sets them, the others from `keys.json` in the data directory. In
 * production they come from the environment alone.
 */
export function openRoomKeys(dataDir: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const keys: Record<string, string> = {};
  const missing: string[] = [];
  for (const { name } of listedSubgraphs) {
    const given = env[keysVariable(name)];
    if (given) keys[keysVariable(name)] = given;
    else missing.push(keysVariable(name));
  }
  if (missing.length === 0 || env.NODE_ENV === 'production') return keys;
  const file = join(dataDir, 'keys.json');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const made = missing.filter((variable) => !kept[variable]);
  for (const variable of made) kept[variable] = newKey();
  if (made.length) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  }
  return { ...keys, ...Object.fromEntries(missing.map((variable) => [variable, kept[variable] ?? ''])) };
}

/** What the gateway signs viewers with: the environment's keys, or one for this start. */
export const viewerKeys = (env: NodeJS.ProcessEnv = process.env): Record<string, string> => ({
  VIEWER_KEYS: env.VIEWER_KEYS || newKey(),
});
