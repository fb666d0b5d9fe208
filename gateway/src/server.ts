// Builds the gateway from its configuration and serves it: HTTP, server-sent events and WebSockets over one request pipeline.
import { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import {
  type GraphQLServer,
  type GraphQLServerOptions,
  serveGraphQL,
} from '@district-graph/kit/http/graphql-server';
import type { Log } from '@district-graph/kit/log';
import { Admission } from './admission/admission.ts';
import { ConcurrencyLimiter } from './admission/concurrency-limiter.ts';
import { TrustedDocuments } from './admission/trusted-documents.ts';
import { clientRequestOf } from './admission/viewer-key.ts';
import type { ApolloOperations } from './apollo-server/apollo-server.ts';
import { Authenticator } from './authentication/authenticator.ts';
import type { GatewayConfig } from './config/gateway-config.ts';
import { Engine, type EngineOptions } from './engine/engine.ts';
import { Subgraphs } from './fetching/subgraphs.ts';
import { ImportForwarding } from './imports/import-forwarding.ts';
import { KeptPlans } from './kept-plans/kept-plans.ts';
import { plannerVersion } from './kept-plans/planner-version.ts';
import { Reachability } from './observability/reachability.ts';
import { type AnswerPage, openPages } from './portal/answer-pages.ts';
import { type ExecuteOperation, RequestPipeline } from './request-pipeline.ts';
import { EventStreams } from './subscriptions/server-sent-events.ts';
import { SubscriptionManager } from './subscriptions/subscription-manager.ts';
import { checkForeign } from './supergraph/check-foreign.ts';
import { type Loaded, watchSupergraph } from './supergraph/watch-supergraph.ts';
import { openTableHandlers, type TableHandlers } from './table-handlers.ts';
import { SocketLimits } from './websockets/socket-limits.ts';
import { WebSockets } from './websockets/web-sockets.ts';

export interface RunningGateway {
  url: string;
  /** Reports not ready, keeps answering for `drainMs` milliseconds, then finishes what is in progress and stops. */
  stop: (drainMs?: number) => Promise<void>;
}

/** How long operations that started on a replaced supergraph may still be planned. */
const replacedEngineMs = 10_000;

/**
 * Serves the graph until stopped. Subgraphs may be unavailable: they are called when an operation needs them. Clients are served once
 * `prepare` has finished.
 */
export async function startGateway(
  config: GatewayConfig,
  log: Log,
  prepare: (engine: Engine) => Promise<void> = async () => {},
): Promise<RunningGateway> {
  if (config.identity.viewerKeys.size === 0) warnOfUncheckedTokens(log);
  const documents = new TrustedDocuments({ ...config.documents, log });
  const admission = await Admission.open(config.admission, log);
  const subgraphs = new Subgraphs({ ...config, log });
  const { engine, execute } = await loadOperations(config, subgraphs, log);
  await prepare(engine.current);
  const authenticator = new Authenticator({
    ...config,
    keyOf: config.admission.keyOf,
    subgraphs,
    auditedSubgraphs: () => auditedSubgraphs(engine.current).filter((name) => !subgraphs.foreignNamed(name)),
    log,
  });
  const pipeline = new RequestPipeline({
    config,
    authenticator,
    admission,
    engine: () => engine.current,
    execute,
  });
  const parts = { config, log, documents, subgraphs, engine, authenticator, pipeline };
  const buffers = openBuffers(parts);
  const subscriptions = openSubscriptions(parts);
  const streams = openEventStreams(parts, buffers, subscriptions);
  const sockets = openWebSockets(parts, buffers, subscriptions);
  const tables = openTableHandlers({ ...parts, ...buffers });
  const answerPage = await openPages({ ...parts, ...buffers });
  const options = serverOptions(
    { ...parts, ...buffers, streams, sockets, tables, answerPage },
    (request, client) => http.identifyClient(request, client),
  );
  const http: GraphQLServer = await serveGraphQL(options, config.port, config.host);
  return {
    url: `${config.tls ? 'https' : 'http'}://127.0.0.1:${http.port}`,
    stop: async (drainMs = 0) => {
      await http.drain(drainMs);
      streams.close();
      sockets.close();
      await http.close();
      await tables.close();
      await authenticator.close();
      await admission.close();
      documents.close();
      subscriptions.close();
      await engine.close();
      await engine.current.close();
      await subgraphs.close();
    },
  };
}

interface Parts {
  config: GatewayConfig;
  log: Log;
  documents: TrustedDocuments;
  subgraphs: Subgraphs;
  engine: Loaded<Engine>;
  authenticator: Authenticator;
  pipeline: RequestPipeline;
}

interface Buffers {
  /** Answers that clients have not read yet. */
  unread: UnreadAnswers;
  /** Bodies and messages that have not arrived completely. */
  unfinished: UnfinishedBodies;
}

const openBuffers = ({ config, pipeline }: Parts): Buffers => ({
  unread: new UnreadAnswers(config.unread),
  unfinished: new UnfinishedBodies(config.unfinished, (request) =>
    pipeline.addressKeyOf(clientRequestOf(request)),
  ),
});

const warnOfUncheckedTokens = (log: Log) =>
  log({
    event: 'client tokens are not checked here but passed on to the subgraphs',
    reason: 'no VIEWER_KEYS',
  });

/** Loads the engine, and Apollo Server in front of it if it is to be. */
async function loadOperations(
  config: GatewayConfig,
  subgraphs: Subgraphs,
  log: Log,
): Promise<{ engine: Loaded<Engine>; execute?: ExecuteOperation }> {
  if (config.server === 'own') return { engine: await loadEngine(config, subgraphs, log) };
  const apollo = await import('./apollo-server/apollo-server.ts');
  const { maxResponseBytes, exposedErrors } = config.operations;
  let server: ApolloOperations | undefined;
  const engine = await loadEngine(config, subgraphs, log, {
    responses: apollo.responsesForApolloServer({ maxResponseBytes, exposedErrors, log }),
    onSwapped: (current) => server?.update(current),
  });
  const started = await apollo.ApolloOperations.start({
    engine: engine.current,
    exposedErrors,
    log,
  });
  server = started;
  return {
    engine: {
      get current() {
        return engine.current;
      },
      close: async () => {
        await started.stop();
        await engine.close();
      },
    },
    execute: (...operation) => started.answer(...operation),
  };
}

/** Loads an engine for the supergraph file, and a new one whenever the file changes. All share the plans that are kept. */
async function loadEngine(
  config: GatewayConfig,
  subgraphs: Subgraphs,
  log: Log,
  { responses, onSwapped }: Pick<EngineOptions, 'responses'> & { onSwapped?: (current: Engine) => void } = {},
): Promise<Loaded<Engine>> {
  const { keptPlans, planner } = config;
  const kept = keptPlans && new KeptPlans({ ...keptPlans, version: plannerVersion(planner.planner), log });
  const options = { ...config.operations, planner: { ...planner, kept, log }, responses, log };
  const loaded = await watchSupergraph<Engine>(
    config.supergraphFile,
    async (sdl, before) => {
      checkForeign(sdl, config.foreign, log);
      const engine = await Engine.load(sdl, options, before);
      subgraphs.update(engine.planner.metadata.subgraphs);
      return engine;
    },
    (after, before) => {
      onSwapped?.(after);
      setTimeout(() => void before.close(), replacedEngineMs).unref();
    },
    log,
  );
  return {
    get current() {
      return loaded.current;
    },
    close: async () => {
      await loaded.close();
      await kept?.close();
    },
  };
}

/** The subgraphs whose access log auditors can read. */
const auditedSubgraphs = ({ planner }: Engine): string[] => [
  ...new Set(
    Object.values(planner.metadata.access).flatMap(({ scope, subgraph }) =>
      scope === 'access:audit' ? [subgraph] : [],
    ),
  ),
];

function openSubscriptions({ config, log, subgraphs, engine, authenticator, pipeline }: Parts) {
  const { subscriptions } = config;
  const streams = new ConcurrencyLimiter(subscriptions.maxStreamsOfViewer, [
    '实时订阅',
    'subscriptions may be open',
  ]);
  return new SubscriptionManager({
    ...subscriptions,
    engine: () => engine.current,
    endpointOf: (subgraph) => {
      const url = subgraphs.addresses.get(subgraph);
      if (url === undefined) return null;
      return { url, headers: authenticator.ownHeaders(subgraph), ca: config.subgraphCa };
    },
    contextFor: pipeline.contextFor,
    execute: pipeline.execute,
    acquireStream: (client) => streams.acquire(client.key),
    log,
  });
}

const openEventStreams = (
  { config, log, documents, pipeline }: Parts,
  { unfinished }: Buffers,
  subscriptions: SubscriptionManager,
) =>
  new EventStreams({
    ...config.subscriptions,
    subscriptions,
    documents,
    identify: (request) => pipeline.identify(request),
    admit: pipeline.admit,
    chargeReading: pipeline.chargeReading,
    unfinished,
    maxVariableValues: config.operations.limits.maxVariableValues,
    maxBodyBytes: config.maxBodyBytes,
    stalledMs: config.unread.stalledMs,
    log,
  });

const openWebSockets = (
  { config, log, documents, engine, authenticator, pipeline }: Parts,
  { unread, unfinished }: Buffers,
  subscriptions: SubscriptionManager,
) =>
  new WebSockets({
    ...config.subscriptions,
    subscriptions,
    documents,
    identify: (request) => authenticator.identify(request),
    rejectUnauthenticated: (client) => void authenticator.contextFor(client),
    limits: new SocketLimits(config.subscriptions, pipeline.addressKeyOf),
    admit: pipeline.admit,
    chargeReading: pipeline.chargeReading,
    answer: pipeline.answer,
    unread,
    unfinished,
    schema: () => engine.current.schema,
    maxVariableValues: config.operations.limits.maxVariableValues,
    maxMessageBytes: config.maxBodyBytes,
    log,
  });

type Served = Parts &
  Buffers & {
    streams: EventStreams;
    sockets: WebSockets;
    tables: TableHandlers;
    answerPage: AnswerPage;
  };

/** `onIdentified` learns of each client whose token or key is valid. */
function serverOptions(
  {
    config,
    log,
    documents,
    engine,
    subgraphs,
    authenticator,
    pipeline,
    streams,
    sockets,
    tables,
    unread,
    unfinished,
    answerPage,
  }: Served,
  onIdentified: GraphQLServer['identifyClient'],
): GraphQLServerOptions {
  const ca = config.subgraphCa;
  const reachability = new Reachability(() => subgraphs.healthChecks, ca);
  const imports = new ImportForwarding({ subgraphs, authenticator, pipeline, unfinished, ca });
  return {
    addressOf: (request) => pipeline.addressKeyOf(clientRequestOf(request)),
    admit: async (request) => {
      const client = await pipeline.identify(request);
      if (client.viewerId !== undefined) onIdentified(request, client.key);
      return pipeline.admit(client);
    },
    charge: (request, ms) => pipeline.chargeReading(pipeline.clientOf(request), ms),
    clientOf: (request) => pipeline.clientOf(request).key,
    answer: (operation, request) =>
      pipeline.answer(operation, pipeline.clientOf(request), () => request.socket.destroyed),
    subscribe: (operation, request, response) =>
      streams.subscribe(operation, pipeline.clientOf(request), response),
    answerTable: tables.answerTable,
    upgrade: sockets.upgrade,
    checkReady: async () => {
      if (!engine.current.isWorking) throw new Error('no thread prepares operations');
      return { subgraphs: await reachability.check() };
    },
    answerPage: async (request, response, path) =>
      (await streams.answer(request, response, path)) ||
      (await tables.answerSavedQuery(request, response, path)) ||
      (await imports.answer(request, response, path)) ||
      answerPage(request, response, path),
    documents,
    unread,
    unfinished,
    isBehindProxy: config.trustedProxies > 0,
    maxVariableValues: config.operations.limits.maxVariableValues,
    maxBodyBytes: config.maxBodyBytes,
    allowedOrigins: config.subscriptions.allowedOrigins,
    allowedHeaders: config.forwardedHeaders,
    exposedHeaders: config.returnedHeaders,
    tls: config.tls,
    log,
  };
}
