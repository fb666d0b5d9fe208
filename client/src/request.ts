// One HTTP request of an operation, and what its response says: the text by POST, a persisted query by GET, or the id of a trusted document.
import { GraphError, type ResponseBody } from './errors.ts';
import { sha256In, type TypedDocument, textOf, trustedIdIn } from './typed-document.ts';

/**
 * What is sent of a document. `text`: the text. `persisted`: the SHA-256 of a query by GET, which caches can answer, and the text only when the
 * graph does not know it. `trusted`: the id of a trusted document, never the text.
 */
export type DocumentForm = 'text' | 'persisted' | 'trusted';

export interface Operation {
  kind: 'query' | 'mutation' | 'subscription';
  /** The text of the document. */
  query: string;
  variables: Record<string, unknown>;
  /** What the body has beside the variables. */
  sent: Record<string, unknown>;
}

/** The kind that a document begins with; documents that begin with a fragment are not looked into. */
const kindOf = (text: string): string | undefined => /^\s*(query|mutation|subscription)\b/.exec(text)?.[1];

/** A mutation that is sent as a query would be repeated without a key. */
function checkKind(text: string, kind: Operation['kind']): void {
  const found = kindOf(text);
  if (found !== undefined && found !== kind)
    throw new TypeError(`The document is a ${found}, and was passed as a ${kind}.`);
}

const hex = (bytes: ArrayBuffer): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Browsers have no `crypto.subtle` on pages that were loaded without TLS from another machine. */
async function sha256Of(text: string): Promise<string | null> {
  const subtle = globalThis.crypto?.subtle;
  return subtle ? hex(await subtle.digest('SHA-256', new TextEncoder().encode(text))) : null;
}

const persistedQuery = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});

export async function operationOf(
  kind: Operation['kind'],
  document: TypedDocument<never, never>,
  variables: Record<string, unknown>,
  form: DocumentForm,
): Promise<Operation> {
  const query = textOf(document);
  checkKind(query, kind);
  if (form === 'text' || (form === 'persisted' && kind !== 'query'))
    return { kind, query, variables, sent: { query } };
  const trustedId = form === 'trusted' ? trustedIdIn(document) : null;
  if (trustedId !== null) return { kind, query, variables, sent: { documentId: trustedId } };
  const hash = sha256In(document) ?? (await sha256Of(query));
  if (form === 'persisted')
    return { kind, query, variables, sent: hash === null ? { query } : persistedQuery(hash) };
  if (hash === null) throw new TypeError('The document has no hash: generate it with persistedDocuments.');
  return { kind, query, variables, sent: { documentId: `sha256:${hash}` } };
}

export const acceptedTypes = 'application/graphql-response+json, application/json;q=0.9';
/** Proxies refuse longer addresses. */
const maxAddress = 4000;

export interface Sending {
  url: string;
  headers: Record<string, string>;
  fetch: typeof fetch;
  signal: AbortSignal;
}

/** Sends the operation once; throws a GraphError with `NETWORK_ERROR` or `BAD_RESPONSE` when there is no GraphQL response. */
export async function send(
  operation: Operation,
  sending: Sending,
): Promise<{ body: ResponseBody; status: number; retryAfterMs: number | undefined }> {
  const { kind, query, variables, sent } = operation;
  const isPersisted = kind === 'query' && 'extensions' in sent;
  const address = isPersisted ? addressOf(sending.url, variables, sent) : '';
  const byGet = isPersisted && address.length <= maxAddress;
  const answer = await request(
    sending,
    byGet ? address : sending.url,
    byGet ? null : { variables, ...sent, ...(isPersisted ? { query } : {}) },
  );
  if (!byGet || answer.body.errors?.[0]?.extensions?.code !== 'PERSISTED_QUERY_NOT_FOUND') return answer;
  return request(sending, sending.url, { variables, ...sent, query });
}

function addressOf(url: string, variables: object, { extensions }: Record<string, unknown>): string {
  const search = new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(extensions),
  });
  return `${url}${url.includes('?') ? '&' : '?'}${search}`;
}

/** The headers of a body, or of a query by GET, which a form on another site cannot send. */
const contentHeaders = (body: object | null): Record<string, string> =>
  body ? { 'content-type': 'application/json' } : { 'graphql-require-preflight': '1' };

async function request({ headers, fetch, signal }: Sending, url: string, body: object | null) {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { accept: acceptedTypes, ...contentHeaders(body), ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal,
    });
    text = await response.text();
  } catch (cause) {
    signal.throwIfAborted();
    throw networkError(cause);
  }
  const { status } = response;
  const retryAfterMs = retryAfterOf(response);
  return { body: bodyOf(text, { status, retryAfterMs }), status, retryAfterMs };
}

export const networkError = (cause: unknown): GraphError =>
  new GraphError('NETWORK_ERROR', cause instanceof Error ? cause.message : String(cause), { cause });

/** The GraphQL response in a text; throws a GraphError for a text that is none, such as the page of a proxy. */
export function bodyOf(
  text: string,
  { status, retryAfterMs }: { status: number; retryAfterMs: number | undefined },
): ResponseBody {
  try {
    const body = JSON.parse(text);
    if (typeof body === 'object' && body !== null && ('data' in body || 'errors' in body)) return body;
  } catch {
    // Reported below, like JSON that is no GraphQL response.
  }
  throw new GraphError('BAD_RESPONSE', `status ${status}: not a GraphQL response`, { status, retryAfterMs });
}

/** `Retry-After` in milliseconds: seconds, or a date. */
export function retryAfterOf({ headers }: Response): number | undefined {
  const text = headers.get('retry-after');
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
