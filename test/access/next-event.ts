// Subscribes over server-sent events, as an app does, and reads the first event.
import type { TestGraph } from '../testkit/test-graph.ts';
import type { Route } from './protected-fields.ts';

export interface Subscription {
  /** The response that refuses the subscription; null when it has started. */
  refusal: string | null;
  /** Reads the first event. */
  first: () => Promise<string>;
}

export async function subscribeTo(
  graph: TestGraph,
  route: Route,
  headers: Record<string, string>,
): Promise<Subscription> {
  const aborting = new AbortController();
  const response = await fetch(`${graph.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query: route.query }),
    signal: aborting.signal,
  });
  const isStream = response.headers.get('content-type')?.includes('text/event-stream');
  if (!isStream) return { refusal: await response.text(), first: () => Promise.reject(new Error('refused')) };
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  const first = async () => {
    let text = '';
    for (;;) {
      const data = /^data: ?(\{.*)$/m.exec(text.slice(0, text.lastIndexOf('\n')));
      if (data) {
        aborting.abort();
        return data[1] as string;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream of ${route.name} ended: ${text}`);
      text += value;
    }
  };
  return { refusal: null, first };
}
