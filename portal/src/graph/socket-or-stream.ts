// How pages receive subscriptions: over one WebSocket, and by server-sent events where a network lets no WebSocket through.
import { type ClientOptions, GraphError } from '@district-graph/client';
import { eventStreams } from '@district-graph/client/event-streams';
import { webSockets } from '@district-graph/client/websocket';

type Transport = NonNullable<ClientOptions['transport']>;

/**
 * Over HTTP/1.1 a browser has six connections to an origin: the event streams of a few tabs would take them all. So a socket comes first, and a
 * stream only if the socket fails, or says nothing, before its first message.
 */
export function socketOrStream(
  socket: Transport = webSockets(),
  stream: Transport = eventStreams(),
  silentMs = 5000,
): Transport {
  let hasSockets = true;
  return async function* (request) {
    if (hasSockets) {
      let isOpen = false;
      const silence = new AbortController();
      const timer = setTimeout(() => silence.abort(), silentMs);
      const signal = AbortSignal.any([request.signal, silence.signal]);
      try {
        for await (const message of socket({ ...request, signal })) {
          isOpen = true;
          clearTimeout(timer);
          yield message;
        }
        if (isOpen || !silence.signal.aborted) return;
      } catch (error) {
        if (isOpen || !(error instanceof GraphError) || error.code !== 'NETWORK_ERROR') throw error;
      } finally {
        clearTimeout(timer);
      }
    }
    for await (const message of stream(request)) {
      // The gateway is there, so it was the socket that could not pass.
      hasSockets = false;
      yield message;
    }
  };
}
