// GraphQL over HTTP for subgraphs and the gateway: creates the server, listens, drains and closes.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionLimiter } from '../admission/connection-limiter.ts';
import { RequestScheduler } from '../admission/request-scheduler.ts';
import type { Log } from '../log.ts';
import { answerUntilClosed } from './graceful-close.ts';
import { HttpHandler, type HttpHandlerOptions, remoteAddressOf } from './http-handler.ts';
import { readTls, type TlsFiles, watchTls } from './tls-files.ts';

export interface GraphQLServerOptions extends HttpHandlerOptions {
  /** Takes over a connection that is upgraded to another protocol. Without it none is. */
  upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Whether all clients share the addresses of a proxy. */
  isBehindProxy?: boolean;
  /** Milliseconds in which the headers of a request, and the whole request, have to arrive. */
  deadlines?: { headersTimeout: number; requestTimeout: number };
  /** Listens with TLS. */
  tls?: TlsFiles | null;
  log?: Log;
}

export interface GraphQLServer {
  port: number;
  /** Assigns the request's connection to an authenticated client, so that floods of others at its address do not end it. */
  identifyClient: (request: IncomingMessage, client: string) => void;
  /**
   * Reports "not ready" and continues to answer for `drainMs`, each connection for the last time, so that load balancers send
   * requests elsewhere.
   */
  drain: (drainMs: number) => Promise<void>;
  /** Stops listening, finishes requests in flight and on connections just made, and closes idle connections. */
  close: () => Promise<void>;
}

const defaultDeadlines = { headersTimeout: 10_000, requestTimeout: 30_000 };
const checkDeadlinesMs = 500;
const keepAliveMs = 65_000;

/** Listens on the port (0: any free one) of the host. Rejects if it cannot. */
export async function serveGraphQL(
  options: GraphQLServerOptions,
  port: number,
  host: string,
): Promise<GraphQLServer> {
  const { addressOf = remoteAddressOf, upgrade, tls, log = () => {} } = options;
  const connections = new ConnectionLimiter(!options.isBehindProxy);
  const handler = new HttpHandler(options, connections);
  const listener: RequestListener = (request: IncomingMessage, response: ServerResponse) => {
    handler.handle(request, response).catch((error: unknown) => handler.refuse(request, response, error));
  };
  const scheduler = new RequestScheduler(listener, addressOf, connections);
  const { server, secure } = createHttpServer(options);
  const certificates = tls && secure ? watchTls(secure, tls, log) : null;
  if (upgrade) server.on('upgrade', ({ socket }) => connections.forget(socket)).on('upgrade', upgrade);
  server.keepAliveTimeout = keepAliveMs;
  connections.watch(server, log);
  const close = answerUntilClosed(server, secure !== null, scheduler.handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    identifyClient: ({ socket }, client) => connections.identify(socket, client),
    drain: async (drainMs) => {
      handler.isDraining = true;
      await sleep(drainMs);
    },
    close: () => {
      handler.isDraining = true;
      void certificates?.close();
      return close();
    },
  };
}

function createHttpServer({ tls, upgrade, deadlines: given }: GraphQLServerOptions): {
  server: Server | TlsServer;
  secure: TlsServer | null;
} {
  const deadlines = { ...defaultDeadlines, ...given };
  const settings = {
    ...deadlines,
    connectionsCheckingInterval: checkDeadlinesMs,
    // A request that offers another protocol, such as HTTP/2, is answered as if it did not.
    shouldUpgradeCallback: (request: IncomingMessage) => upgrade !== undefined && isWebSocket(request),
  };
  if (!tls) return { server: createServer(settings), secure: null };
  const secure = createTlsServer({
    ...settings,
    ...readTls(tls),
    minVersion: 'TLSv1.2',
    handshakeTimeout: deadlines.headersTimeout,
  });
  return { server: secure, secure };
}

const isWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
