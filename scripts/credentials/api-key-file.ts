// The file of API keys: changed by one command at a time, replaced whole, read by its owner alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ApiKeyRecord, apiKeysText, parseApiKeys } from '@district-graph/kit/identity/api-key';
import { dataDir } from '../databases/subgraph-databases.ts';
import { changeFile } from '../files/replace-file.ts';

/** `API_KEYS`, or the file in the data directory. Throws where they are at an address: there they are kept by its owner. */
export function apiKeyFile(env: NodeJS.ProcessEnv = process.env): string {
  const given = env.API_KEYS;
  if (given && /^https?:/.test(given))
    throw new Error(
      'API_KEYS 是网址：请在提供它的地方修改密钥文件。 API_KEYS is an address: change the file where it is served, with API_KEYS set to its path.',
    );
  return given || join(dataDir(env), 'api-keys.json');
}

/** The setting by which services find the keys; the file is made where there is none. */
export async function apiKeySettings(env: NodeJS.ProcessEnv = process.env): Promise<Record<string, string>> {
  if (env.API_KEYS) return {};
  const file = apiKeyFile(env);
  if (!existsSync(file)) await changeApiKeys(file, (keys) => keys);
  return { API_KEYS: file };
}

export const readApiKeys = (file: string): ApiKeyRecord[] =>
  existsSync(file) ? parseApiKeys(readFileSync(file, 'utf8')) : [];

/** Writes what `change` makes of the keys. Whoever reads the file meanwhile reads the old one or the new one, whole. */
export async function changeApiKeys(
  file: string,
  change: (keys: readonly ApiKeyRecord[]) => readonly ApiKeyRecord[],
): Promise<void> {
  await changeFile(file, (text) => apiKeysText(change(text === null ? [] : parseApiKeys(text))));
}
