// A server's certificate and key from files, read anew when they are renewed.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Log } from '../log.ts';
import { type FileWatcher, watchFiles } from '../watch-files.ts';

export interface TlsFiles {
  /** PEM: the certificate, and those between it and the authority. */
  certFile: string;
  /** PEM. */
  keyFile: string;
}

/** Throws where the files cannot be read or do not belong together. */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  createSecureContext({ cert, key });
  return { cert, key };
}

/** Has the server use what the files hold, from each change on; what cannot be used changes nothing. */
export function watchTls(server: Server, files: TlsFiles, log: Log): FileWatcher {
  const changed = () => {
    try {
      server.setSecureContext({ ...readTls(files), minVersion: 'TLSv1.2' });
      log({ event: 'certificate taken over' });
    } catch (error) {
      log({ event: 'certificate refused, the last good one stays', error: (error as Error).message });
    }
  };
  return watchFiles({ paths: [files.certFile, files.keyFile], onChange: changed, log });
}
