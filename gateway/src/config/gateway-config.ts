// The gateway's settings as one typed result. Every fault is reported at once.

import type { ByteLimits } from '@district-graph/kit/admission/byte-budget';
import type { UnreadLimits } from '@district-graph/kit/admission/unread-answers';
import { Environment, type RenamedVariable, type SettingGroup } from '@district-graph/kit/config/environment';
import {
  type ConnectedSubgraph,
  foreignSubgraphSettings,
  readConnectedSubgraphs,
} from '@district-graph/kit/config/foreign-subgraphs';
import { type IdentityConfig, identitySettings, readIdentity } from '@district-graph/kit/config/identity';
import { listeningSettings, portSetting, readTls, tlsSettings } from '@district-graph/kit/config/listening';
import { type LogLevel, loggingSettings } from '@district-graph/kit/config/logging';
import { introspectionSettings } from '@district-graph/kit/config/operation-limits';
import { runModeSettings } from '@district-graph/kit/config/run-mode';
import type { TlsFiles } from '@district-graph/kit/http/tls-files';
import type { AdmissionOptions } from '../admission/admission.ts';
import type { TrustedDocumentsOptions } from '../admission/trusted-documents.ts';
import type { EngineOptions } from '../engine/engine.ts';
import type { FetchOptions } from '../fetching/subgraph-client.ts';
import type { KeptPlansOptions } from '../kept-plans/kept-plans.ts';
import type { PlannerOptions } from '../planning/planner.ts';
import {
  rateSettings,
  readAdmissionOptions,
  readUnfinishedLimits,
  readUnreadLimits,
  requestSettings,
  unfinishedSettings,
  unreadSettings,
} from './admission.ts';
import {
  documentSettings,
  playgroundSettings,
  readDocumentOptions,
  savedQuerySettings,
} from './documents.ts';
import {
  exposedErrorSettings,
  fetchSettings,
  headerSettings,
  readFetchOptions,
  readSubgraphCa,
  subgraphTlsSettings,
} from './fetching.ts';
import { withForeignSubgraphs } from './foreign.ts';
import {
  clientLimitSettings,
  deduplicationSettings,
  keptPlanSettings,
  plannerSettings,
  preparationSettings,
  readKeptPlanOptions,
  readOperationOptions,
  readPlannerOptions,
  serverSettings,
  warmUpSettings,
} from './planning.ts';
import { developmentTokenSettings, type PortalConfig, portalSettings, readPortalConfig } from './portal.ts';
import {
  originSettings,
  readSubscriptionConfig,
  type SubscriptionConfig,
  subscriptionSettings,
} from './subscriptions.ts';
import {
  addressSettings,
  readSupergraphConfig,
  type SupergraphConfig,
  supergraphSettings,
} from './supergraph.ts';

export interface GatewayConfig extends SupergraphConfig {
  port: number;
  host: string;
  /** How long it keeps answering after SIGTERM, no longer ready. */
  drainMs: number;
  maxBodyBytes: number;
  playground: boolean;
  portal: PortalConfig;
  tls: TlsFiles | null;
  /** The authorities that subgraphs' certificates are checked against, in PEM; null for Node's own. */
  subgraphCa: string | null;
  admission: AdmissionOptions;
  /** How many proxies of the operator stand in front: the client's address is then read from `X-Forwarded-For`. */
  trustedProxies: number;
  /** Calls of one viewer in progress at one subgraph; the rest are queued. 0 for no limit. */
  maxCallsOfViewer: number;
  documents: Omit<TrustedDocumentsOptions, 'log'>;
  /** The folder of the saved queries. */
  savedQueries: string | null;
  /** How long an operation may take from its start; what is not fetched by then is null. */
  operationTimeoutMs: number;
  /** Requests in progress at a time; more are refused with `Retry-After`. */
  maxConcurrentRequests: number;
  /** Bytes of bodies that have not arrived completely. */
  unfinished: ByteLimits;
  /** Bytes of responses that clients have not read. */
  unread: UnreadLimits;
  subscriptions: SubscriptionConfig;
  /** Whether the same query of the same viewer, sent again while it runs, shares the execution. */
  shareIdentical: boolean;
  fetch: FetchOptions;
  forwardedHeaders: readonly string[];
  returnedHeaders: readonly string[];
  planner: Omit<PlannerOptions, 'log' | 'kept'>;
  /** Null where no plans are kept. */
  keptPlans: Pick<KeptPlansOptions, 'file' | 'maxBytes'> | null;
  /** Whether every client may ask for query plans, as in development. */
  explainsToAll: boolean;
  operations: Omit<EngineOptions, 'planner' | 'log'> & Required<Pick<EngineOptions, 'exposedErrors'>>;
  /** The foreign subgraphs, by name. */
  foreign: ReadonlyMap<string, ConnectedSubgraph>;
  /** What executes operations: the gateway's own server, or Apollo Server with the gateway's engine. */
  server: 'own' | 'apollo';
  /** How many generated operations the process runs before it listens. */
  warmUpOperations: number;
  identity: IdentityConfig;
  logLevel: LogLevel;
  renamed: readonly RenamedVariable[];
}

const gatewayPort = 4000;

/** The gateway's settings by subject, with those that subgraphs share. */
export const gatewaySettingGroups: readonly SettingGroup[] = [
  {
    title: { zh: '网关：监听', en: 'Gateway: listening' },
    settings: { ...portSetting(gatewayPort), ...tlsSettings },
  },
  {
    title: { zh: '网关与子图共用', en: 'Shared by gateway and subgraphs' },
    settings: { ...listeningSettings, ...introspectionSettings, ...loggingSettings },
  },
  {
    title: { zh: '令牌、密钥与查看者', en: 'Tokens, keys and viewers' },
    settings: identitySettings,
  },
  {
    title: { zh: '网关：超图与页面', en: 'Gateway: supergraph and pages' },
    settings: {
      ...supergraphSettings,
      ...foreignSubgraphSettings,
      ...playgroundSettings,
      ...portalSettings,
      ...developmentTokenSettings,
      ...originSettings,
    },
  },
  {
    title: { zh: '网关：子图的地址', en: 'Gateway: addresses of subgraphs' },
    isPrefixed: true,
    settings: addressSettings,
  },
  {
    title: { zh: '网关：对子图的调用', en: 'Gateway: calls to subgraphs' },
    settings: { ...fetchSettings, ...subgraphTlsSettings, ...headerSettings, ...exposedErrorSettings },
  },
  {
    title: { zh: '网关：请求与速率', en: 'Gateway: requests and rates' },
    settings: { ...requestSettings, ...rateSettings, ...deduplicationSettings },
  },
  {
    title: { zh: '网关：未收齐的请求与未读的答复', en: 'Gateway: incomplete requests and unread responses' },
    settings: {
      addressUnfinished: unfinishedSettings.maxOfClient,
      allUnfinished: unfinishedSettings.max,
      ...unreadSettings,
    },
  },
  {
    title: { zh: '网关：可信文档与保存的查询', en: 'Gateway: trusted documents and saved queries' },
    settings: { ...documentSettings, ...savedQuerySettings },
  },
  {
    title: { zh: '网关：规划与执行', en: 'Gateway: planning and execution' },
    settings: {
      ...serverSettings,
      ...plannerSettings,
      ...keptPlanSettings,
      ...preparationSettings,
      ...warmUpSettings,
    },
  },
  { title: { zh: '网关：操作的上限', en: 'Gateway: limits of an operation' }, settings: clientLimitSettings },
  { title: { zh: '网关：订阅', en: 'Gateway: subscriptions' }, settings: subscriptionSettings },
];

/** Reads the gateway's settings. Throws one `ConfigurationError` with every fault. */
export function readConfig(env?: NodeJS.ProcessEnv): GatewayConfig {
  const environment = new Environment(env);
  const requests = environment.read(requestSettings);
  const config = {
    ...environment.read(portSetting(gatewayPort)),
    ...environment.read(listeningSettings),
    ...environment.read(loggingSettings),
    ...readSupergraphConfig(environment),
    ...environment.read(playgroundSettings),
    ...environment.read(savedQuerySettings),
    portal: readPortalConfig(environment),
    ...requests,
    ...environment.read(deduplicationSettings),
    ...environment.read(headerSettings),
    ...environment.read(warmUpSettings),
    ...environment.read(serverSettings),
    tls: readTls(environment),
    subgraphCa: readSubgraphCa(environment),
    admission: readAdmissionOptions(environment, requests.trustedProxies),
    documents: readDocumentOptions(environment),
    unfinished: readUnfinishedLimits(environment),
    unread: readUnreadLimits(environment),
    subscriptions: readSubscriptionConfig(environment),
    fetch: readFetchOptions(environment),
    planner: readPlannerOptions(environment),
    keptPlans: readKeptPlanOptions(environment),
    explainsToAll: !environment.read(runModeSettings).isProduction,
    operations: readOperationOptions(environment),
    identity: readIdentity(environment),
    renamed: environment.renamed,
  };
  const foreign = readConnectedSubgraphs(
    environment,
    // Undefined where the setting has a fault.
    config.identity.viewerKeys ?? new Map(),
    env ?? process.env,
  );
  environment.check();
  return withForeignSubgraphs(config, foreign);
}
