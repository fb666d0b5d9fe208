// The state of one open WebSocket.
import type { WebSocket } from 'ws';
import type { Client } from '../admission/client.ts';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { Inbox } from './message-queue.ts';
import type { SocketOperations } from './socket-operations.ts';

export interface OpenSocket {
  socket: WebSocket;
  /** By the headers of the upgrade request, then by the payload of `connection_init`. */
  client: Client;
  /** Ends the counting of the socket for its client. */
  release: Release;
  /** Unique for each socket. */
  key: string;
  inbox: Inbox;
  operations: SocketOperations;
}

/** A socket whose upgrade request was accepted and that is not open yet. */
export type AcceptedSocket = Omit<OpenSocket, 'socket' | 'inbox'>;
