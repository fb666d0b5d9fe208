// The idempotency keys of uploads that are not complete, kept for the tab: a file that is chosen again after a reload continues its upload.
import { newIdempotencyKey } from '../../graph/request.ts';

interface ChosenFile {
  name: string;
  size: number;
  lastModified: number;
}

const prefix = 'district-graph.upload.';

const storageKey = (importName: string, { name, size, lastModified }: ChosenFile): string =>
  `${prefix}${JSON.stringify([importName, name, size, lastModified])}`;

/** The key of the file's upload: the one that was begun, or a new one. */
export function uploadKey(importName: string, file: ChosenFile, storage: Storage = sessionStorage): string {
  const stored = storageKey(importName, file);
  const key = storage.getItem(stored) ?? newIdempotencyKey();
  storage.setItem(stored, key);
  return key;
}

/** The next upload of the same file is another one. */
export const forgetUploadKey = (
  importName: string,
  file: ChosenFile,
  storage: Storage = sessionStorage,
): void => storage.removeItem(storageKey(importName, file));
