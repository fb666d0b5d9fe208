// Test support: a fetch that answers from a list, and keeps what was requested.

export interface Received {
  url: string;
  method: string;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: the body is that of the request under test.
  body: any;
}

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** The body: JSON, or a text as it is. */
  body?: unknown;
}

/** What is answered to one request; an Error for a connection that fails. */
export type Answering = Reply | Error | ((received: Received) => Reply | Error | Promise<Reply>);

/** Answers the requests in their order, the last answer again and again. */
export function answeringFetch(...answers: Answering[]): { fetch: typeof fetch; received: Received[] } {
  const received: Received[] = [];
  return {
    received,
    fetch: async (url, { method = 'GET', headers, body, signal } = {}) => {
      const request: Received = {
        url: String(url),
        method,
        headers: Object.fromEntries(new Headers(headers)),
        body: body ? JSON.parse(String(body)) : null,
      };
      received.push(request);
      const next = answers[Math.min(received.length, answers.length) - 1];
      const aborted = new Promise<never>((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason)),
      );
      const reply = await Promise.race([typeof next === 'function' ? next(request) : next, aborted]);
      if (reply === undefined || reply instanceof Error) throw reply ?? new Error('no answer');
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      return new Response(text, {
        status: reply.status ?? 200,
        headers: { 'content-type': 'application/json', ...reply.headers },
      });
    },
  };
}

/** The answer with one error and no data. */
export const refusedWith = (code: string, status = 200, extensions: object = {}) => ({
  status,
  body: {
    errors: [{ message: `${code} 的说明。 The text of ${code}.`, extensions: { code, ...extensions } }],
  },
});
