import { expect, it } from 'vitest';
import { clientLimits, type OperationLimits, subgraphLimits } from '../operation/limits.ts';
import { Environment } from './environment.ts';
import { limitSettings, readLimits } from './operation-limits.ts';

const settings = limitSettings(subgraphLimits);

it('reads each limit under its name after the prefix', () => {
  const limits = (env: NodeJS.ProcessEnv) => readLimits(new Environment(env), settings, 'CULTURE_');
  expect(limits({})).toEqual(subgraphLimits);
  const env = { CULTURE_MAX_DEPTH: '7', MAX_DEPTH: '8', CULTURE_MAX_REPRESENTATIONS: '9' };
  expect(limits(env)).toEqual({ ...subgraphLimits, maxDepth: 7, maxRepresentations: 9 });
});

it('accepts every operation that a gateway makes of one within its own limits', () => {
  for (const name of Object.keys(clientLimits) as (keyof OperationLimits)[])
    expect(Number(subgraphLimits[name])).toBeGreaterThanOrEqual(Number(clientLimits[name]));
});
