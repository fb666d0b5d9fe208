// The gateway's settings: the only process.env of the gateway, every fault reported at once.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UnfinishedLimits } from '@district-graph/kit/admission/unfinished-bodies';
import type { UnreadLimits } from '@district-graph/kit/admission/unread-answers';
import { readTlsFiles } from '@district-graph/kit/config';
import type { TlsFiles } from '@district-graph/kit/http/tls-files';
import { type IdentityConfig, readIdentityConfig } from '@district-graph/kit/identity/identity-config';
import { clientLimits, readLimits } from '@district-graph/kit/operation/limits';
import { listedSubgraphs, variablePrefix } from '@district-graph/schema/registry';
import type { AdmissionOptions } from './admission/admission.ts';
import type { TrustedDocumentsOptions, TrustMode } from './admission/trusted-documents.ts';
import { viewerKeyBy } from './admission/viewer-key.ts';
import type { EngineOptions } from './execution/engine.ts';
import type { FetchOptions } from './fetching/subgraph-client.ts';
import type { PlannerOptions } from './planning/planner.ts';

export interface GatewayConfig {
  port: number;
  host: string;
  /** How long it goes on answering after SIGTERM, ready no longer. */
  drainMs: number;
  supergraphFile: string;
  maxBodyBytes: number;
  playground: boolean;
  /** Listens with TLS. */
  tls: TlsFiles | null;
  /** The authorities that subgraphs' certificates are checked against, in PEM; null for those that Node trusts. */
  subgraphCa: string | null;
  admission: AdmissionOptions;
  /** How many proxies of ours stand in front: the address is then read from `X-Forwarded-For`. */
  trustedProxies: number;
  /** Calls of one viewer that one subgraph has to answer at a time; the rest wait. 0 for any. */
  maxCallsOfViewer: number;
  documents: Omit<TrustedDocumentsOptions, 'log'>;
  /** How long an operation may take from its beginning; what was not fetched by then is null. */
  operationTimeoutMs: number;
  /** Requests that may be in work at once; more are told to come back. */
  maxConcurrentRequests: number;
  /** What may be there of bodies that have not come to their end. */
  unfinished: UnfinishedLimits;
  /** What clients may leave unread of their answers. */
  unread: UnreadLimits;
  subscriptions: {
    /** Subscriptions that may be open at once; sockets, likewise. */
    maxStreams: number;
    /** Subscriptions of one viewer, and sockets from one address; 0 for any. */
    maxStreamsOfViewer: number;
    /** Origins whose pages may open a WebSocket, beside the gateway's own. */
    allowedOrigins: readonly string[];
    /** How long a socket may be open before it says who is there. */
    initTimeoutMs: number;
    /** How often a quiet stream is kept alive. */
    aliveMs: number;
    /** How long a client that reads too slowly is waited for. */
    slowMs: number;
  };
  /** Whether the same query of the same viewer, asked again while it runs, shares the run. */
  shareIdentical: boolean;
  fetch: FetchOptions;
  forwardedHeaders: readonly string[];
  returnedHeaders: readonly string[];
  planner: Omit<PlannerOptions, 'log'>;
  operations: Omit<EngineOptions, 'planner' | 'log'>;
  identity: IdentityConfig;
  /** The address to use for a subgraph instead of the one in the supergraph, or null. */
  addressOf: (subgraph: string) => string | null;
}

const packings: readonly string[] = ['gzip', 'br', 'zstd', 'deflate'];

const ownSupergraph = fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url));

/** Reads the settings listed in the gateway's README. Throws one error with every fault. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  const faults: string[] = [];
  const whole = (variable: string, fallback: number, min: number, max: number): number => {
    const value = env[variable] ? Number(env[variable]) : fallback;
    if (!Number.isInteger(value) || value < min || value > max) {
      faults.push(`${variable} 应为 ${min} 到 ${max} 的整数。 Expected a whole number, ${min} to ${max}.`);
    }
    return value;
  };
  const supergraphFile = env.SUPERGRAPH ? resolve(env.SUPERGRAPH) : ownSupergraph;
  if (!existsSync(supergraphFile)) {
    faults.push(`SUPERGRAPH：没有文件 ${supergraphFile}。 There is no file ${supergraphFile}.`);
  }
  for (const variable of ['REDIS_URL', ...addressVariables(supergraphFile)]) {
    const value = env[variable];
    if (value && !URL.canParse(value)) faults.push(`${variable} 应为完整地址。 Expected a whole URL.`);
  }
  if (env.REDIS_URL && !/^rediss?:\/\/./.test(env.REDIS_URL))
    faults.push('REDIS_URL 应为 redis:// 或 rediss:// 地址。 Expected a redis:// or rediss:// URL.');
  for (const variable of ['PLAYGROUND', 'INTROSPECTION', 'SHARE_IDENTICAL']) {
    if (env[variable] && !['on', 'off'].includes(env[variable]))
      faults.push(`${variable} 应为 on 或 off。 Expected on or off.`);
  }
  const encodings = list(env.SUBGRAPH_ENCODINGS, packings);
  if (encodings.some((name) => name !== 'identity' && !packings.includes(name)))
    faults.push(
      `SUBGRAPH_ENCODINGS 应为 identity，或 ${packings.join('、')} 中的若干。 Expected identity, or some of ${packings.join(', ')}.`,
    );
  const subgraphCaFile = env.SUBGRAPH_CA_FILE || null;
  if (subgraphCaFile && !existsSync(subgraphCaFile))
    faults.push(`SUBGRAPH_CA_FILE：没有文件 ${subgraphCaFile}。 There is no file ${subgraphCaFile}.`);
  const trustMode = env.TRUSTED_DOCUMENTS || 'off';
  const documentsFolder = env.TRUSTED_DOCUMENTS_DIR ? resolve(env.TRUSTED_DOCUMENTS_DIR) : null;
  if (!['off', 'log-unknown', 'enforce'].includes(trustMode))
    faults.push('TRUSTED_DOCUMENTS 应为 off、log-unknown 或 enforce。 Expected off, log-unknown or enforce.');
  else if (trustMode !== 'off' && !(documentsFolder && existsSync(documentsFolder)))
    faults.push(
      documentsFolder
        ? `TRUSTED_DOCUMENTS_DIR：没有文件夹 ${documentsFolder}。 There is no folder ${documentsFolder}.`
        : `设置 TRUSTED_DOCUMENTS 时须设置 TRUSTED_DOCUMENTS_DIR。 TRUSTED_DOCUMENTS_DIR is needed with TRUSTED_DOCUMENTS.`,
    );
  const trustedProxies = whole('TRUSTED_PROXIES', 0, 0, 10);
  const config = {
    port: whole('PORT', 4000, 0, 65_535),
    host: env.HOST || '127.0.0.1',
    drainMs: whole('DRAIN_MS', 5000, 0, 600_000),
    supergraphFile,
    maxBodyBytes: whole('MAX_BODY_BYTES', 262_144, 1024, 1_073_741_824),
    playground: env.PLAYGROUND !== 'off',
    tls: readTlsFiles(env, faults),
    subgraphCa: subgraphCaFile && existsSync(subgraphCaFile) ? readFileSync(subgraphCaFile, 'utf8') : null,
    admission: {
      ratePerSecond: whole('VIEWER_RATE', 5000, 0, 10_000_000),
      burst: whole('VIEWER_BURST', 10_000, 1, 10_000_000),
      maxAtOnce: whole('VIEWER_MAX_AT_ONCE', 500, 0, 1_000_000),
      redisUrl: env.REDIS_URL || null,
      keyOf: viewerKeyBy(trustedProxies),
    },
    trustedProxies,
    maxCallsOfViewer: whole('VIEWER_MAX_CALLS', 8, 0, 100_000),
    documents: { mode: trustMode as TrustMode, folder: documentsFolder },
    operationTimeoutMs: whole('OPERATION_TIMEOUT_MS', 10_000, 10, 3_600_000),
    maxConcurrentRequests: whole('MAX_CONCURRENT_REQUESTS', 1000, 1, 1_000_000),
    unfinished: {
      maxOfClient: whole('ADDRESS_MAX_UNFINISHED_BYTES', 16_777_216, 1024, 4_294_967_296),
      max: whole('MAX_UNFINISHED_BYTES', 67_108_864, 1024, 17_179_869_184),
    },
    unread: {
      maxOfClient: whole('VIEWER_MAX_UNREAD_BYTES', 33_554_432, 1024, 4_294_967_296),
      max: whole('MAX_UNREAD_BYTES', 67_108_864, 1024, 17_179_869_184),
      stalledMs: whole('STALLED_CLIENT_MS', 30_000, 10, 600_000),
    },
    subscriptions: {
      maxStreams: whole('MAX_STREAMS', 2000, 0, 1_000_000),
      maxStreamsOfViewer: whole('VIEWER_MAX_STREAMS', 200, 0, 1_000_000),
      allowedOrigins: list(env.ALLOWED_ORIGINS, []),
      initTimeoutMs: whole('STREAM_INIT_TIMEOUT_MS', 5000, 10, 600_000),
      aliveMs: whole('STREAM_ALIVE_MS', 15_000, 10, 600_000),
      slowMs: whole('STREAM_SLOW_MS', 5000, 10, 600_000),
    },
    shareIdentical: env.SHARE_IDENTICAL !== 'off',
    fetch: {
      timeoutMs: whole('SUBGRAPH_TIMEOUT_MS', 5000, 1, 600_000),
      maxAnswerBytes: whole('MAX_ANSWER_BYTES', 10_485_760, 1024, 1_073_741_824),
      acceptEncoding: encodings.includes('identity') ? null : encodings.join(', '),
      maxConnections: whole('SUBGRAPH_CONNECTIONS', 128, 1, 10_000),
      maxWaiting: whole('SUBGRAPH_WAITING', 2048, 0, 1_000_000),
      breaker: {
        failures: whole('BREAKER_FAILURES', 8, 1, 1000),
        restMs: whole('BREAKER_REST_MS', 1000, 1, 600_000),
      },
    },
    forwardedHeaders: list(env.FORWARDED_HEADERS, [
      'authorization',
      'accept-language',
      'x-purpose',
      'x-request-id',
      'traceparent',
      'tracestate',
    ]),
    returnedHeaders: list(env.RETURNED_HEADERS, []),
    planner: {
      threads: whole('PLANNER_THREADS', 2, 1, 64),
      timeoutMs: whole('PLANNING_TIMEOUT_MS', 500, 10, 600_000),
      maxHeapMegabytes: whole('PLANNING_HEAP_MB', 512, 64, 4000),
      maxWaiting: whole('PLANNING_WAITING', 256, 1, 100_000),
      maxSelections: whole('MAX_PLANNED_SELECTIONS', 2000, 1, 10_000_000),
      maxTypeConditions: whole('MAX_TYPE_CONDITIONS', 200, 0, 1_000_000),
    },
    operations: {
      limits: { ...readLimits(whole, clientLimits), hasIntrospection: env.INTROSPECTION !== 'off' },
      validationTimeoutMs: whole('VALIDATION_TIMEOUT_MS', 1000, 10, 600_000),
      maxResponseBytes: whole('MAX_RESPONSE_BYTES', 33_554_432, 1024, 268_435_456),
      maxOperations: whole('MAX_OPERATIONS', 2000, 1, 1_000_000),
      maxOperationBytes: 524_288,
      maxGeneratedBytes: 262_144,
      generateFromBytes: 65_536,
      generateAfter: whole('GENERATE_AFTER', 1, 0, 1_000_000),
      exposedErrors: {
        subgraphs: new Set(names(env.EXPOSED_ERRORS_OF)),
        extensions: names(env.EXPOSED_ERROR_EXTENSIONS),
      },
    },
    identity: readIdentityConfig(env, faults),
    addressOf: (subgraph: string) => env[`${variablePrefix(subgraph)}_URL`] || null,
  };
  for (const origin of config.subscriptions.allowedOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      faults.push(
        'ALLOWED_ORIGINS 应为以逗号分隔的来源，如 https://a.example。 Expected origins, such as https://a.example.',
      );
  }
  if (faults.length) throw new Error(faults.join('\n'));
  return config;
}

/** The variables of subgraphs' addresses: of those listed here, and of those that the supergraph names. */
function addressVariables(supergraphFile: string): Set<string> {
  const sdl = existsSync(supergraphFile) ? readFileSync(supergraphFile, 'utf8') : '';
  const composed = [...sdl.matchAll(/@join__graph\(\s*name:\s*"([^"]+)"/g)].map(([, name = '']) => name);
  const names = [...listedSubgraphs.map(({ name }) => name), ...composed];
  return new Set(names.map((name) => `${variablePrefix(name)}_URL`));
}

/** Names from a list with commas. */
const names = (text = ''): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Names from a list with commas, in lower case. */
function list(text: string | undefined, fallback: readonly string[]): readonly string[] {
  if (text === undefined) return fallback;
  return names(text.toLowerCase());
}
