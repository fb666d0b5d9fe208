// A listener as graphql-ws takes it.
import { MessageType } from 'graphql-ws';
import { EndableGenerator } from '../subscriptions/endable-generator.ts';
import type { Subscriber } from '../subscriptions/subscriber.ts';

/** The results of a listener, as the library takes them; where it begins is told by a ping. */
export class OperationResults extends EndableGenerator<Record<string, unknown>> {
  #listener: Pick<Subscriber, 'next' | 'return'>;
  #id: string;
  #send: (text: string) => Promise<void>;
  #isEnded = false;

  constructor(
    listener: Pick<Subscriber, 'next' | 'return'>,
    id: string,
    send: (text: string) => Promise<void>,
  ) {
    super();
    this.#listener = listener;
    this.#id = id;
    this.#send = send;
  }

  async next(): Promise<IteratorResult<Record<string, unknown>, undefined>> {
    for (;;) {
      const { value, done } = await this.#listener.next();
      if (done || !value || this.#isEnded) return { value: undefined, done: true };
      if (value.body) return { value: value.result, done: false };
      const payload = { id: this.#id, eventId: value.cursor };
      await this.#send(JSON.stringify({ type: MessageType.Ping, payload }));
    }
  }

  async return(): Promise<IteratorResult<Record<string, unknown>, undefined>> {
    this.#isEnded = true;
    await this.#listener.return();
    return { value: undefined, done: true };
  }
}
