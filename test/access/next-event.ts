// Listens for one piece of live news, as an app does over server-sent events.
import type { TestGraph } from '../testkit/test-graph.ts';
import type { Way } from './protected-fields.ts';

export interface Hearing {
  /** The answer that refuses to tell; null for a stream that has begun. */
  refusal: string | null;
  /** The first news. */
  first: () => Promise<string>;
}

export async function hear(graph: TestGraph, way: Way, headers: Record<string, string>): Promise<Hearing> {
  const ending = new AbortController();
  const response = await fetch(`${graph.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query: way.query }),
    signal: ending.signal,
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
        ending.abort();
        return data[1] as string;
      }
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream of ${way.name} ended: ${text}`);
      text += value;
    }
  };
  return { refusal: null, first };
}
