// Parses messages of the graphql-transport-ws protocol, and limits those that do not start an operation.
import { HttpError } from '@district-graph/kit/http-error';
import { checkNestingDepth } from '@district-graph/kit/operation/client-text';
import { MessageType, type SubscribeMessage } from 'graphql-ws';

/** Messages other than `subscribe`, such as a ping or a token, are shorter than this. */
const maxControlMessageLength = 8192;
/** Such messages of one socket in a second, and at once after a pause: a client ends at most all its operations at once. */
export const controlMessageRate = { ratePerSecond: 20, burst: 200 };

/** The message as JSON. Throws an HttpError when it is no JSON, or long without starting an operation. */
export function parseMessage(text: string): unknown {
  checkNestingDepth(text);
  const message = parseJson(text);
  if (text.length > maxControlMessageLength && !isSubscribe(message))
    throw invalid(`expected at most ${maxControlMessageLength} characters in a message other than subscribe`);
  return message;
}

/** Whether the message starts an operation. */
export const isSubscribe = (message: unknown): message is SubscribeMessage =>
  isObject(message) && message.type === MessageType.Subscribe && hasId(message) && isObject(message.payload);

/** Whether the client completes an operation. */
export const isComplete = (message: unknown): message is { id: string } =>
  isObject(message) && message.type === MessageType.Complete && hasId(message);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('expected JSON');
  }
}

const invalid = (message: string) => new HttpError(400, 'BAD_REQUEST', message);

const hasId = ({ id }: Record<string, unknown>) => typeof id === 'string' && id !== '';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
