// Sends a file in chunks, from where the gateway has it: a lost connection costs one chunk, and is waited for.
import { GraphError } from '../../graph/graph-error.ts';
import { ImportFailure, type ImportsApi } from './imports-api.ts';
import type { Upload } from './types.ts';

export interface SendOptions {
  api: Pick<ImportsApi, 'append' | 'show'>;
  path: string;
  chunkBytes: number;
  signal: AbortSignal;
  /** Called with what has arrived, and whether the connection is waited for. */
  onProgress: (upload: Upload, isWaiting: boolean) => void;
  pause?: (milliseconds: number) => Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves with the upload once it is complete. Rejects with a `GraphError`, or when it is aborted. */
export async function sendFile(
  upload: Upload,
  file: Blob,
  { api, path, chunkBytes, signal, onProgress, pause = sleep }: SendOptions,
): Promise<Upload> {
  let current = upload;
  let failures = 0;
  while (current.state === 'UPLOADING') {
    const chunk = await bytesOf(file.slice(current.received, current.received + chunkBytes));
    try {
      current = await api.append(path, current.received, chunk, signal);
      failures = 0;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ImportFailure && error.received !== null)
        current = { ...current, received: error.received };
      else if (!isTransient(error)) throw error;
      failures += 1;
      onProgress(current, true);
      await pause(Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs));
      signal.throwIfAborted();
    }
    onProgress(current, failures > 0);
  }
  return current;
}

/** What may be over when it is tried again. */
export const isTransient = (error: unknown): boolean =>
  error instanceof ImportFailure && (error.status === 0 || error.status === 429 || error.status >= 500);

/** Browsers do not read a file that was changed after it was chosen. */
const bytesOf = (part: Blob): Promise<ArrayBuffer> =>
  part.arrayBuffer().catch((error: unknown) => {
    throw new GraphError(String(error), 'FILE_CHANGED');
  });
