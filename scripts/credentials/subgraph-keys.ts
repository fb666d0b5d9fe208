// The encryption keys of the subgraphs, and the keys with which the gateway signs viewers. Generated at the first start, and stored
// beside the database, not in it.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keySettings } from '@district-graph/kit/config/encryption';
import { Environment } from '@district-graph/kit/config/environment';
import { identitySettings } from '@district-graph/kit/config/identity';
import { isProduction } from '@district-graph/kit/config/run-mode';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import { changeFile } from '../files/replace-file.ts';

const newKey = () => `${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64url')}`;

/** The environment variable with the keys of a subgraph. */
export const keysVariable = (name: string): string => `${variablePrefix(name)}_KEYS`;

const variables = listedSubgraphs.map(({ name }) => keysVariable(name));
const prefixes = listedSubgraphs.map(({ name }) => `${variablePrefix(name)}_`);

/** The variable of this subgraph, out of those of all subgraphs. */
export const keysOf = (name: string, keys: Record<string, string>): Record<string, string> => {
  const own = keys[keysVariable(name)];
  return own ? { [keysVariable(name)]: own } : {};
};

/** The variables of the keys that exist: from the environment, otherwise from `keys.json` in the data directory. */
export function presentKeys(dataDir: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const file = join(dataDir, 'keys.json');
  // In production, keys come from the environment only.
  const kept = !isProduction(env) && existsSync(file) ? keptIn(file, readFileSync(file, 'utf8')) : {};
  const environment = new Environment(env);
  const keys: Record<string, string> = {};
  for (const prefix of prefixes) {
    const variable = `${prefix}${keySettings.keys.variable}`;
    const present = environment.textOf(keySettings.keys, prefix) || kept[variable];
    if (present) keys[variable] = present;
  }
  return keys;
}

/** The same, after generating the missing keys. Processes that start at once all get the keys that one of them generated. */
export async function openSubgraphKeys(
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const present = presentKeys(dataDir, env);
  const missing = variables.filter((variable) => !present[variable]);
  if (missing.length === 0 || isProduction(env)) return present;
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
      `${file} 已损坏：请从备份恢复，切勿新建，否则已加密的数据将无法读取。 ${file} is damaged: restore it from a backup. With new keys, encrypted data could not be read.`,
    );
  }
}

/** The keys with which the gateway signs viewers: those of the environment, or one for this start. */
export const viewerKeys = (env: NodeJS.ProcessEnv = process.env): Record<string, string> => ({
  VIEWER_KEYS: new Environment(env).textOf(identitySettings.viewerKeys) ?? newKey(),
});
