// Many subscribers of one subscription, each over its own connection, that only count events without parsing them.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';

export interface Subscribers {
  /** Called for each event that a subscriber receives. */
  onEvent: () => void;
  close: () => void;
}

/** Subscribes over server-sent events; resolves once all subscriptions have started. */
export async function eventStreams(
  count: number,
  url: string,
  authorization: string,
  query: string,
): Promise<Subscribers> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const subscribers: Subscribers = { onEvent: () => {}, close: () => agent.destroy() };
  const subscribe = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization };
      const sent = request(`${url}/graphql/stream`, { method: 'POST', headers, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a stream was refused: ${response.statusCode}`));
        response.on('error', () => {});
        response.on('data', (chunk: Buffer) => {
          const text = chunk.toString('latin1');
          if (text.startsWith('id:')) resolve();
          for (let at = text.indexOf('event: next'); at >= 0; at = text.indexOf('event: next', at + 1))
            subscribers.onEvent();
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query }));
    });
  await inBatches(count, subscribe);
  return subscribers;
}

/** Subscribes over WebSocket; resolves once all subscriptions have started. */
export async function webSockets(
  count: number,
  url: string,
  authorization: string,
  query: string,
): Promise<Subscribers> {
  const sockets: WebSocket[] = [];
  const subscribers: Subscribers = {
    onEvent: () => {},
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
  await inBatches(count, async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    sockets.push(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    // The ping with the cursor at which it starts.
    await once(socket, 'message');
    socket.on('message', () => subscribers.onEvent());
  });
  return subscribers;
}

async function inBatches(count: number, subscribe: () => Promise<void>): Promise<void> {
  for (let started = 0; started < count; started += 50)
    await Promise.all(Array.from({ length: 50 }, subscribe));
}
