// The file of API keys: changed by one command at a time, replaced whole, read by its owner alone.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type ApiKeyRecord, apiKeysText, parseApiKeys } from '@district-graph/kit/api-key';
import { dataDir } from './databases.ts';

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
export function apiKeySettings(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  if (env.API_KEYS) return {};
  const file = apiKeyFile(env);
  if (!existsSync(file)) changeApiKeys(file, () => []);
  return { API_KEYS: file };
}

export const readApiKeys = (file: string): ApiKeyRecord[] =>
  existsSync(file) ? parseApiKeys(readFileSync(file, 'utf8')) : [];

/** Writes what `change` makes of the keys. Whoever reads the file meanwhile reads the old one or the new one, whole. */
export function changeApiKeys(
  file: string,
  change: (keys: readonly ApiKeyRecord[]) => readonly ApiKeyRecord[],
): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.next`;
  const opened = openNext(next);
  try {
    writeSync(opened, apiKeysText(change(readApiKeys(file))));
    fsyncSync(opened);
    closeSync(opened);
    renameSync(next, file);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

/** Its being there keeps a second command out: of two that begin at once, neither undoes the other. */
function openNext(next: string): number {
  try {
    return openSync(next, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(
      `另一命令正在修改密钥；若无，请删除 ${next}。 Another command is changing the keys; if none is, delete ${next}.`,
    );
  }
}
