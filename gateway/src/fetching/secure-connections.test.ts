import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SubgraphClient } from './subgraph-client.ts';

const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
});

const server = createServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
  socket.on('data', () => {
    const body = JSON.stringify({ data: { protocol: socket.alpnProtocol, name: socket.servername } });
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  socket.on('error', () => {});
});

beforeAll(async () => {
  server.listen(0, 'localhost');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});

function clientOf(ca: string | null): SubgraphClient {
  const { port } = server.address() as AddressInfo;
  return new SubgraphClient(
    'care',
    `https://localhost:${port}/graphql`,
    {
      timeoutMs: 2000,
      maxAnswerBytes: 1000,
      maxConnections: 1,
      maxWaiting: 1,
      breaker: { failures: 9, restMs: 100 },
      ca,
    },
    () => {},
  );
}

it('sends requests to an https address only if its certificate is trusted', async () => {
  const doubting = clientOf(null);
  const error = await doubting.call('{}', true, []).catch((caught) => caught);
  expect(error.extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', service: 'care' });
  doubting.close();

  const client = clientOf(cert);
  const expected = '{"data":{"protocol":"http/1.1","name":"localhost"}}';
  expect(await client.call('{}', false, [])).toBe(expected);
  expect(await client.call('{}', false, [])).toBe(expected);
  client.close();
});
