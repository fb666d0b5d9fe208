// The file of API keys: changed by one command at a time, replaced atomically, readable by its owner only.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Environment } from '@district-graph/kit/config/environment';
import { identitySettings } from '@district-graph/kit/config/identity';
import { type ApiKeyRecord, apiKeysText, parseApiKeys } from '@district-graph/kit/identity/api-key';
import { changeFile } from '../files/replace-file.ts';
import { dataDir } from '../settings/data-directories.ts';

/** `API_KEYS`, or the file in the data directory. Throws when API_KEYS is a URL: the keys are then changed where they are served. */
export function apiKeyFile(env: NodeJS.ProcessEnv = process.env): string {
  const source = new Environment(env).textOf(identitySettings.apiKeys);
  if (source && /^https?:/.test(source))
    throw new Error(
      'API_KEYS 是网址：请在提供该文件的机器上修改，并把 API_KEYS 设为其路径。 API_KEYS is a URL: change the file on the machine that serves it, with API_KEYS set to its path.',
    );
  return source || join(dataDir(env), 'api-keys.json');
}

/** The setting by which services find the keys. Creates the file if there is none. */
export async function apiKeySettings(env: NodeJS.ProcessEnv = process.env): Promise<Record<string, string>> {
  if (new Environment(env).textOf(identitySettings.apiKeys)) return {};
  const file = apiKeyFile(env);
  if (!existsSync(file)) await changeApiKeys(file, (keys) => keys);
  return { API_KEYS: file };
}

export const readApiKeys = (file: string): ApiKeyRecord[] =>
  existsSync(file) ? parseApiKeys(readFileSync(file, 'utf8')) : [];

/** Writes the keys that `change` returns. Concurrent readers see the old file or the new one. */
export async function changeApiKeys(
  file: string,
  change: (keys: readonly ApiKeyRecord[]) => readonly ApiKeyRecord[],
): Promise<void> {
  await changeFile(file, (text) => apiKeysText(change(text === null ? [] : parseApiKeys(text))));
}
