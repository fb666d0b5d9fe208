// The change stream of a mock subgraph: what mutations change, and events of its own from time to time, so that subscriptions are alive.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';
import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isEnumType,
} from 'graphql';
import { communitiesIn, districts } from './mock-divisions.ts';
import type { MockObject, ObjectValues } from './mock-object.ts';

/** As many as a real subgraph replays. */
const maxKept = 5000;
const keepAliveMs = 10_000;
/** Records that events of the mock go on with. */
const maxOpen = 64;

export class MockChanges {
  #values: ObjectValues;
  #changed: Map<string, Record<string, unknown>>;
  #events: ChangeEvent[] = [];
  #count = 0;
  #subscribers = new Set<ServerResponse>();
  #open: { record: MockObject; type: GraphQLObjectType }[] = [];
  #timers: NodeJS.Timeout[];

  /** `everyMs` is the time between two events in each district; 0 for none but those of mutations. */
  constructor(values: ObjectValues, changed: Map<string, Record<string, unknown>>, everyMs: number) {
    this.#values = values;
    this.#changed = changed;
    const keepAlive = () => {
      for (const subscriber of this.#subscribers) subscriber.write(': all\n\n');
    };
    this.#timers = [setInterval(keepAlive, keepAliveMs)];
    const types = Object.values(values.schema.getSubscriptionType()?.getFields() ?? {}).map(({ type }) =>
      getNamedType(type),
    );
    if (everyMs > 0 && types.length)
      this.#timers.push(setInterval(() => this.#happen(types), everyMs / districts.length));
  }

  /** Reports that a record has changed. */
  add = ({ __typename, id = '' }: MockObject, isOfStatus: boolean): void => {
    this.#count += 1;
    const event: ChangeEvent = {
      cursor: `${this.#count}.1`,
      entityType: __typename,
      entityId: id,
      divisionCode: this.#values.divisionOf({ __typename, id }),
      isOfStatus,
    };
    this.#events.push(event);
    if (this.#events.length > maxKept) this.#events.shift();
    for (const subscriber of this.#subscribers) subscriber.write(messageOf(event));
  };

  /** Answers a request for `/changes` as a subgraph does. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(request.url ?? '/', 'http://subgraph');
    const after = searchParams.get('after');
    const current = `${this.#count}.1`;
    const isUnknown = after !== null && isAfter(after, current);
    const oldest = this.#events[0]?.cursor ?? '1.1';
    const isTooOld = after !== null && this.#count > maxKept && isAfter(oldest, after);
    if (searchParams.has('replay') && (isUnknown || isTooOld)) {
      response.writeHead(isUnknown ? 400 : 410).end();
      return;
    }
    const start = after === null || isUnknown ? current : after;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write(`id: ${start}\n\n`);
    for (const event of this.#events) if (isAfter(event.cursor, start)) response.write(messageOf(event));
    response.write(': all\n\n');
    this.#subscribers.add(response);
    response.on('close', () => this.#subscribers.delete(response));
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const subscriber of this.#subscribers) subscriber.end();
  }

  /** A new record in the district whose turn it is, or the next step of an earlier one. */
  #happen(types: readonly GraphQLNamedType[]): void {
    const random = this.#values.random('event', String(this.#count));
    const earlier = this.#open.length > 8 && random.chance(0.5) ? random.pick(this.#open) : null;
    if (earlier) {
      this.#advance(earlier);
      return;
    }
    const district = districts[this.#count % districts.length] ?? '';
    const named = types[Math.floor(this.#count / districts.length) % types.length];
    if (!named) return;
    const type = (
      isAbstractType(named) ? random.pick(this.#values.schema.getPossibleTypes(named)) : named
    ) as GraphQLObjectType;
    const community = random.pick(communitiesIn(district));
    const record = this.#values.entityIn(type, community, `event ${this.#count}`, new Date());
    const [first] = statusesOf(type);
    if (first) this.#changed.set(record.id ?? '', { status: first });
    this.#open.push({ record, type });
    if (this.#open.length > maxOpen) this.#open.shift();
    this.add(record, true);
  }

  #advance({ record, type }: { record: MockObject; type: GraphQLObjectType }): void {
    const statuses = statusesOf(type);
    const id = record.id ?? '';
    const place = statuses.indexOf(String(this.#changed.get(id)?.status));
    const next = statuses[place + 1];
    if (place + 2 >= statuses.length) this.#open = this.#open.filter((each) => each.record !== record);
    if (next !== undefined) this.#changed.set(id, { ...this.#changed.get(id), status: next });
    this.add(record, true);
  }
}

const statusesOf = (type: GraphQLObjectType): string[] => {
  const statuses = getNamedType(type.getFields().status?.type);
  return isEnumType(statuses) ? statuses.getValues().map(({ name }) => name) : [];
};

const messageOf = (event: ChangeEvent) => `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`;
