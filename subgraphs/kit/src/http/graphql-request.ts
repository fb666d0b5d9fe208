// From an HTTP request to a GraphQL operation, as GraphQL over HTTP says it; every refusal says what would be right.
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { getOperationAST, parse } from 'graphql';
import type { UnfinishedBodies } from '../admission/unfinished-bodies.ts';
import type { Reservation } from '../admission/unread-answers.ts';
import { HttpError } from '../http-error.ts';
import { mayExceedFloats, memberText, parseExactly } from '../operation/exact-numbers.ts';
import type { GraphQLOperation } from '../operation/graphql-operation.ts';
import type { Documents } from './persisted-queries.ts';

export { HttpError };

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** As events: what a client takes whose only or other media type that is. */
export const eventStream = 'text/event-stream';

const known = new Map<string, MediaType | null>();

/** The media type of the answer, for an Accept header; JSON where everything is accepted. */
export function negotiateMediaType(accept: string | undefined): MediaType {
  const mediaType = accept === undefined || accept === '*/*' ? 'application/json' : preferredOf(accept);
  if (mediaType === null) {
    throw new HttpError(
      406,
      'NOT_ACCEPTABLE',
      '请接受 application/graphql-response+json 或 application/json。 Accept application/graphql-response+json or application/json.',
    );
  }
  return mediaType;
}

/** Whether the client takes events. */
export const acceptsEvents = (accept = ''): boolean =>
  accept.includes(eventStream) && /text\/event-stream(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accept);

/** The media type of what is told at once to a client that takes events: JSON where it takes that too. */
export const negotiateMediaTypeOrEvents = (accept = ''): MediaType | typeof eventStream =>
  preferredOf(accept) ?? eventStream;

/** The media type of a refusal, which is told to who accepts neither too. */
export const mediaTypeOfError = (accept = '*/*'): MediaType => preferredOf(accept) ?? 'application/json';

function preferredOf(accept: string): MediaType | null {
  let mediaType = known.get(accept);
  if (mediaType === undefined) {
    mediaType = preferred(accept);
    if (known.size > 1000) known.clear();
    known.set(accept, mediaType);
  }
  return mediaType;
}

function preferred(accept: string): MediaType | null {
  const ranges = accept.split(',').flatMap((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const charset = parameters.find((parameter) => parameter.startsWith('charset='));
    if (charset && !/^charset="?utf-?8"?$/.test(charset)) return [];
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return [{ name, weight: q ? Number(q.slice(2)) || 0 : 1 }];
  });
  const rangeOf = (name: string) => ranges.find((range) => range.name === name);
  // The range that says it most exactly counts, be it to refuse.
  const weightOf = (mediaType: MediaType) =>
    (rangeOf(mediaType) ?? rangeOf('application/*') ?? rangeOf('*/*'))?.weight ?? 0;
  const [plain, graphql] = [weightOf('application/json'), weightOf('application/graphql-response+json')];
  if (plain === 0 && graphql === 0) return null;
  if (plain !== graphql) return plain > graphql ? 'application/json' : 'application/graphql-response+json';
  const named = ranges.find(({ name }) => /^application\/(graphql-response\+)?json$/.test(name));
  return (named?.name as MediaType | undefined) ?? 'application/json';
}

export const preflightHeaders = [
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'graphql-require-preflight',
];

/** A page of another site can make a browser send a GET, but not with a header of its own: one is asked for. */
export function preventCsrf(headers: IncomingHttpHeaders): void {
  const type = headers['content-type'];
  if (type !== undefined) {
    // Some browsers send what they should have asked about first, when the type of the body that is none is odd enough.
    if (!isJson(type)) throw notJson();
    // That of JSON they do ask about.
    return;
  }
  if (preflightHeaders.some((name) => headers[name])) return;
  throw new HttpError(
    400,
    'BAD_REQUEST',
    `以 GET 查询时请带上请求头 ${preflightHeaders.at(-1)}: 1，以防跨站请求伪造。 Send the header ${preflightHeaders.at(-1)}: 1 with a GET query, against cross-site request forgery.`,
    true,
  );
}

/** Of its parameters only the charset counts. */
const isJson = (type: string): boolean =>
  type === 'application/json' ||
  (/^application\/json\s*(;|$)/i.test(type) && !/;\s*charset\s*=\s*(?!"?utf-?8"?\s*(;|$))/i.test(type));

const notJson = () =>
  new HttpError(
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    '请以 application/json（UTF-8）发送。 Send application/json in UTF-8.',
  );

/** The body as text. Refuses another content type, an encoding, more bytes than allowed, and more bodies at once than may be. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  unfinished: UnfinishedBodies,
): Promise<string> {
  const { headers } = request;
  const announced = Number(headers['content-length'] ?? 0);
  if (announced > maxBytes) throw tooLarge(maxBytes, announced);
  const type = headers['content-type'] ?? '';
  if (!isJson(type)) throw notJson();
  const encoding = headers['content-encoding'];
  if (encoding && encoding !== 'identity')
    throw new HttpError(
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      '请求体不得压缩。 The body may not have a content encoding.',
    );
  return new Promise((resolve, reject) => {
    let first: Buffer | null = null;
    let chunks: Buffer[] | null = null;
    let size = 0;
    let pieces = 0;
    let held: Reservation | null = null;
    const refuse = (error: unknown) => {
      request.pause();
      reject(error);
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      pieces += 1;
      if (size > maxBytes) return refuse(tooLarge(maxBytes, null));
      if (pieces > fewPieces + size / leastOfPiece) return refuse(tooManyPieces());
      held?.progressed();
      // Most come in one piece, and need no place.
      if (!held && size !== announced) {
        try {
          held = unfinished.track(request, announced || maxBytes);
        } catch (error) {
          return refuse(error);
        }
      }
      if (!first) first = chunk;
      else if (chunks) chunks.push(chunk);
      else chunks = [first, chunk];
      return undefined;
    });
    request.on('end', () => {
      const body = chunks ? Buffer.concat(chunks) : (first ?? Buffer.alloc(0));
      if (isUtf8(body)) resolve(body.toString('utf8'));
      else reject(notUtf8());
    });
    request.on('error', reject);
    request.on('aborted', () => reject(new HttpError(400, 'BAD_REQUEST', 'aborted')));
  });
}

/** Each piece, such as a chunk, takes some microseconds and some hundred bytes, however short: more than these have to bear a little. */
const fewPieces = 64;
const leastOfPiece = 64;

const tooManyPieces = () =>
  new HttpError(
    400,
    'BAD_REQUEST',
    `请求体分块过碎，每块至少 ${leastOfPiece} 字节。 The body comes in pieces that are too small: send chunks of ${leastOfPiece} bytes or more.`,
    false,
    { isFlood: true },
  );

const notUtf8 = () => bad('请求不是有效的 UTF-8。 The request is not valid UTF-8.');

const tooLarge = (maxBytes: number, received: number | null) =>
  new HttpError(
    413,
    'PAYLOAD_TOO_LARGE',
    `请求体不得超过 ${maxBytes} 字节${received ? `，收到 ${received}` : ''}。 The body may have at most ${maxBytes} bytes${received ? `, received ${received}` : ''}.`,
    false,
    { extensions: received ? { limit: maxBytes, received } : { limit: maxBytes } },
  );

/** Numbers of variables with more values than these are not kept as they were written: the operation is refused for them. */
const manyValues = 100_000;

export function operationFromBody(
  text: string,
  documents: Documents,
  maxValues = manyValues,
): GraphQLOperation {
  const body = json(text, '请求体不是有效的 JSON。 The body is not valid JSON.');
  if (Array.isArray(body))
    throw new HttpError(
      400,
      'BATCH_NOT_SUPPORTED',
      `一次只接受 1 个操作，收到 ${body.length} 个的数组；请逐个发送。 One operation is accepted at a time, received a list of ${body.length}; send each by itself.`,
      true,
    );
  if (!isObject(body)) throw bad('请求体应为一个 JSON 对象。 The body must be one JSON object.');
  if (!isCleanText(text)) throw notClean();
  return operationOf(body, 'POST', documents, () => memberText(text, 'variables'), maxValues);
}

export function operationFromSearch(
  search: string,
  documents: Documents,
  maxValues = manyValues,
): GraphQLOperation {
  if (!isDecodable(search)) throw notUtf8();
  const parameters = new URLSearchParams(search);
  const body: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'documentId']) {
    const value = parameters.get(name);
    if (value === null) continue;
    if (unclean.test(value)) throw notClean();
    body[name] = value;
  }
  for (const name of ['variables', 'extensions']) {
    const value = parameters.get(name);
    if (!value) continue;
    body[name] = json(value, `${name} 不是有效的 JSON。 ${name} is not valid JSON.`);
    if (!isCleanText(value)) throw notClean();
  }
  return operationOf(body, 'GET', documents, () => parameters.get('variables') ?? '', maxValues);
}

/** Whether the bytes that are percent-encoded are UTF-8. `URLSearchParams` reads those that are not as U+FFFD. */
function isDecodable(search: string): boolean {
  try {
    decodeURIComponent(search.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}

/** The operation of a message's payload; `text` is that of the message, and has passed `refuseDepth`. */
export function operationFromMessage(
  payload: Record<string, unknown>,
  text: string,
  documents: Documents,
  maxValues = manyValues,
): GraphQLOperation {
  if (!isCleanText(text)) throw notClean();
  const variablesText = () => memberText(memberText(text, 'payload'), 'variables');
  return operationOf(payload, 'POST', documents, variablesText, maxValues);
}

function operationOf(
  body: Record<string, unknown>,
  method: GraphQLOperation['method'],
  documents: Documents,
  variablesText: () => string,
  maxValues: number,
): GraphQLOperation {
  const { operationName = null, variables = null, extensions = null } = body;
  if (operationName !== null && typeof operationName !== 'string')
    throw bad('operationName 应为字符串。 operationName must be a string.');
  if (variables !== null && !isObject(variables))
    throw bad('variables 应为 JSON 对象。 variables must be a JSON object.');
  if (extensions !== null && !isObject(extensions))
    throw bad('extensions 应为 JSON 对象。 extensions must be a JSON object.');
  const query = documents.textOf(body.query, extensions, body.documentId);
  if (typeof query !== 'string' || query === '')
    throw bad('缺少 query，应为查询文本。 query is missing: expected the text of an operation.');
  checkNestingDepth(query);
  // An escape in the query's own strings makes what the body's text does not show.
  if (escapedInQuery.test(query)) throw notClean();
  // Checks see the nearest floats; what is sent on are the numbers as they were written.
  const exact = variables && hasAtMost(maxValues, variables) ? exactVariables(variablesText()) : null;
  const operation: GraphQLOperation = {
    query,
    operationName: operationName || null,
    variables,
    extensions,
    method,
  };
  if (exact) operation.exactVariables = exact;
  return operation;
}

const exactVariables = (text: string): Record<string, unknown> | null =>
  mayExceedFloats(text) ? (parseExactly(text) as Record<string, unknown>) : null;

const hasAtMost = (maxValues: number, value: object): boolean => countValues(value, maxValues) <= maxValues;

/** How many values are in a value; it stops counting beyond the limit. */
function countValues(value: object, limit: number): number {
  const entries: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = entries.length;
  for (let index = 0; index < entries.length && count <= limit; index += 1) {
    const entry = entries[index];
    if (typeof entry === 'object' && entry !== null) count += countValues(entry, limit - count);
  }
  return count;
}

/** Deeper than anybody means it, and as deep as every function that walks it can go. */
const maxDepth = 200;

/** Refuses JSON or a query whose brackets are nested too deep. */
export function checkNestingDepth(text: string): void {
  if (text.length <= maxDepth) return;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 34) {
      // Over the string, to its closing quote.
      for (index += 1; index < text.length && text.charCodeAt(index) !== 34; index += 1)
        if (text.charCodeAt(index) === 92) index += 1;
    } else if (code === 123 || code === 91 || code === 40) {
      depth += 1;
      if (depth > maxDepth) {
        throw new HttpError(
          400,
          'OPERATION_TOO_DEEP',
          `嵌套不得超过 ${maxDepth} 层。 Nothing may be nested more than ${maxDepth} levels deep.`,
          true,
          { extensions: { limit: maxDepth } },
        );
      }
    } else if (code === 125 || code === 93 || code === 41) depth -= 1;
  }
}

const bad = (message: string) => new HttpError(400, 'BAD_REQUEST', message, true);

/**
 * PostgreSQL's text cannot hold NUL, nor UTF-8 a lone surrogate; what changes the direction of writing (U+202A to U+202E,
 * U+2066 to U+2069) makes a name look like another one.
 */
const notClean = () =>
  new HttpError(
    400,
    'BAD_USER_INPUT',
    '文本中含有 NUL、不成对的代理字符或改变书写方向的控制字符。 The text holds NUL, a lone surrogate or a character that changes the direction of writing.',
    true,
  );

const escapedInQuery = /\\u(?:0000|20(?:2[a-eA-E]|6[6-9])|\{0*(?:0|20(?:2[a-eA-E]|6[6-9]))\})/;
const unclean = /[\0\u202a-\u202e\u2066-\u2069]/;
const uncleanEscape = /^(?:0000|20(?:2[a-e]|6[6-9]))$/i;
const highSurrogate = /^d[89ab]/i;
const lowSurrogate = /^\\ud[c-f]/i;

/** Whether the strings of valid JSON are clean. Its text is UTF-8: what is not clean is written out, or an escape. */
function isCleanText(text: string): boolean {
  if (unclean.test(text)) return false;
  if (!text.includes('\\u')) return true;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    if (text.charCodeAt(at + 1) !== 117) continue;
    const code = text.slice(at + 2, at + 6);
    if (uncleanEscape.test(code) || lowSurrogate.test(text.slice(at, at + 4))) return false;
    if (!highSurrogate.test(code)) continue;
    at += 6;
    if (!lowSurrogate.test(text.slice(at, at + 4))) return false;
    at += 4;
  }
  return true;
}

function json(text: string, message: string): unknown {
  checkNestingDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    throw bad(message);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What is no GraphQL is none: the engine says what is wrong with it. */
export function isSubscription({ query, operationName }: GraphQLOperation): boolean {
  if (!query.includes('subscription')) return false;
  try {
    return (
      getOperationAST(parse(query, { maxTokens, noLocation: true }), operationName)?.operation ===
      'subscription'
    );
  } catch {
    return false;
  }
}
const maxTokens = 20_000;
