// Opens what a subgraph needs to serve imports over HTTP.
import { join } from 'node:path';
import { parse } from 'graphql';
import type { Keyring } from '../encryption/keyring.ts';
import type { ModuleImport } from '../import/module-import.ts';
import type { Log } from '../log.ts';
import { labelsOf } from '../schema/descriptions.ts';
import { readSdl } from '../schema/sdl.ts';
import { ImportRequests, type ImportRequestsOptions } from './import-requests.ts';
import { ImportRuns } from './import-runs.ts';
import { UploadStore } from './upload-store.ts';

const removeEveryMs = 3_600_000;

export interface ServeImportsOptions
  extends Omit<ImportRequestsOptions, 'imports' | 'labels' | 'store' | 'runs'> {
  subgraph: { name: string; folder: URL; imports?: readonly ModuleImport[] };
  /** The folder of uploaded files. */
  folder: string;
  databaseUrl: string;
  keyring: Keyring;
  log: Log;
}

export interface ServedImports {
  answer: ImportRequests['answer'];
  close: () => Promise<void>;
}

export function serveImports({ subgraph, folder, ...options }: ServeImportsOptions): ServedImports {
  const schema = parse(readSdl(subgraph.folder));
  const store = new UploadStore(join(folder, subgraph.name));
  const runs = new ImportRuns({ ...options, store, schema });
  const imports = subgraph.imports ?? [];
  const requests = new ImportRequests({ ...options, imports, labels: labelsOf(schema), store, runs });
  const removing = setInterval(() => {
    store
      .removeExpired()
      .catch((error: Error) => options.log({ event: 'uploads not removed', error: error.message }));
  }, removeEveryMs).unref();
  return {
    answer: (...request) => requests.answer(...request),
    close: async () => {
      clearInterval(removing);
      await runs.close();
    },
  };
}
