// The directories in which commands and the processes they start keep files.
import { join, resolve } from 'node:path';
import { Environment } from '@district-graph/kit/config/environment';
import { accessRecordSettings, importSettings } from '@district-graph/kit/config/subgraph-config';
import { dataDirSetting } from './command-settings.ts';

/** The directory of the files that outlive a start. */
export const dataDir = (env: NodeJS.ProcessEnv): string =>
  new Environment(env).read({ dataDir: dataDirSetting }).dataDir;

/** The directory in which subgraphs write the anchors of their access records. */
export const anchorsDir = (env: NodeJS.ProcessEnv): string =>
  resolve(new Environment(env).read(accessRecordSettings).accessAnchorsDir ?? dataDir(env));

/** The directory of files that are imported over HTTP. */
export const importsDir = (env: NodeJS.ProcessEnv): string =>
  resolve(new Environment(env).read(importSettings).importsDir ?? join(dataDir(env), 'imports'));
