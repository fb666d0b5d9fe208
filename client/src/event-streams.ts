// Subscriptions over server-sent events, read by fetch: unlike EventSource it can send a token.
import { errorOf, GraphError, type ResponseBody } from './errors.ts';
import { acceptedTypes, bodyOf, networkError, retryAfterOf } from './request.ts';
import type { StreamMessage, StreamRequest, SubscriptionTransport } from './subscription.ts';

export interface EventStreamOptions {
  /** After how long without a byte a connection is taken for dead; 45,000 by default. The gateway sends one at least every 15 s. */
  silentMs?: number;
}

export const eventStreams =
  ({ silentMs = 45_000 }: EventStreamOptions = {}): SubscriptionTransport =>
  (request) =>
    messages(request, silentMs);

async function* messages(request: StreamRequest, silentMs: number): AsyncGenerator<StreamMessage> {
  const silence = new AbortController();
  const signal = AbortSignal.any([request.signal, silence.signal]);
  const giveUp = () => silence.abort(new Error(`silent for ${silentMs} ms`));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, silentMs);
  };
  heard();
  try {
    const response = await open(request, signal);
    heard();
    // A stream that resumes has no first message.
    if (request.lastEventId !== null) yield { id: null, result: null };
    for await (const text of blocksOf(response, heard)) {
      const message = parse(text);
      if (message === 'complete') return;
      if (message) yield message;
    }
  } catch (error) {
    throw error instanceof GraphError ? error : networkError(silence.signal.reason ?? error);
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

async function open(request: StreamRequest, signal: AbortSignal): Promise<Response> {
  const { url, headers, lastEventId, language, fetch } = request;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: `text/event-stream, ${acceptedTypes}`,
      'content-type': 'application/json',
      ...headers,
      ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
    },
    body: JSON.stringify(request.body),
    cache: 'no-store',
    signal,
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
  const answer = { status: response.status, retryAfterMs: retryAfterOf(response) };
  const body = bodyOf(await response.text(), answer);
  if (body.errors?.length) throw errorOf(body, language, answer);
  throw new GraphError('BAD_RESPONSE', `status ${response.status}: not an event stream`, answer);
}

/** The messages of a stream as texts. */
async function* blocksOf({ body }: Response, heard: () => void): AsyncGenerator<string> {
  if (!body) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value, { stream: true }).replaceAll('\r', '');
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        yield rest.slice(0, end);
        rest = rest.slice(end + 2);
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Null for a comment. */
function parse(text: string): StreamMessage | 'complete' | null {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const id = fields.get('id') ?? null;
  if (fields.get('event') === 'complete') return 'complete';
  const data = fields.get('data');
  if (data) return { id, result: JSON.parse(data) as ResponseBody };
  return id === null ? null : { id, result: null };
}
