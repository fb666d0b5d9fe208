// Messages of graphql-transport-ws as they come in: parsed once, and bounded where they are no operations.
import { checkNestingDepth, HttpError } from '@district-graph/kit/http/graphql-request';
import { MessageType, type SubscribeMessage } from 'graphql-ws';

/** What begins, keeps and ends sockets and operations, such as a ping or a token, is shorter than that. */
const maxControlMessageLength = 8192;
/** Such messages of one socket in a second, and at once after a rest: clients end at most all their operations at once. */
export const controlMessageRate = { ratePerSecond: 20, burst: 200 };

/** A message as JSON; throws an HttpError for what is none, and for a long one that begins no operation. */
export function messageOf(text: string): unknown {
  checkNestingDepth(text);
  const message = parsed(text);
  if (text.length > maxControlMessageLength && !isSubscribe(message))
    throw invalid(`at most ${maxControlMessageLength} characters where no operation begins`);
  return message;
}

/** Whether it begins an operation. */
export const isSubscribe = (message: unknown): message is SubscribeMessage =>
  isObject(message) && message.type === MessageType.Subscribe && hasId(message) && isObject(message.payload);

/** Whether its client is done with an operation. */
export const isComplete = (message: unknown): message is { id: string } =>
  isObject(message) && message.type === MessageType.Complete && hasId(message);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('no JSON');
  }
}

const invalid = (message: string) => new HttpError(400, 'BAD_REQUEST', message);

const hasId = ({ id }: Record<string, unknown>) => typeof id === 'string' && id !== '';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
