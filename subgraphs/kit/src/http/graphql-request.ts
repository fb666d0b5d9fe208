// Parses a GraphQL over HTTP request into an operation. Each error says what was expected.
import { getOperationAST, parse } from 'graphql';
import { HttpError } from '../http-error.ts';
import {
  checkNestingDepth,
  forbiddenCharacter,
  hasForbiddenCharacter,
  hasForbiddenEscape,
  isCleanJson,
} from '../operation/client-text.ts';
import { mayExceedFloats, memberText, parseExactly } from '../operation/exact-numbers.ts';
import type { GraphQLOperation } from '../operation/graphql-operation.ts';
import type { Documents } from './persisted-queries.ts';
import { notUtf8 } from './request-body.ts';

/** If the variables hold more values, exact numbers are not kept: the operation will be refused for its variables. */
const defaultMaxValues = 100_000;

/** The operation in the body of a POST request. */
export function operationFromBody(
  text: string,
  documents: Documents,
  maxValues = defaultMaxValues,
): GraphQLOperation {
  const body = parseJson(text, '请求体不是有效的 JSON。 The body is not valid JSON.');
  if (Array.isArray(body))
    throw new HttpError(
      400,
      'BATCH_NOT_SUPPORTED',
      `一次只接受 1 个操作，收到 ${body.length} 个的数组；请逐个发送。 One operation is accepted at a time, received a list of ${body.length}. Send each one by itself.`,
      { keepsConnection: true },
    );
  if (!isObject(body)) throw badRequest('请求体应为一个 JSON 对象。 The body must be one JSON object.');
  if (!isCleanJson(text)) throw forbiddenCharacter();
  return operationFrom(body, 'POST', documents, () => memberText(text, 'variables'), maxValues);
}

/** The operation in the query string of a GET request. */
export function operationFromSearch(
  search: string,
  documents: Documents,
  maxValues = defaultMaxValues,
): GraphQLOperation {
  if (!isUtf8Encoded(search)) throw notUtf8();
  const parameters = new URLSearchParams(search);
  const body: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'documentId']) {
    const value = parameters.get(name);
    if (value === null) continue;
    if (hasForbiddenCharacter(value)) throw forbiddenCharacter();
    body[name] = value;
  }
  for (const name of ['variables', 'extensions']) {
    const value = parameters.get(name);
    if (!value) continue;
    body[name] = parseJson(value, `${name} 不是有效的 JSON。 ${name} is not valid JSON.`);
    if (!isCleanJson(value)) throw forbiddenCharacter();
  }
  return operationFrom(body, 'GET', documents, () => parameters.get('variables') ?? '', maxValues);
}

/** Whether percent-encoded bytes are UTF-8. `URLSearchParams` reads others as U+FFFD. */
function isUtf8Encoded(search: string): boolean {
  try {
    decodeURIComponent(search.replace(/%(?![0-9a-f]{2})/gi, '%25'));
    return true;
  } catch {
    return false;
  }
}

/** The operation in the payload of a WebSocket message. `text` is the whole message and has passed `checkNestingDepth`. */
export function operationFromMessage(
  payload: Record<string, unknown>,
  text: string,
  documents: Documents,
  maxValues = defaultMaxValues,
): GraphQLOperation {
  if (!isCleanJson(text)) throw forbiddenCharacter();
  const variablesText = () => memberText(memberText(text, 'payload'), 'variables');
  return operationFrom(payload, 'POST', documents, variablesText, maxValues);
}

function operationFrom(
  body: Record<string, unknown>,
  method: GraphQLOperation['method'],
  documents: Documents,
  variablesText: () => string,
  maxValues: number,
): GraphQLOperation {
  const { operationName = null, variables = null, extensions = null } = body;
  if (operationName !== null && typeof operationName !== 'string')
    throw badRequest('operationName 应为字符串。 operationName must be a string.');
  if (variables !== null && !isObject(variables))
    throw badRequest('variables 应为 JSON 对象。 variables must be a JSON object.');
  if (extensions !== null && !isObject(extensions))
    throw badRequest('extensions 应为 JSON 对象。 extensions must be a JSON object.');
  const query = documents.textOf(body.query, extensions, body.documentId);
  if (typeof query !== 'string' || query === '')
    throw badRequest('缺少 query，应为查询文本。 query is missing: expected the text of an operation.');
  checkNestingDepth(query);
  if (hasForbiddenEscape(query)) throw forbiddenCharacter();
  // Checks see the nearest floats; subgraphs get the numbers as the client wrote them.
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

/** The number of values inside a value. Counting stops beyond the limit. */
function countValues(value: object, limit: number): number {
  const entries: unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = entries.length;
  for (let index = 0; index < entries.length && count <= limit; index += 1) {
    const entry = entries[index];
    if (typeof entry === 'object' && entry !== null) count += countValues(entry, limit - count);
  }
  return count;
}

const badRequest = (message: string) => new HttpError(400, 'BAD_REQUEST', message, { keepsConnection: true });

function parseJson(text: string, message: string): unknown {
  checkNestingDepth(text);
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(message);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether the operation is a subscription. False for text that is not GraphQL: execution reports what is wrong with it. */
export function isSubscription({ query, operationName }: GraphQLOperation): boolean {
  if (!query.includes('subscription')) return false;
  try {
    const document = parse(query, { maxTokens, noLocation: true });
    return getOperationAST(document, operationName)?.operation === 'subscription';
  } catch {
    return false;
  }
}
const maxTokens = 20_000;
