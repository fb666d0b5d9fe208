// The engine's and the HTTP client's options for DistrictGateway: what ApolloGateway allows is allowed, within what keeps the process safe.
import type { Log } from '@district-graph/kit/log';
import { clientLimits, type OperationLimits } from '@district-graph/kit/operation/limits';
import type { EngineOptions } from '../engine/engine.ts';
import type { FetchOptions } from '../fetching/subgraph-client.ts';
import { apolloErrors } from './apollo-errors.ts';
import { ExecutionResults } from './execution-results.ts';
import type { DistrictGatewayOptions, Logger } from './gateway-options.ts';

const megabyte = 1_048_576;
const maxResponseBytes = 256 * megabyte;

/** ApolloServer has parsed and validated operations, with rules of the user's own; only what planning costs is limited. */
const limits: OperationLimits = {
  ...clientLimits,
  maxVariableDepth: 1000,
  maxListLength: Number.POSITIVE_INFINITY,
  maxVariableValues: Number.POSITIVE_INFINITY,
  maxRepresentations: Number.POSITIVE_INFINITY,
  maxCost: 0,
};

export function engineOptionsOf({ district = {} }: DistrictGatewayOptions, log: Log): EngineOptions {
  const { planningTimeoutMs: timeoutMs = 5000, plannerThreads: threads = 2 } = district;
  return {
    maxOperations: 2000,
    maxOperationBytes: megabyte,
    maxGeneratedBytes: 262_144,
    generateAfter: 8,
    generateFromBytes: 65_536,
    generateShare: 0.005,
    limits,
    isValidated: true,
    validationTimeoutMs: timeoutMs,
    maxResponseBytes,
    exposedErrors: apolloErrors,
    responses: new ExecutionResults({ maxResponseBytes, errors: 'apollo', lazyFrom: 8192, log }),
    planner: {
      planner: 'own',
      threads,
      timeoutMs,
      maxHeapMegabytes: 512,
      maxWaiting: 1000,
      maxSelections: 10_000,
      maxTypeConditions: 1000,
      log,
    },
    log,
  };
}

/** The codes by which clients of ApolloGateway know that they have to sign in again. */
const denials: FetchOptions['denials'] = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'FORBIDDEN'],
]);

export const fetchOptionsOf = ({ district = {} }: DistrictGatewayOptions): FetchOptions => ({
  timeoutMs: district.subgraphTimeoutMs ?? 30_000,
  maxAnswerBytes: maxResponseBytes,
  acceptEncoding: 'gzip',
  maxConnections: district.maxConnections ?? 256,
  maxWaiting: 10_000,
  denials,
  breaker: { failures: 20, restMs: 1000 },
});

/** Writes events of the engine to the logger of ApolloServer. */
export const logOf =
  (logger: Logger): Log =>
  ({ level, ...event }) => {
    const text = JSON.stringify(event);
    if (level === 'error' || 'error' in event) logger.error(text);
    else if (level === 'warn' || 'reason' in event) logger.warn(text);
    else logger.info(text);
  };
