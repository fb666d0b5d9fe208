// An error of a request to the graph, with its code and the id of its trace.
import type { Language } from '../page/language.ts';

export class GraphError extends Error {
  /** A code of docs/errors.md, or `OFFLINE` where the gateway was not reached. */
  readonly code: string;
  readonly traceId: string | null;

  constructor(message: string, code: string, traceId: string | null = null) {
    super(message);
    this.name = 'GraphError';
    this.code = code;
    this.traceId = traceId;
  }
}

interface ReceivedError {
  message: string;
  extensions?: Record<string, unknown>;
}

/** The first error of an answer. */
export function graphErrorOf({ message, extensions = {} }: ReceivedError): GraphError {
  const { code, traceId } = extensions;
  return new GraphError(
    message,
    typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    typeof traceId === 'string' ? traceId : null,
  );
}

/** The part of a message in this language: the graph's messages are in Chinese, then in English. */
export function messageIn(message: string, language: Language): string {
  const [, zh, en] = /^(.*\p{Script=Han}.*?[。！？])\s+([A-Z0-9“][^\p{Script=Han}]*)$/su.exec(message) ?? [];
  return (language === 'en' ? en : zh) ?? message;
}
