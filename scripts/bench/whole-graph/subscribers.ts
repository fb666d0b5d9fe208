// Many who listen to one subscription, each over a connection of its own; they look no further than that something came.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';

export interface Listeners {
  /** Called for each event that a listener gets. */
  onEvent: () => void;
  close: () => void;
}

/** Over server-sent events; resolves once all have begun. */
export async function eventStreams(
  count: number,
  url: string,
  authorization: string,
  query: string,
): Promise<Listeners> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const listeners: Listeners = { onEvent: () => {}, close: () => agent.destroy() };
  const begin = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization };
      const sent = request(`${url}/graphql/stream`, { method: 'POST', headers, agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`a stream was refused: ${response.statusCode}`));
        response.on('error', () => {});
        response.on('data', (chunk: Buffer) => {
          const text = chunk.toString('latin1');
          if (text.startsWith('id:')) resolve();
          for (let at = text.indexOf('event: next'); at >= 0; at = text.indexOf('event: next', at + 1))
            listeners.onEvent();
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query }));
    });
  await inTurns(count, begin);
  return listeners;
}

/** Over WebSocket; resolves once all have begun. */
export async function webSockets(
  count: number,
  url: string,
  authorization: string,
  query: string,
): Promise<Listeners> {
  const sockets: WebSocket[] = [];
  const listeners: Listeners = {
    onEvent: () => {},
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
  await inTurns(count, async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    sockets.push(socket);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await once(socket, 'message');
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }));
    // The ping that says where it begins.
    await once(socket, 'message');
    socket.on('message', () => listeners.onEvent());
  });
  return listeners;
}

async function inTurns(count: number, begin: () => Promise<void>): Promise<void> {
  for (let begun = 0; begun < count; begun += 50) await Promise.all(Array.from({ length: 50 }, begin));
}
