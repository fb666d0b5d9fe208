// What is known of a socket while it is open.
import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { Inbox } from './message-queue.ts';
import type { SocketOperations } from './socket-operations.ts';

export interface OpenSocket {
  socket: WebSocket;
  headers: IncomingHttpHeaders;
  address: string;
  /** For whom it is counted. */
  leave: Release;
  /** Of the socket alone. */
  key: string;
  /** What it has sent and what waits for its turn. */
  inbox: Inbox;
  operations: SocketOperations;
}

export type Unopened = Omit<OpenSocket, 'socket' | 'inbox'>;
