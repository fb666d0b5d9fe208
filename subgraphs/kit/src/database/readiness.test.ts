// Readiness of a subgraph whose database goes down, hangs, and comes back.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DatabaseReadiness } from './readiness.ts';

const server = new URL(process.env.TEST_POSTGRES_URL ?? '');
const sockets = new Set<Socket>();
let state: 'passes' | 'silent' | 'refuses' = 'passes';

/** A proxy between readiness and PostgreSQL that can be taken down. */
const between = createServer((client) => {
  sockets.add(client);
  client.on('error', () => {});
  client.on('close', () => sockets.delete(client));
  if (state === 'refuses') {
    client.destroy();
    return;
  }
  const database = connect(Number(server.port), server.hostname);
  database.on('error', () => client.destroy());
  client.on('close', () => database.destroy());
  database.on('close', () => client.destroy());
  client.on('data', (chunk) => state === 'passes' && database.write(chunk));
  database.on('data', (chunk) => state === 'passes' && client.write(chunk));
});

let readiness: DatabaseReadiness;
beforeAll(async () => {
  await once(between.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(server);
  url.port = String((between.address() as AddressInfo).port);
  url.pathname = '/postgres';
  readiness = new DatabaseReadiness(url.href, 'readiness-test');
});
afterAll(async () => {
  await readiness.close();
  for (const socket of sockets) socket.destroy();
  between.close();
});

const isReady = () =>
  readiness.check().then(
    () => true,
    () => false,
  );

it('reports that the database refuses connections, hangs on an open one, and is back', async () => {
  expect(await isReady()).toBe(true);
  for (const lost of ['refuses', 'silent'] as const) {
    state = lost;
    if (lost === 'refuses') for (const socket of sockets) socket.destroy();
    await expect.poll(isReady).toBe(false);
    state = 'passes';
    await expect.poll(isReady).toBe(true);
  }
});
