// Adapts the gateway to graphql-ws, which expects a parsed document and generators of results.
import { type DocumentNode, type ExecutionArgs, type GraphQLSchema, Kind, OperationTypeNode } from 'graphql';
import { MessageType, type OperationResult } from 'graphql-ws';
import { EndableGenerator } from '../subscriptions/endable-generator.ts';
import type { Subscriber } from '../subscriptions/subscriber.ts';

const documentOf = (operation: OperationTypeNode): DocumentNode => ({
  kind: Kind.DOCUMENT,
  definitions: [
    {
      kind: Kind.OPERATION_DEFINITION,
      operation,
      selectionSet: { kind: Kind.SELECTION_SET, selections: [] },
    },
  ],
});

const documents = {
  query: documentOf(OperationTypeNode.QUERY),
  subscription: documentOf(OperationTypeNode.SUBSCRIPTION),
};

/** Arguments for graphql-ws, which reads only the operation type from the document; `run` yields the results. */
export const executionArgs = (
  schema: GraphQLSchema,
  kind: keyof typeof documents,
  run: () => unknown,
): ExecutionArgs => ({ schema, document: documents[kind], contextValue: run });

export const runOperation = ({ contextValue }: ExecutionArgs) => (contextValue as () => OperationResult)();

type EventSource = Pick<Subscriber, 'next' | 'return'>;

/** The results of a subscription. The cursor at which it starts is sent as the payload of a ping. */
export class SubscriptionResults extends EndableGenerator<Record<string, unknown>> {
  #subscriber: EventSource;
  #id: string;
  #send: (text: string) => Promise<void>;
  #isEnded = false;

  constructor(subscriber: EventSource, id: string, send: (text: string) => Promise<void>) {
    super();
    this.#subscriber = subscriber;
    this.#id = id;
    this.#send = send;
  }

  async next(): Promise<IteratorResult<Record<string, unknown>, undefined>> {
    for (;;) {
      const { value, done } = await this.#subscriber.next();
      if (done || !value || this.#isEnded) return { value: undefined, done: true };
      if (value.body) return { value: value.result, done: false };
      const payload = { id: this.#id, eventId: value.cursor };
      await this.#send(JSON.stringify({ type: MessageType.Ping, payload }));
    }
  }

  async return(): Promise<IteratorResult<Record<string, unknown>, undefined>> {
    this.#isEnded = true;
    await this.#subscriber.return();
    return { value: undefined, done: true };
  }
}
