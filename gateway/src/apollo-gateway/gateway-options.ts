// The options of DistrictGateway: those of ApolloGateway that it takes, and the refusal of all others.
import type { GraphQLSchema } from 'graphql';
import type { DataSource, ServiceEndpointDefinition } from '../data-sources/data-source.ts';

/** Provides supergraphs: it returns the first one, and calls `update` with each later one. */
export type SupergraphSdlHook = (options: {
  update: (supergraphSdl: string) => void;
  /** Rejects if a subgraph of the supergraph does not answer. */
  healthCheck: (supergraphSdl: string) => Promise<void>;
  // biome-ignore lint/suspicious/noExplicitAny: managers of @apollo/gateway expect its own type of data sources.
  getDataSource: (definition: ServiceEndpointDefinition) => any;
}) => Promise<{ supergraphSdl: string; cleanup?: () => Promise<void> }>;

export interface SupergraphManager {
  initialize: SupergraphSdlHook;
}

/** A supergraph as callbacks get it. */
export interface CompositionInfo {
  schema: GraphQLSchema;
  /** The SHA-256 of its SDL. */
  compositionId: string;
  supergraphSdl: string;
}

export interface Logger {
  debug(message?: unknown): void;
  info(message?: unknown): void;
  warn(message?: unknown): void;
  error(message?: unknown): void;
}

export interface DistrictGatewayOptions {
  /** The supergraph, or what provides it. */
  supergraphSdl: string | SupergraphSdlHook | SupergraphManager;
  /** Returns the data source of a subgraph. Without it, subgraphs are called by our own HTTP client. */
  buildService?: (definition: ServiceEndpointDefinition) => DataSource;
  /** Whether `load` and every update require that all subgraphs answer. */
  serviceHealthCheck?: boolean;
  logger?: Logger;
  /** Writes the plan of every operation to the log. */
  debug?: boolean;
  /** Whether clients may ask for plans by `Apollo-Query-Plan-Experimental`; by default except in production. */
  __exposeQueryPlanExperimental?: boolean;
  experimental_didUpdateSupergraph?: (current: CompositionInfo, previous?: CompositionInfo) => void;
  queryPlannerConfig?: { exposeDocumentNodeInFetchNode?: boolean };
  /** Supergraphs are always validated: `false` has no effect. */
  validateSupergraph?: boolean;
  /** Our own settings, which ApolloGateway does not have. */
  district?: DistrictOptions;
}

export interface DistrictOptions {
  /** Names of request headers that our HTTP client forwards to subgraphs. With `buildService`, `willSendRequest` does that. */
  forwardedHeaders?: readonly string[];
  /** Deadline of one request to a subgraph, in milliseconds (30,000). */
  subgraphTimeoutMs?: number;
  /** Requests to one subgraph at a time; more wait for a connection (256). */
  maxConnections?: number;
  /** Processor time that one plan may take, in milliseconds (5,000). */
  planningTimeoutMs?: number;
  /** Threads that plan operations (2). */
  plannerThreads?: number;
}

const taken: Record<keyof DistrictGatewayOptions, true> = {
  supergraphSdl: true,
  buildService: true,
  serviceHealthCheck: true,
  logger: true,
  debug: true,
  __exposeQueryPlanExperimental: true,
  experimental_didUpdateSupergraph: true,
  queryPlannerConfig: true,
  validateSupergraph: true,
  district: true,
};

const takenDistrict: Record<keyof DistrictOptions, true> = {
  forwardedHeaders: true,
  subgraphTimeoutMs: true,
  maxConnections: true,
  planningTimeoutMs: true,
  plannerThreads: true,
};

const managed = [
  '不支持 Apollo 的托管联邦',
  'managed federation by Apollo is not supported: pass supergraphSdl',
] as const;

/** Why options of ApolloGateway are refused, and what to use instead. */
const refused: Readonly<Record<string, readonly [string, string]>> = {
  serviceList: [
    '请用 supergraphSdl: new IntrospectAndCompose({ subgraphs })',
    'use supergraphSdl: new IntrospectAndCompose({ subgraphs })',
  ],
  localServiceList: [
    '请用 supergraphSdl: new LocalCompose({ localServiceList })',
    'use supergraphSdl: new LocalCompose({ localServiceList })',
  ],
  introspectionHeaders: ['请作为 IntrospectAndCompose 的选项传入', 'pass it to IntrospectAndCompose'],
  pollIntervalInMs: ['请作为 IntrospectAndCompose 的选项传入', 'pass it to IntrospectAndCompose'],
  uplinkEndpoints: managed,
  uplinkMaxRetries: managed,
  schemaConfigDeliveryEndpoint: managed,
  fallbackPollIntervalInMs: managed,
  fetcher: managed,
  experimental_updateServiceDefinitions: ['请用函数形式的 supergraphSdl', 'use supergraphSdl as a function'],
  experimental_updateSupergraphSdl: ['请用函数形式的 supergraphSdl', 'use supergraphSdl as a function'],
  experimental_didResolveQueryPlan: [
    '查询计划的形式与 Apollo 的不同；请用请求头 Apollo-Query-Plan-Experimental 查看',
    "plans have another form than Apollo's: see them by the header Apollo-Query-Plan-Experimental",
  ],
  experimental_approximateQueryPlanStoreMiB: [
    '查询计划的缓存有固定上限，请删去此项',
    'the cache of plans has a fixed size: remove the option',
  ],
  experimental_autoFragmentization: ['请删去此项', 'remove the option'],
  telemetry: [
    '网关不产生 OpenTelemetry 的 span，请删去此项',
    'the gateway makes no OpenTelemetry spans: remove the option',
  ],
};

/** Throws one error that names every option that is not supported. */
export function checkOptions(
  options: DistrictGatewayOptions | undefined,
): asserts options is DistrictGatewayOptions {
  const given = Object.entries(options ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const faults = given.filter((name) => !Object.hasOwn(taken, name)).map(refusalOf);
  const { supergraphSdl, buildService, queryPlannerConfig = {}, district = {} } = options ?? {};
  for (const [name, value] of Object.entries(queryPlannerConfig))
    if (name !== 'exposeDocumentNodeInFetchNode' && value !== undefined)
      faults.push(refusalOf(`queryPlannerConfig.${name}`));
  for (const name of Object.keys(district))
    if (!Object.hasOwn(takenDistrict, name)) faults.push(refusalOf(`district.${name}`));
  if (district.forwardedHeaders && buildService)
    faults.push(
      'district.forwardedHeaders：有 buildService 时，请在 willSendRequest 中设置请求头。 district.forwardedHeaders: with buildService, set headers in willSendRequest.',
    );
  if (!isSupergraphSource(supergraphSdl))
    faults.push(
      'supergraphSdl：应为超图的文本、函数或带 initialize 的对象；不支持 Apollo 的托管联邦。 supergraphSdl: expected the text of a supergraph, a function, or an object with initialize; managed federation by Apollo is not supported.',
    );
  if (faults.length) throw new Error(`DistrictGateway:\n${faults.join('\n')}`);
}

function refusalOf(name: string): string {
  const [zh, en] = refused[name] ?? ['没有此选项', 'there is no such option'];
  return `${name}：不支持，${zh}。 ${name}: not supported; ${en}.`;
}

function isSupergraphSource(source: unknown): boolean {
  if (typeof source === 'string' || typeof source === 'function') return true;
  if (typeof source !== 'object' || source === null || !('initialize' in source)) return false;
  // It would load from Apollo's own servers.
  return typeof source.initialize === 'function' && source.constructor.name !== 'UplinkSupergraphManager';
}
