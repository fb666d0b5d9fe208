// A server's certificate and key from files, read anew when they are renewed.
import { readFileSync, watch } from 'node:fs';
import type { Server } from 'node:https';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { Log } from './log.ts';

export interface TlsFiles {
  /** PEM: the certificate, and those between it and the authority. */
  certFile: string;
  /** PEM. */
  keyFile: string;
}

/** Files are renewed in several steps; what follows within this time is one change. */
const settleMs = 200;

/** Throws where the files cannot be read or do not belong together. */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  createSecureContext({ cert, key });
  return { cert, key };
}

/** Has the server use what the files hold, from each change on; what cannot be used changes nothing. Returns what ends it. */
export function followTls(server: Server, files: TlsFiles, log: Log): () => void {
  let pending: NodeJS.Timeout | undefined;
  const reload = () => {
    try {
      server.setSecureContext({ ...readTls(files), minVersion: 'TLSv1.2' });
      log({ event: 'certificate taken over' });
    } catch (error) {
      log({ event: 'certificate refused, the last good one stays', error: (error as Error).message });
    }
  };
  const folders = new Set([dirname(files.certFile), dirname(files.keyFile)]);
  const watchers = [...folders].map((folder) =>
    watch(folder, () => {
      clearTimeout(pending);
      pending = setTimeout(reload, settleMs);
    }),
  );
  return () => {
    clearTimeout(pending);
    for (const watcher of watchers) watcher.close();
  };
}
