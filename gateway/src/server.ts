// The gateway from its settings: graph, subgraphs, GraphQL over HTTP, live news, pages.
import type { IncomingMessage } from 'node:http';
import { timeReading } from '@district-graph/kit/admission/reading-time';
import { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { UnreadAnswers } from '@district-graph/kit/admission/unread-answers';
import { errorCodes } from '@district-graph/kit/errors';
import { wantsCost, withCost } from '@district-graph/kit/execution/cost-report';
import { type GraphQLServer, serveGraphQL } from '@district-graph/kit/http/graphql-server';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { Admission, freeReadingMs } from './admission/admission.ts';
import { ConcurrencyLimiter } from './admission/concurrency-limiter.ts';
import { SubgraphCallLimiter } from './admission/subgraph-call-limiter.ts';
import { TrustedDocuments } from './admission/trusted-documents.ts';
import { type ClientRequest, clientRequestOf } from './admission/viewer-key.ts';
import { Authenticator } from './authentication/authenticator.ts';
import type { GatewayConfig } from './config/gateway-config.ts';
import { Engine } from './execution/engine.ts';
import type { CountedRequestContext } from './execution/request-context.ts';
import { Subgraphs } from './fetching/subgraphs.ts';
import { Reachability } from './observability/reachability.ts';
import { answerPlayground } from './portal/playground.ts';
import { EventStreams } from './subscriptions/event-streams.ts';
import { SubscriptionManager } from './subscriptions/subscription-manager.ts';
import { watchSupergraph } from './supergraph/supergraph-file.ts';
import { WebSockets } from './websockets/web-sockets.ts';

export interface RunningGateway {
  url: string;
  /** Is ready no longer, answers for so many milliseconds more, then ends what it has in hand and is gone. */
  stop: (drainMs?: number) => Promise<void>;
}

/** How long operations that began on a swapped graph may go on being planned. */
const oldGraphMs = 10_000;

/** Serves the graph until stopped. Subgraphs may be down: they are asked when a query needs them. */
export async function startGateway(config: GatewayConfig, log: Log): Promise<RunningGateway> {
  if (config.identity.viewerKeys.size === 0)
    log({
      event: 'clients’ tokens are not checked here but passed on to the subgraphs',
      reason: 'no VIEWER_KEYS',
    });
  const documents = new TrustedDocuments({ ...config.documents, log });
  const admission = await Admission.open(config.admission, log);
  const subgraphs = new Subgraphs({ ...config, log });
  const reachability = new Reachability(() => subgraphs.addresses, config.subgraphCa);
  const options = { ...config.operations, planner: { ...config.planner, log }, log };
  const loaded = await watchSupergraph<Engine>(
    config.supergraphFile,
    async (sdl, before) => {
      const graph = await Engine.load(sdl, options, before);
      subgraphs.update(graph.planner.metadata.subgraphs);
      return graph;
    },
    (_after, before) => setTimeout(() => void before.close(), oldGraphMs).unref(),
    log,
  );
  const recordedBy = () => recordOwners(loaded.current);
  const callers = new Authenticator({ ...config, subgraphs, recordedBy, log });
  const { keyOf } = config.admission;
  const callerOf = async (
    asking: ClientRequest,
    operation: GraphQLOperation,
  ): Promise<CountedRequestContext> => {
    const counting = callers.counted(asking);
    const caller = await callers.authenticate(asking, operation);
    const counted = await counting;
    const charge = (cpuMs: number) => admission.chargePreparation(counted, cpuMs);
    const chargeFields = (fields: number) => admission.charge(counted, fields);
    // Most operations are prepared already, and need no key.
    let key: string | undefined;
    const requester = {
      get key() {
        key ??= keyOf(counted);
        return key;
      },
      charge,
    };
    return Object.assign(caller, { requester, chargeFields });
  };
  const { limits } = config.operations;
  let inFlight = 0;
  const { maxCallsOfViewer } = config;
  const inTurn = new SubgraphCallLimiter(maxCallsOfViewer, config.fetch.timeoutMs);
  const unread = new UnreadAnswers(config.unread);
  const addressKeyOf = ({ address, headers }: ClientRequest) =>
    keyOf({ address, headers: { ...headers, authorization: undefined } });
  const addressOf = (request: IncomingMessage) => addressKeyOf(clientRequestOf(request));
  const unfinished = new UnfinishedBodies(config.unfinished, addressOf);
  const clientOf = async (asking: ClientRequest) => keyOf(await callers.counted(asking));
  const answerInTurn = (
    operation: GraphQLOperation,
    caller: CountedRequestContext,
    graph = loaded.current,
  ) => {
    if (maxCallsOfViewer > 0) {
      let cost = 0;
      caller.onEstimated = (estimate) => {
        cost = estimate;
      };
      caller.call = inTurn.of(caller.requester.key, caller.call, () => cost);
    }
    return graph.answer(operation, caller);
  };
  const answer = async (
    operation: GraphQLOperation,
    asking: ClientRequest,
    isAbandoned: () => boolean = () => false,
  ): Promise<GraphQLAnswer> => {
    if (inFlight >= config.maxConcurrentRequests) return overloaded;
    inFlight += 1;
    const { headers } = asking;
    try {
      const graph = loaded.current;
      const deadline = performance.now() + config.operationTimeoutMs;
      const caller = await callerOf(asking, operation);
      caller.lifetime = { deadline, isAbandoned };
      const answered = await answerInTurn(operation, caller, graph);
      if (!wantsCost(headers)) return answered;
      const withItsCost = () => withCost(answered, operation, graph.schema, limits);
      return timeReading(answered.body, withItsCost, (ms) => charge(asking, ms));
    } finally {
      inFlight -= 1;
    }
  };
  const { subscriptions: live, maxBodyBytes } = config;
  const enter = async (asking: ClientRequest) => admission.enter(await callers.counted(asking));
  const admit = async (request: IncomingMessage) => {
    const counted = await callers.counted(clientRequestOf(request));
    if (counted.viewer !== undefined) http.identifyClient(request, keyOf(counted));
    return admission.enter(counted);
  };
  const charge = (asking: ClientRequest, ms: number) => {
    if (ms <= freeReadingMs) return;
    const chargeTo = (counted: ClientRequest) => admission.chargeReading(counted, ms);
    void callers.counted(asking).then(chargeTo, () => {});
  };
  const { maxVariableValues } = limits;
  const { maxStreamsOfViewer } = live;
  const streamsAtOnce = new ConcurrencyLimiter(maxStreamsOfViewer, ['实时订阅', 'subscriptions may be open']);
  const socketsAtOnce = new ConcurrencyLimiter(maxStreamsOfViewer, ['WebSocket 连接', 'sockets may be open']);
  // Apart from those that are: of the same address, others may yet say who they are.
  const openingAtOnce = new ConcurrencyLimiter(maxStreamsOfViewer, [
    '正在建立的 WebSocket 连接',
    'sockets may be about to open',
  ]);
  const news = new SubscriptionManager({
    engine: () => loaded.current,
    endpointOf: (subgraph) => {
      const url = subgraphs.addresses.get(subgraph);
      return url === undefined ? null : { url, headers: callers.ownHeaders(subgraph), ca: config.subgraphCa };
    },
    authenticate: callerOf,
    answer: answerInTurn,
    hold: async (asking) => streamsAtOnce.enter(await clientOf(asking)),
    ...live,
    log,
  });
  const { stalledMs } = config.unread;
  const streams = new EventStreams({
    subscriptions: news,
    documents,
    enter,
    charge,
    unfinished,
    maxVariableValues,
    maxBodyBytes,
    stalledMs,
    ...live,
    log,
  });
  const sockets = new WebSockets({
    subscriptions: news,
    documents,
    holdOpening: async (asking) => {
      const counted = await callers.counted(asking);
      if (counted.viewer !== undefined) return socketsAtOnce.enter(keyOf(counted));
      return openingAtOnce.enter(addressKeyOf(asking));
    },
    hold: async (asking) => socketsAtOnce.enter(await clientOf(asking)),
    unread,
    unfinished,
    clientOf,
    addressOf: addressKeyOf,
    enter,
    charge,
    maxVariableValues,
    answer,
    admit: (headers) => callers.authenticate(headers),
    schema: () => loaded.current.schema,
    maxMessageBytes: maxBodyBytes,
    maxSockets: live.maxStreams,
    ...live,
    log,
  });
  const http: GraphQLServer = await serveGraphQL(
    {
      admit,
      charge: (request, ms) => charge(clientRequestOf(request), ms),
      maxVariableValues,
      unread,
      unfinished,
      clientOf: (request) => clientOf(clientRequestOf(request)),
      isBehindProxy: config.trustedProxies > 0,
      addressOf,
      documents,
      answer: (operation, request) =>
        answer(operation, clientRequestOf(request), () => request.socket.destroyed),
      subscribe: (operation, request, response) => streams.subscribe(operation, request, response),
      upgrade: sockets.upgrade,
      checkReady: async () => {
        if (!loaded.current.isWorking) throw new Error('no thread prepares operations');
        return { subgraphs: await reachability.check() };
      },
      answerPage: async (request, response, path) =>
        (await streams.answer(request, response, path)) ||
        (config.playground && (await answerPlayground(request, response, path))),
      maxBodyBytes,
      allowedOrigins: live.allowedOrigins,
      allowedHeaders: config.forwardedHeaders,
      exposedHeaders: config.returnedHeaders,
      tls: config.tls,
      log,
    },
    config.port,
    config.host,
  );
  const stop = async (drainMs = 0) => {
    await http.drain(drainMs);
    streams.close();
    sockets.close();
    await http.close();
    await callers.close();
    await admission.close();
    documents.close();
    news.close();
    await loaded.close();
    await loaded.current.close();
    await subgraphs.close();
  };
  return { url: `${config.tls ? 'https' : 'http'}://127.0.0.1:${http.port}`, stop };
}

/** The subgraphs whose record of access auditors can read. */
const recordOwners = ({ planner }: Engine): string[] => [
  ...new Set(
    Object.values(planner.metadata.access).flatMap(({ scope, subgraph }) =>
      scope === 'access:audit' ? [subgraph] : [],
    ),
  ),
];

const overloaded: GraphQLAnswer = {
  executed: false,
  status: 503,
  headers: { 'retry-after': '1' },
  body: JSON.stringify({
    errors: [
      {
        message: `${errorCodes.OVERLOADED}。 Too many requests at once; try again shortly.`,
        extensions: { code: 'OVERLOADED' },
      },
    ],
  }),
};
