// Requests and responses as objects for hooks, parsed when a hook reads them: most only set a header, and the text is sent on as it is.
import type { GatewayGraphQLRequest, GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { fromLatin1, toLatin1 } from '../answer/latin1.ts';
import { MessageHeaders } from './message-headers.ts';

interface LazyMessage<Message> {
  message: Message;
  /** The text of the message, latin1, with what was changed in it. */
  text: () => string;
}

/** The request that a hook gets for the text that would be sent, latin1. */
export function lazyRequest(body: string, url: string): LazyMessage<GatewayGraphQLRequest> {
  let read: GatewayGraphQLRequest | null = null;
  const content = (): GatewayGraphQLRequest => {
    read ??= JSON.parse(fromLatin1(body)) as GatewayGraphQLRequest;
    return read;
  };
  const headers = new MessageHeaders();
  headers.set('content-type', 'application/json');
  // Accessors of the object itself, so that copies of it have the values.
  const message: GatewayGraphQLRequest = {
    get query() {
      return content().query;
    },
    set query(query) {
      content().query = query;
    },
    get operationName() {
      return content().operationName;
    },
    set operationName(name) {
      content().operationName = name;
    },
    get variables() {
      return content().variables;
    },
    set variables(variables) {
      content().variables = variables;
    },
    http: { method: 'POST', url, headers },
  };
  const { length } = Object.keys(message);
  return {
    message,
    text: () => {
      if (read === null && Object.keys(message).length === length) return body;
      const { http: _http, ...sent } = message;
      return toLatin1(JSON.stringify(sent));
    },
  };
}

/** The response that a hook gets for the text that was received, latin1. */
export function lazyResponse(body: string, head: string): LazyMessage<GatewayGraphQLResponse> {
  let read: GatewayGraphQLResponse | null = null;
  const content = (): GatewayGraphQLResponse => {
    read ??= JSON.parse(fromLatin1(body)) as GatewayGraphQLResponse;
    return read;
  };
  const message: GatewayGraphQLResponse = {
    get data() {
      return content().data;
    },
    set data(data) {
      content().data = data;
    },
    get errors() {
      return content().errors;
    },
    set errors(errors) {
      content().errors = errors;
    },
    get extensions() {
      return content().extensions;
    },
    set extensions(extensions) {
      content().extensions = extensions;
    },
    http: {
      status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 200),
      headers: MessageHeaders.parse(head),
    },
  };
  return { message, text: () => (read === null ? body : textOfResponse(message)) };
}

/** What a data source returned, as the text of a response, latin1. */
export const textOfResponse = ({ data, errors, extensions }: GatewayGraphQLResponse): string =>
  toLatin1(JSON.stringify({ data, errors, extensions }));
