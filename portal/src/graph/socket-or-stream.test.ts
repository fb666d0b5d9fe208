import { type ClientOptions, GraphError } from '@district-graph/client';
import { expect, it } from 'vitest';
import { socketOrStream } from './socket-or-stream.ts';

type Transport = NonNullable<ClientOptions['transport']>;

const failure = new GraphError('NETWORK_ERROR', 'the socket was closed with 1006');

/** A transport that yields messages with these ids and then fails if it should. */
function transport(ids: readonly string[], error: GraphError | null = null) {
  const opened = { times: 0 };
  const open: Transport = async function* () {
    opened.times += 1;
    for (const id of ids) yield { id, result: null };
    if (error) throw error;
  };
  return { open, opened };
}

/** The ids of one stream, and the code of the error that ended it. */
async function received(open: Transport): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const { id } of open({ signal: new AbortController().signal } as Parameters<Transport>[0]))
      ids.push(String(id));
  } catch (error) {
    ids.push((error as GraphError).code);
  }
  return ids;
}

it('uses event streams from then on where no socket passes', async () => {
  const [socket, stream] = [transport([], failure), transport(['1'])];
  const open = socketOrStream(socket.open, stream.open);
  expect([await received(open), await received(open)]).toEqual([['1'], ['1']]);
  expect([socket.opened.times, stream.opened.times]).toEqual([1, 2]);
});

it('stays with sockets when an open one breaks, and when the gateway is away', async () => {
  const [broken, stream] = [transport(['1'], failure), transport([], failure)];
  expect(await received(socketOrStream(broken.open, stream.open))).toEqual(['1', 'NETWORK_ERROR']);
  expect(stream.opened.times).toBe(0);
  const away = transport([], failure);
  const open = socketOrStream(away.open, stream.open);
  expect([await received(open), await received(open)]).toEqual([['NETWORK_ERROR'], ['NETWORK_ERROR']]);
  expect(away.opened.times).toBe(2);
});

it('does not wait for a network that swallows sockets', async () => {
  const silent: Transport = async function* ({ signal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield* [];
  };
  expect(await received(socketOrStream(silent, transport(['1']).open, 10))).toEqual(['1']);
});

it('does not hide why the graph refuses a socket', async () => {
  const refused = transport([], new GraphError('UNAUTHENTICATED', 'expired'));
  expect(await received(socketOrStream(refused.open, transport(['1']).open))).toEqual(['UNAUTHENTICATED']);
});
