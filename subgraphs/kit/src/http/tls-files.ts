// A server's certificate and key in files, reloaded when they change.
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Log } from '../log.ts';
import { type FileWatcher, watchFiles } from '../watch-files.ts';

export interface TlsFiles {
  /** PEM: the certificate, followed by the intermediate certificates. */
  certFile: string;
  /** PEM. */
  keyFile: string;
}

/** Throws if the files cannot be read or do not match. */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  createSecureContext({ cert, key });
  return { cert, key };
}

/** Makes the server use the files after each change. Files that cannot be used leave the last good certificate in place. */
export function watchTls(server: Server, files: TlsFiles, log: Log): FileWatcher {
  const onChange = () => {
    try {
      server.setSecureContext({ ...readTls(files), minVersion: 'TLSv1.2' });
      log({ event: 'certificate reloaded' });
    } catch (error) {
      log({ event: 'certificate not reloaded, the last good one stays', error: (error as Error).message });
    }
  };
  return watchFiles({ paths: [files.certFile, files.keyFile], onChange, log });
}
