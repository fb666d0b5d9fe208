// The file in which the gateway that npm start runs keeps query plans.
import { join, resolve } from 'node:path';
import { keptPlanSettings } from '@district-graph/gateway/config/planning';
import { Environment } from '@district-graph/kit/config/environment';
import { dataDir } from './data-directories.ts';

export const plansFile = (env: NodeJS.ProcessEnv): string =>
  resolve(new Environment(env).read(keptPlanSettings).file ?? join(dataDir(env), 'gateway', 'plans'));
