// The keys of the subgraphs and those by which the gateway signs: made at the first start, kept beside the database, not in it.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { changeFile } from '../files/replace-file.ts';

const newKey = () => `${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64url')}`;

/** The variable by which a subgraph's process learns of its keys. */
export const keysVariable = (name: string): string => `${variablePrefix(name)}_KEYS`;

const variables = listedSubgraphs.map(({ name }) => keysVariable(name));

/** The part of the variables that is this subgraph's. */
export const keysOf = (name: string, keys: Record<string, string>): Record<string, string> => {
  const own = keys[keysVariable(name)];
  return own ? { [keysVariable(name)]: own } : {};
};

/** The variables of the subgraphs' keys that are there: as the environment sets them, the others from `keys.json` in the data directory. */
export function presentKeys(dataDir: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const file = join(dataDir, 'keys.json');
  // In production they come from the environment alone.
  const kept =
    env.NODE_ENV !== 'production' && existsSync(file) ? keptIn(file, readFileSync(file, 'utf8')) : {};
  const keys: Record<string, string> = {};
  for (const variable of variables) {
    const present = env[variable] || kept[variable];
    if (present) keys[variable] = present;
  }
  return keys;
}

/** The same, once those that are missing are made. Of several processes that begin at once, all have what one of them made. */
export async function openSubgraphKeys(
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const present = presentKeys(dataDir, env);
  const missing = variables.filter((variable) => !present[variable]);
  if (missing.length === 0 || env.NODE_ENV === 'production') return present;
  const file = join(dataDir, 'keys.json');
  await changeFile(file, (text) => {
    const kept = text === null ? {} : keptIn(file, text);
    for (const variable of missing) kept[variable] ||= newKey();
    return `${JSON.stringify(kept, null, 2)}\n`;
  });
  return presentKeys(dataDir, env);
}

function keptIn(file: string, text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    throw new Error(
      `${file} 已损坏：请从备份恢复，切勿另建，否则已加密的数据无法再读取。 ${file} is damaged: bring it back from a copy. With keys made anew, what is sealed could not be read.`,
    );
  }
}

/** What the gateway signs viewers with: the environment's keys, or one for this start. */
export const viewerKeys = (env: NodeJS.ProcessEnv = process.env): Record<string, string> => ({
  VIEWER_KEYS: env.VIEWER_KEYS || newKey(),
});
